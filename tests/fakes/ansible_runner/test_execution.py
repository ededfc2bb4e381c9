import json

import pytest

from fakes.ansible_runner.artifacts import Artifacts
from fakes.ansible_runner.execution import execute


@pytest.fixture
def told(tmp_path):
    def run(*plays):
        good = execute(plays, Artifacts(tmp_path / "run", "c-1", "p.yaml"))
        files = sorted((tmp_path / "run/job_events").iterdir(), key=lambda file: int(file.name.split("-")[0]))
        return good, [json.loads(file.read_text()) for file in files]

    return run


def play(*tasks, **keys):
    return {"name": "a play", "hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **keys}


def names(events):
    return [each["event"] for each in events]


def test_good_play_is_told_from_start_to_stats(told, tmp_path):
    good, events = told(play({"name": "a directory", "file": {"path": str(tmp_path / "new"), "mode": "0750"}}))
    assert good
    assert names(events) == [
        "playbook_on_start",
        "playbook_on_play_start",
        "playbook_on_task_start",
        "runner_on_start",
        "runner_on_ok",
        "playbook_on_stats",
    ]
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o750
    assert events[4]["stdout"] == "changed: [localhost]"
    assert "ok=1    changed=1    unreachable=0    failed=0" in events[-1]["stdout"]


def test_facts_are_gathered_where_nobody_objects(told):
    _, events = told({"name": "a play", "hosts": "localhost"})
    assert "TASK [Gathering Facts]" in events[2]["stdout"]


def test_what_is_there_already_is_no_change(told, tmp_path):
    task = {"name": "a file", "copy": {"dest": str(tmp_path / "file"), "content": "x\n", "mode": "0600"}}
    _, events = told(play(task, task))
    assert (tmp_path / "file").read_text() == "x\n"
    assert [each["stdout"] for each in events if each["event"] == "runner_on_ok"] == [
        "changed: [localhost]",
        "ok: [localhost]",
    ]


def test_first_failure_ends_the_playbook(told, tmp_path):
    never = {"name": "never", "file": {"path": str(tmp_path / "never"), "mode": "0755"}}
    good, events = told(play({"name": "fails", "command": "ls /there/is/no/such/file"}, never), play(never))
    assert not good
    assert names(events).count("playbook_on_play_start") == 1
    assert not (tmp_path / "never").exists()
    assert "fatal: [localhost]: FAILED! => rc=2" in events[-2]["stdout"]
    assert "failed=1" in events[-1]["stdout"]


def test_ignored_failure_does_not(told):
    good, events = told(play({"name": "fails", "command": "false", "ignore_errors": True}))
    assert good
    assert events[-2]["event"] == "runner_on_failed"
    assert events[-2]["stdout"].endswith("...ignoring")
    assert "ignored=1" in events[-1]["stdout"]


def test_task_may_say_that_it_changes_nothing(told):
    _, events = told(play({"name": "looks", "command": "true", "changed_when": False}))
    assert events[-2]["stdout"] == "ok: [localhost]"


def test_unknown_module_fails(told):
    good, events = told(play({"name": "installs", "dnf": {"name": "x"}}))
    assert not good
    assert "no module dnf in this stand-in" in events[-2]["stdout"]


def test_what_a_command_printed_is_shown_by_its_name(told, tmp_path):
    (tmp_path / "words").write_text("many words\n")
    read = {"name": "read", "command": f"cat {tmp_path}/words", "register": "words"}
    good, events = told(play(read, {"name": "tell", "debug": {"var": "words.stdout"}}))
    assert good
    assert [each["stdout"] for each in events if each["event"] == "runner_on_ok"] == [
        "changed: [localhost]",
        'ok: [localhost] => {\n    "words.stdout": "many words"\n}',
    ]


def test_what_nobody_registered_cannot_be_shown(told):
    good, events = told(play({"name": "tell", "debug": {"var": "other.stdout"}}))
    assert not good
    assert "VARIABLE IS NOT DEFINED" in events[-2]["stdout"]


def test_a_file_needs_its_directory(told, tmp_path):
    task = {"name": "a file", "copy": {"dest": str(tmp_path / "none/file"), "content": "x\n", "mode": "0600"}}
    good, events = told(play(task))
    assert not good
    assert f"Destination directory {tmp_path}/none does not exist" in events[-2]["stdout"]
