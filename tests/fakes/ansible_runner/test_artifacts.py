import json
import uuid

import pytest

from fakes.ansible_runner.artifacts import Artifacts


@pytest.fixture
def artifacts(tmp_path):
    return Artifacts(tmp_path / "artifacts/c-1", "c-1", "/var/lib/p.yaml")


def read(tmp_path):
    files = sorted((tmp_path / "artifacts/c-1/job_events").iterdir(), key=lambda file: int(file.name.split("-")[0]))
    return files, [json.loads(file.read_text()) for file in files]


def test_events_are_counted_with_their_lines(artifacts, tmp_path, capsys):
    artifacts.event("playbook_on_start")
    artifacts.event("verbose", "one\r\ntwo")
    artifacts.event("runner_on_ok", "ok", host="localhost")
    files, events = read(tmp_path)
    assert [each["counter"] for each in events] == [1, 2, 3]
    assert [(each["start_line"], each["end_line"]) for each in events] == [(0, 0), (0, 2), (2, 3)]
    assert [file.name for file in files] == [f"{each['counter']}-{each['uuid']}.json" for each in events]
    assert events[2]["event_data"] == events[0]["event_data"] | {"host": "localhost"}
    assert capsys.readouterr().out == "one\r\ntwo\nok\n"


def test_events_name_run_and_playbook(artifacts, tmp_path):
    artifacts.event("playbook_on_start")
    _, [event] = read(tmp_path)
    assert event["runner_ident"] == "c-1"
    assert event["event_data"]["playbook"] == "/var/lib/p.yaml"
    assert str(uuid.UUID(event["event_data"]["playbook_uuid"])) == event["event_data"]["playbook_uuid"]


def test_the_end_is_one_word(artifacts, tmp_path):
    artifacts.end("successful")
    assert (tmp_path / "artifacts/c-1/status").read_text() == "successful"
