from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from hopcheck.taps.process import ProcessTap, arrow_of
from hopcheck.taps.stub import install_shim, runner_package
from hopcheck.trace import Event, Redactor, Store

PLAY = "- name: ours\n  hosts: localhost\n"
RUNNER = """
import os, pathlib, sys
ident = sys.argv[sys.argv.index("--ident") + 1]
artifacts = pathlib.Path(sys.argv[-1], "artifacts", ident)
artifacts.mkdir(parents=True)
(artifacts / "status").write_text("successful")
print("ran", os.environ.get("PYTHONPATH"))
"""


class Host:
    def __init__(self, directory: Path, **tap: Any) -> None:
        self.directory = directory
        self.socket = directory / "tap"
        self.store = Store(directory / "trace", Redactor(b"key"))
        self.tap = ProcessTap(self.store, path=self.socket, host="h1", **tap)

    def install(self, source: str, program: str = "/usr/bin/insights-client", **options: Any) -> Path:
        (self.directory / "real.py").write_text(source)
        install_shim(
            self.directory / "root",
            program,
            real=[sys.executable, str(self.directory / "real.py")],
            socket=self.socket,
            python=sys.executable,
            **options,
        )
        return self.directory / "root" / program.lstrip("/")

    def install_runner(self, **options: Any) -> dict[str, str]:
        (self.directory / "real.py").write_text(RUNNER)
        package = self.directory / "lib" / "ansible_runner"
        package.mkdir(parents=True)
        for name, text in runner_package(
            "/usr/lib64/rhc-worker-playbook/ansible_runner/",
            socket=self.socket,
            real=[sys.executable, str(self.directory / "real.py")],
            python=sys.executable,
            **options,
        ).items():
            (package / name).write_text(text)
        return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}

    async def start_ansible(self, env: dict[str, str], *words: str) -> tuple[int, bytes, bytes]:
        return await run(sys.executable, "-m", "ansible_runner", *words, env=env, cwd=self.directory)

    def events(self) -> list[Event]:
        return list(self.store)


def scenario(body: Callable[[Host], Awaitable[None]], **tap: Any) -> None:
    async def inside(directory: Path) -> None:
        host = Host(directory, **tap)
        await host.tap.start()
        try:
            await body(host)
        finally:
            await host.tap.stop()
            host.store.close()

    with TemporaryDirectory() as directory:
        asyncio.run(inside(Path(directory)))


async def run(*command: str | Path, stdin: bytes | None = None, **options: Any) -> tuple[int, bytes, bytes]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        **options,
    )
    async with asyncio.timeout(30):
        stdout, stderr = await process.communicate(stdin)
    assert process.returncode is not None
    return process.returncode, stdout, stderr


def test_a_run_is_told_before_and_after() -> None:
    async def body(host: Host) -> None:
        source = "import sys; d = sys.stdin.read(); print(d.upper()); print('e', file=sys.stderr); sys.exit(3)"
        program = host.install(source, "/usr/libexec/rhc-playbook-verifier")
        status, stdout, stderr = await run(
            program, "--stdin", stdin=b"play", cwd="/", env={"PATH": "/bin", "SECRET": "x"}
        )
        assert (status, stdout, stderr) == (3, b"PLAY\n", b"e\n")
        spawn, ended = host.events()
        assert (spawn.op, spawn.edge, spawn.source, spawn.target) == (
            "spawn",
            "rhc-worker-playbook>insights-client",
            "rhc-worker-playbook",
            "insights-client",
        )
        assert (ended.op, ended.edge, ended.source, ended.target) == (
            "exit",
            spawn.edge,
            "insights-client",
            "rhc-worker-playbook",
        )
        assert spawn.exchange == ended.exchange
        assert (spawn.protocol, spawn.host, spawn.tap) == ("process", "h1", "process:h1")
        assert spawn.attrs["argv"] == [str(program), "--stdin"]
        assert spawn.attrs["program"] == str(program)
        assert spawn.attrs["path"] == "/usr/libexec/rhc-playbook-verifier"
        assert spawn.attrs["env"] == {"PATH": "/bin"}
        assert spawn.attrs["env_other"] == ["SECRET"]
        assert spawn.attrs["cwd"] == "/"
        assert spawn.attrs["files"] == {}
        assert ended.attrs["pid"] == spawn.attrs["pid"]
        assert (ended.attrs["status"], ended.attrs["signal"]) == (3, None)
        assert ended.attrs["stdin"] == {"size": 4, "sha256": hashlib.sha256(b"play").hexdigest(), "text": "play"}
        assert ended.attrs["stderr"] == "e\n"
        assert ended.payload is not None
        assert ended.payload.data == b"PLAY\n"

    scenario(body)


