from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from hopcheck.checks.cases import Cases
from hopcheck.checks.contracts.documents import Documents
from hopcheck.home import CONTRACTS
from hopcheck.topology.given import GIVEN
from hopcheck.topology.guest import Guest
from hopcheck.topology.identity import Identity
from hopcheck.trace import TraceTimeout


class Silent(Guest):
    """A guest without a broker, which writes down what it does."""

    def __init__(self, log):
        self.identity = Identity.new("guest")
        self.log = log

    def say(self, message, end="control/out", qos=1):
        self.log.append((self.client_id, end, message))

    def vanish(self):
        self.log.append((self.client_id, "vanishes", None))

    def heard(self, count=1):
        self.log.append((self.client_id, "hears", count))


class Scene:
    """Takes down what is done on it; whoever shall be connected is, unless the connector is ``dead``."""

    def __init__(self, dead=False):
        self.log = []
        self.values = {"account": "77"}
        self.dead = dead

    def guest(self, *, online=True, tenant=True, **status):
        guest = Silent(self.log)
        if online:
            guest.say(guest.status(**status))
        if not tenant:
            self.log.append((guest.client_id, "is nobody's", None))
        return guest

    def until_connected(self, guest):
        if self.dead:
            raise TraceTimeout("it is gone")

    def wait(self, matches, what):
        self.log.append((None, "waits", matches))

    def record(self, topic, key, value, /, **headers):
        self.log.append((key, headers["topic"], json.loads(value)))

    def __getattr__(self, name):
        return lambda *arguments, **named: self.log.append((None, name, (*arguments, named)))


def played(name, **how):
    scene = Scene(**how)
    values = GIVEN[name](scene)
    return values["guest"], scene.log


CASES = [each for each in Cases(Documents(CONTRACTS)).by_id.values() if each.role == "cloud-connector" and each.given]


@pytest.mark.parametrize("name", sorted({case.given for case in CASES}))
def test_all_that_a_case_has_given_is_known_and_names_its_host(name):
    guest, log = played(name)
    assert {who for who, _, _ in log} >= {guest}


def said(log, guest):
    return [message for who, what, message in log if who == guest and what == "control/out"]


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("a host that said it is offline", ["online", "offline"]),
        ("a host whose older online status came later", ["online", "online"]),
        ("a host that sent two online statuses at one time", ["online", "online"]),
        ("a host whose offline status is older than its online status", ["online", "offline"]),
        ("a host that repeated its online status with other dispatchers", ["online", "online"]),
    ],
)
def test_statuses_come_in_order(name, states):
    guest, log = played(name)
    assert [message["content"]["state"] for message in said(log, guest)] == states
    assert log[-1][1] == "fence"


def test_older_is_older_and_the_same_is_the_same():
    first, second = said(*reversed(played("a host whose older online status came later")))
    assert second["sent"] < first["sent"]
    first, second = said(*reversed(played("a host that sent two online statuses at one time")))
    assert second["sent"] == first["sent"]
    assert second["message_id"] != first["message_id"]
    first, second = said(*reversed(played("a host that repeated its online status with other dispatchers")))
    assert second["message_id"] == first["message_id"]
    assert second["content"]["dispatchers"] != first["content"]["dispatchers"]


def test_a_will_is_waited_for():
    guest, log = played("a host that broke off, and whose will says so")
    assert [what for _, what, _ in log] == ["control/out", "vanishes", "waits", "fence"]
    matches = log[2][2]

    def told(topic, data=b'{"content":{"state":"offline"}}', **more):
        event = {"op": "PUBLISH", "target": "cloud-connector", "attrs": {"topic": topic}, **more}
        return matches(SimpleNamespace(payload=SimpleNamespace(data=data), **event))

    own = f"redhat/insights/{guest}/control/out"
    assert told(own)
    assert not told(own.replace(guest, "other"))
    assert not told(own, b'{"content":{"state":"online"}}')
    assert not told(own, target="rhc")
    assert not told(own, op="PUBACK")


def test_the_connector_is_away_while_a_host_comes():
    _, log = played("a host that came online while the connector was away")
    assert [what for _, what, _ in log] == ["stop", "control/out", "start", "fence"]


def test_foreign_topics_are_four_kinds_of_foreign():
    guest, log = played("a host of which only records of foreign topics tell")
    topics = [what for who, what, _ in log if who == guest]
    assert len(set(topics)) == 4
    assert f"redhat/insights/{guest}/control/out" not in topics


def test_one_that_does_not_survive_is_asked_all_the_same():
    name = "a host whose status had wrong JSON types before it came online"
    guest, log = played(name, dead=True)
    assert [type(message["content"]).__name__ for message in said(log, guest)] == ["list", "dict", "dict", "dict"]
    assert said(log, guest)[-1]["content"]["canonical_facts"]["insights_id"] != 7


def test_nonsense_is_a_goodbye_for_whoever_reads_it():
    guest, log = played("a connected host that said what cannot be understood")
    online, text, sent, kind, state = said(log, guest)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    assert (sent["sent"], kind["type"], state["content"]["state"]) == ("yesterday", "farewell", "weary")
    assert online["content"]["state"] == "online"
    assert sent["content"]["state"] == kind["content"]["state"] == "offline"
