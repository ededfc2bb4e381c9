from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from fakes.rhc_worker_playbook import paths, runner


async def test_call_is_exactly_the_documented_one(state, monkeypatch):
    monkeypatch.setenv("HOME", "/root")
    await runner.run("c-1", b"[]", lambda event: None)
    arguments, environment = json.loads((state / "called.json").read_text())
    assert arguments == [
        "-m",
        "ansible_runner",
        "run",
        "--ident",
        "c-1",
        "--playbook",
        f"{state}/c-1.yaml",
        f"{state}/runs",
    ]
    assert {name: value for name, value in environment.items() if name not in ("LC_CTYPE", "__CF")} == {
        "PATH": "/sbin:/bin:/usr/sbin:/usr/bin",
        "PYTHONPATH": "/usr/lib64/rhc-worker-playbook",
        "PYTHONDONTWRITEBYTECODE": "1",
        "ANSIBLE_HOME": f"{state}/ansible-home",
        "ANSIBLE_REMOTE_TMP": f"{state}/ansible-home/remote-tmp",
        "ANSIBLE_COLLECTIONS_PATH": "/usr/share/rhc-worker-playbook/ansible/collections/ansible_collections",
    }
    assert (state / "c-1.yaml").stat().st_mode & 0o777 == 0o600
    assert (state / "c-1.yaml").read_bytes() == b"[]"
    for folder in ("runs", "runs/artifacts", "runs/artifacts/c-1", "runs/artifacts/c-1/job_events"):
        assert (state / folder).stat().st_mode & 0o777 == 0o750


async def test_every_whole_event_has_come_on_return(state):
    seen = []
    await runner.run("c-1", b"[]", seen.append)
    assert [event["uuid"] for event in seen] == ["u1", "u2", "u3"]


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("exit", "2", "error executing ansible-runner: err=exit status 2"),
        ("status", "failed", "status is failed"),
        ("status", "", "cannot read the status file"),
        ("exit", "-9", "err=signal: killed"),
    ],
)
async def test_failures(state, file, text, reason):
    (state / file).write_text(text)
    with pytest.raises(runner.RunFailed, match=reason):
        await runner.run("c-1", b"[]", lambda event: None)


async def test_missing_program_is_a_failure(state, monkeypatch):
    monkeypatch.setattr(paths, "PYTHON", str(state / "none"))
    with pytest.raises(runner.RunFailed, match="No such file"):
        await runner.run("c-1", b"[]", lambda event: None)


async def test_real_ansible_runner(state, monkeypatch):
    monkeypatch.setattr(paths, "PYTHON", sys.executable)
    monkeypatch.setattr(paths, "PATH", f"{Path(sys.executable).parent}:{paths.PATH}")
    seen = []
    playbook = b"- hosts: localhost\n  gather_facts: false\n  tasks: [{ansible.builtin.assert: {that: 1 == 1}}]\n"
    await runner.run("c-1", playbook, seen.append)
    assert (paths.artifacts("c-1") / "status").read_text() == "successful"
    assert {event["runner_ident"] for event in seen} == {"c-1"}
    names = [event["event"] for event in seen]
    assert "runner_on_ok" in names
    assert names[-1] == "playbook_on_stats"
    left = os.listdir(paths.artifacts("c-1") / "job_events")
    assert len(names) == len([name for name in left if "partial" not in name])
