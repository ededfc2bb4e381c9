from __future__ import annotations

import json
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

from hopcheck.topology.given import GIVEN
from hopcheck.topology.identity import Identity

PLAN = SimpleNamespace(
    site=SimpleNamespace(name="platform.example", address="127.0.0.1"),
    taps=SimpleNamespace(rhc_remediations=8001, rhc_ingress=8002),
)


class Scene:
    """Takes down what the first host is told, and what is waited for."""

    def __init__(self, files):
        self.plan, self.trace = PLAN, []
        self.values = {"plan": "the-plan", "system": "the-system"}
        self.first_host = SimpleNamespace(identity=Identity.new("host-1"), files=files)
        self.told, self.waits, self.undo = [], [], []

    def tell_host(self, identity, message, end):
        assert identity is self.first_host.identity
        self.told.append((end, json.loads(message)))

    def wait(self, matches, what):
        self.waits.append((what, matches))

    def afterwards(self, act):
        self.undo.append(act)


@pytest.fixture
def played(tmp_path):
    def play(name):
        scene = Scene(tmp_path)
        GIVEN[name](scene)
        [(end, message)] = scene.told
        assert end == "data/in"
        return scene, message

    return play


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("a message without a return address", {"crc_dispatcher_correlation_id", "response_interval"}),
        ("a message without a correlation id", {"return_url", "response_interval"}),
        ("a message without a response interval", {"return_url", "crc_dispatcher_correlation_id"}),
        (
            "an address that takes no upload",
            {"return_url", "crc_dispatcher_correlation_id", "response_interval"},
        ),
    ],
)
def test_a_message_lacks_what_it_is_called_by(played, name, has):
    scene, message = played(name)
    assert set(message["metadata"]) == has
    assert message["directive"] == "rhc-worker-playbook"
    what, ended = scene.waits[-1]
    assert what == "the worker's END"
    assert ended(signal(2, message["message_id"]))
    assert not ended(signal(1, message["message_id"]))
    assert not ended(signal(2, "another"))


def signal(name, message_id):
    return SimpleNamespace(op="signal", attrs={"member": "Event", "args": [name, message_id, "", {}]})


def test_what_runs_is_the_plan_of_cases_and_goes_on_once_it_runs(played):
    scene, message = played("a message without a response interval")
    assert message["content"].endswith(
        ":8001/api/remediations/v1/remediations/the-plan/playbook?hosts=the-system&localhost"
    )
    assert message["metadata"]["return_url"] == "https://platform.example:8002/api/ingress/v1/upload"
    assert [what for what, _ in scene.waits] == ["ansible-runner to be called", "the worker's END"]
    [close] = scene.undo
    close()


def test_an_address_that_takes_no_upload_refuses_it_until_the_case_is_over(tmp_path):
    scene = Scene(tmp_path)
    GIVEN["an address that takes no upload"](scene)
    [(_, message)] = scene.told
    port = int(message["metadata"]["return_url"].split(":")[2].split("/")[0])
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", "/upload", b"x" * 70000)
    assert connection.getresponse().status == 500
    connection.close()
    for act in reversed(scene.undo):
        act()
    with pytest.raises(OSError, match="refused"):
        connection.request("POST", "/upload", b"x")
