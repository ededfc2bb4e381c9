import json
import subprocess
import sys

import pytest

from hopcheck.topology.containers import versions


@pytest.fixture
def program(tmp_path):
    def make(path, says, status=0):
        file = tmp_path / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{says}\nexit {status}\n")
        file.chmod(0o755)
        return str(file)

    return make


def test_the_first_line_with_a_number_is_the_version(program):
    assert versions.said([program("a", "echo starting; echo 'yggd 0.4.9'; echo 1.2")]) == "yggd 0.4.9"


def test_stderr_counts_and_so_does_a_program_that_fails(program):
    assert versions.said([program("a", "echo 'yggd 0.4.9' >&2", status=2)]) == "yggd 0.4.9"


@pytest.mark.parametrize("says", ["echo none", "true"])
def test_a_program_that_tells_none_has_none(program, says):
    assert versions.said([program("a", says)]) == ""


def test_a_program_that_cannot_be_run_has_none(tmp_path):
    assert versions.said([str(tmp_path / "none")]) == ""


def test_what_was_moved_aside_is_asked_rather_than_its_shim(program, tmp_path):
    shim, plain = program("usr/bin/client", "echo shim 9.9"), program("usr/bin/yggd", "echo yggd 0.4")
    program(f"real{shim}", "echo client 3.2.1")
    told = versions.main({"insights-client": shim, "rhc": plain}, str(tmp_path / "real"))
    assert told == {"insights-client": "client 3.2.1", "rhc": "yggd 0.4"}


def test_the_runner_is_a_package_and_brings_ansible(monkeypatch):
    asked = []

    def said(command, env=None):
        asked.append((command, env))
        return "2.4.3" if "ansible_runner" in command else "ansible-playbook [core 2.19.1]"

    monkeypatch.setattr(versions, "said", said)
    told = versions.main({"ansible-runner": "/usr/lib64/worker"}, "/real")
    assert told == {"ansible-runner": "ansible-runner 2.4.3, ansible-core 2.19.1"}
    assert asked[0][1]["PYTHONPATH"] == "/real/usr/lib64/worker:/usr/lib64/worker"


def test_a_runner_that_tells_nothing_is_shown_as_such(monkeypatch):
    monkeypatch.setattr(versions, "said", lambda *_: "")
    assert versions.main({"ansible-runner": "/x"}, "/real") == {"ansible-runner": "ansible-runner ?, ansible-core ?"}


def test_as_a_script_it_prints_json(program, tmp_path):
    (tmp_path / "found.json").write_text(json.dumps({"rhc": program("yggd", "echo yggd 0.4")}))
    argv = [sys.executable, versions.__file__, str(tmp_path / "found.json"), "/real"]
    assert json.loads(subprocess.run(argv, capture_output=True, check=True).stdout) == {"rhc": "yggd 0.4"}