def test_the_event_is_written_before_the_program_runs() -> None:
    async def body(host: Host) -> None:
        program = host.install("import sys; print(open(sys.argv[1]).read())")
        _, stdout, _ = await run(program, host.store.path)
        assert json.loads(stdout.splitlines()[0])["op"] == "spawn"

    scenario(body)


def test_files_that_the_arguments_name_are_recorded() -> None:
    async def body(host: Host) -> None:
        program = host.install("")
        (host.directory / "a.yml").write_text("a: ä")
        (host.directory / "b.bin").write_bytes(b"\xff")
        (host.directory / "big").write_bytes(b"x" * ((1 << 20) + 1))
        await run(
            program, "a.yml", f"--payload={host.directory}/b.bin", "big", "nothing", "", "/dev/zero", cwd=host.directory
        )
        assert host.events()[0].attrs["files"] == {
            "a.yml": {"size": 5, "sha256": hashlib.sha256("a: ä".encode()).hexdigest(), "text": "a: ä"},
            f"{host.directory}/b.bin": {"size": 1, "sha256": hashlib.sha256(b"\xff").hexdigest(), "text": None},
        }

    scenario(body)


def test_a_killed_program_leaves_its_signal_and_a_killed_shim_an_exit_without_any() -> None:
    async def body(host: Host) -> None:
        program = host.install("import os; os.kill(os.getpid(), 9)")
        assert (await run(program))[0] == -9
        assert (host.events()[1].attrs["status"], host.events()[1].attrs["signal"]) == (None, 9)
        program = host.install("import sys, time; print(1, flush=True); sys.stdin.read()")
        process = await asyncio.create_subprocess_exec(
            program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        process.kill()
        await process.communicate()
        await asyncio.to_thread(host.store.wait_for, lambda e: e.op == "exit", what="exits", timeout=5, count=2)
        assert (host.events()[3].attrs["status"], host.events()[3].attrs["signal"]) == (None, None)

    scenario(body)


def test_the_gate_lets_a_known_playbook_through_and_ansible_runner_keeps_its_status_file() -> None:
    async def body(host: Host) -> None:
        env = host.install_runner()
        (host.directory / "play.yml").write_text(PLAY)
        (host.directory / "data").mkdir()
        words = ["run", "--ident", "id-1", "--playbook", f"{host.directory}/play.yml", f"{host.directory}/data"]
        status, stdout, stderr = await host.start_ansible(env, *words)
        assert (status, stdout, stderr) == (0, b"ran None\n", b"")
        spawn, ended = host.events()
        assert (spawn.edge, spawn.target) == ("rhc-worker-playbook>ansible-runner", "ansible-runner")
        assert spawn.attrs["program"] == "ansible_runner"
        assert spawn.attrs["argv"] == [sys.executable, "-m", "ansible_runner", *words]
        assert spawn.attrs["env"] == env
        assert spawn.attrs["env_other"] == []
        assert spawn.attrs["files"][f"{host.directory}/play.yml"]["text"] == PLAY
        assert ended.attrs["files"][f"{host.directory}/data/artifacts/id-1/status"]["text"] == "successful"
        assert ended.attrs["refused"] is False

    scenario(body, may_run=lambda text: text == PLAY)


def test_the_gate_refuses_a_foreign_playbook_and_says_so() -> None:
    async def body(host: Host) -> None:
        env = host.install_runner()
        (host.directory / "play.yml").write_text(PLAY + "  tasks: [shell: reboot]\n")
        (host.directory / "data").mkdir()
        status, stdout, stderr = await host.start_ansible(
            env, "run", "--ident", "id-1", "--playbook", f"{host.directory}/play.yml", f"{host.directory}/data"
        )
        assert (status, stdout) == (1, b"")
        assert b"play.yml is not one of this run" in stderr
        assert not (host.directory / "data" / "artifacts").exists()
        ended = host.events()[1]
        assert (ended.attrs["refused"], ended.attrs["status"]) == (True, 1)
        assert ended.attrs["stderr"] == stderr.decode()

    scenario(body, may_run=lambda text: text == PLAY)


def test_the_gate_looks_where_ansible_looks() -> None:
    async def body(host: Host) -> None:
        env = host.install_runner()
        (host.directory / "data" / "project").mkdir(parents=True)
        (host.directory / "play.yml").write_text(PLAY)
        words = ["run", "--ident", "1", "-p", "play.yml", "data"]
        assert b"no playbook could be read" in (await host.start_ansible(env, *words))[2]
        (host.directory / "data" / "project" / "play.yml").write_text("- foreign")
        assert b"is not one of this run" in (await host.start_ansible(env, *words))[2]
        (host.directory / "data" / "project" / "play.yml").write_text(PLAY)
        assert (await host.start_ansible(env, *words))[0] == 0

    scenario(body, may_run=lambda text: text == PLAY)


def test_without_a_gate_or_a_policy_everything_runs() -> None:
    async def body(host: Host) -> None:
        env = host.install_runner(gate=False)
        assert (await host.start_ansible(env, "run", "--ident", "1", "x"))[0] == 0

    scenario(body, may_run=lambda text: False)

    async def ungated(host: Host) -> None:
        env = host.install_runner()
        assert (await host.start_ansible(env, "run", "--ident", "1", "x"))[0] == 0

    scenario(ungated)


def full(event: Event) -> None:
    raise OSError("disk full")


def test_a_failure_of_the_tap_ends_waits_and_is_raised() -> None:
    async def body(host: Host) -> None:
        program = host.install("print('ran')")
        host.store.subscribe(full)
        assert (await run(program))[1] == b"ran\n"
        with pytest.raises(AssertionError, match="process:h1 failed"):
            host.store.wait_for(lambda e: False, what="anything", timeout=5)

    with pytest.raises(OSError, match="disk full"):
        scenario(body)


def test_a_socket_path_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "trace", Redactor(b"key"))
    with pytest.raises(ValueError, match="longer than 107"):
        ProcessTap(store, path=tmp_path / ("x" * 110), host=None)
    store.close()


@pytest.mark.parametrize(
    ("path", "argv", "edge"),
    [
        ("/usr/libexec/rhc-playbook-verifier", ["--stdin"], "rhc-worker-playbook>insights-client"),
        (
            "/usr/bin/insights-client",
            ["-m", "insights.client.apps.ansible.playbook_verifier", "--quiet"],
            "rhc-worker-playbook>insights-client",
        ),
        ("/usr/bin/insights-client", [], "ansible-runner>insights-client"),
        ("/usr/lib64/rhc-worker-playbook/ansible_runner/", ["run"], "rhc-worker-playbook>ansible-runner"),
    ],
)
def test_the_edge_follows_from_the_program(path: str, argv: list[str], edge: str) -> None:
    found, source, target = arrow_of(path, argv)
    assert found == edge
    assert f"{source}>{target}" == edge
