import subprocess

import pytest

from hopcheck.topology import scratch
from hopcheck.topology.namespace import Namespace
from hopcheck.topology.process import Command, Process


@pytest.fixture
async def namespace():
    directory = scratch.new()
    (directory / "files").mkdir()
    space = Namespace(directory / "root", {"/var/lib/hopcheck": directory / "files"})
    space.write("/etc/hopcheck-test", "inside\n")
    space.write("/usr/bin/hopcheck-hello", "#!/bin/sh\necho hello\n", 0o755)
    await space.start()
    yield space
    await space.stop()
    scratch.remove(directory)


def run(namespace, *argv):
    return subprocess.run([*namespace.enter, *argv], check=True, capture_output=True, text=True).stdout


async def test_written_files_stand_at_fixed_paths(namespace):
    assert run(namespace, "hopcheck-hello") == "hello\n"
    assert run(namespace, "cat", "/etc/hopcheck-test") == "inside\n"


async def test_what_is_written_inside_stays_inside(namespace):
    run(namespace, "touch", "/etc/hopcheck-touched", "/var/lib/hopcheck/bound")
    assert subprocess.run(["ls", "/etc/hopcheck-touched"], capture_output=True).returncode != 0
    assert (namespace.root / "etc/hopcheck-touched").exists()
    assert (namespace.root.parent / "files/bound").exists()


async def test_stopping_ends_every_process_inside(namespace, tmp_path):
    process = Process(Command("sleeper", ["sleep", "1000"], inside=namespace.init, notify=False), tmp_path / "log")
    await process.start()
    await namespace.stop()
    assert await process.wait() != 0
