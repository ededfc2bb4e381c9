from __future__ import annotations

import json
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from hopcheck.topology.given.runs import (
    ANNOUNCE,
    SATELLITE_JSONL,
    Play,
    SatellitePlay,
    announce,
    event,
    gone,
    good,
    lines,
    settle,
    start,
)
from hopcheck.topology.scene import JSONL


class Scene:
    """Takes down what is done on it; the run that is asked for has ended at the second look."""

    def __init__(self):
        self.settings = SimpleNamespace(org_id="1", account="2")
        self.plan = SimpleNamespace(taps=SimpleNamespace(s3=9000), secrets=SimpleNamespace(s3_secret="secret"))
        self.dispatched, self.uploads, self.records, self.asked = [], [], [], []

    def guest(self):
        return SimpleNamespace(client_id=f"guest-{len(self.dispatched)}", vanish=lambda: self.asked.append("vanish"))

    def dispatch(self, guest, **members):
        self.dispatched.append(members)
        return f"run-{guest.client_id}", f"correlation-{guest.client_id}"

    def upload(self, guest, content, kind):
        self.uploads.append((guest.client_id, content, kind))

    def record(self, topic, key, value, /, **headers):
        self.records.append((topic, key, json.loads(value), headers))

    def ask(self, role, method, path, **request):
        self.asked.append(path)
        return SimpleNamespace(status=200, json={"data": [{"status": ["running", "success"][len(self.asked) - 1]}]})

    def until(self, ask, right, what):
        while not right(answer := ask()):
            pass
        return answer

    def until_connected(self, guest, *, connected):
        self.asked.append(connected)


@pytest.fixture
def scene():
    return Scene()


def read(content):
    return [json.loads(line) for line in content.splitlines()]


def test_a_run_is_dispatched_to_a_host_of_its_own(scene):
    play = Play(scene, timeout=0)
    assert scene.dispatched == [{"timeout": 0}]
    assert play.values == {"run": "run-guest-0", "recipient": "guest-0"}


def test_every_upload_begins_with_the_run(scene):
    play = Play(scene)
    play.tell(event("runner_on_ok", 1, "ok", "web"))
    [(host, content, kind)] = scene.uploads
    first, second = read(content)
    assert (host, kind, first["counter"]) == ("guest-0", JSONL, -1)
    assert first["event_data"] == {"crc_dispatcher_correlation_id": play.correlation_id}
    assert second["event_data"] == {"host": "web"}
    assert second["end_line"] - second["start_line"] == 1


def test_an_event_without_output_spans_no_line():
    silent = event("playbook_on_start", 3)
    assert (silent["start_line"], silent["end_line"], silent["stdout"], silent["event_data"]) == (3, 3, "", {})


def test_a_good_upload_ends_the_run():
    assert [each["event"] for each in read(good("c"))] == ["executor_on_start", "runner_on_ok", "playbook_on_stats"]
    assert lines(start("c")).endswith(b"}\n")


def test_all_is_handled_once_a_later_run_has_ended(scene):
    settle(scene)
    assert len(scene.asked) == 2
    assert all(path.endswith("?filter[recipient]=guest-0") for path in scene.asked)
    assert read(scene.uploads[0][1])[-1]["event"] == "playbook_on_stats"


def test_a_satellite_tells_of_its_host_in_its_own_way(scene):
    play = SatellitePlay(scene)
    [members] = scene.dispatched
    assert members["hosts"][0]["inventory_id"] == play.host
    assert set(members["recipient_config"]) == {"sat_id", "sat_org_id"}
    play.tell(play.update(0, "one"), play.finished(1))
    [(_, content, kind)] = scene.uploads
    update, finished = read(content)
    assert kind == SATELLITE_JSONL
    assert (update["host"], update["sequence"], update["console"]) == (play.host, 0, "one")
    assert {each["correlation_id"] for each in (update, finished)} == {play.correlation_id}
    assert {each["version"] for each in (update, finished)} == {3}
    assert (finished["type"], finished["status"]) == ("playbook_run_finished", "success")


def test_an_announce_leads_to_an_object(scene):
    announce(scene, "it")
    [(topic, _, body, headers)] = scene.records
    assert (topic, headers, body["service"], body["org_id"]) == (ANNOUNCE, {"service": "playbook"}, "playbook", "1")
    url = urlsplit(body["url"])
    assert (url.netloc, url.path.rpartition("/")[2]) == ("127.0.0.1:9000", "it")
    assert parse_qs(url.query)["X-Amz-Expires"] == ["86400"]


def test_a_host_is_gone_once_the_connector_knows(scene):
    gone(scene, scene.guest())
    assert scene.asked == ["vanish", False]


def test_an_announce_may_be_for_nobody(scene):
    announce(scene, "it", None)
    assert scene.records[0][3] == {}
