from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from hopcheck.topology.bus_guest import DIRECTIVE, POLICY
from hopcheck.topology.given import GIVEN, rhc
from hopcheck.topology.host_config import FACTS
from hopcheck.topology.identity import Identity
from hopcheck.topology.roles import TapPorts
from hopcheck.topology.settings import Settings
from hopcheck.topology.site import Site
from hopcheck.trace import Event, Payload, TraceTimeout

PLAN = SimpleNamespace(
    settings=Settings(report=Path("report")),
    site=Site("platform", "127.0.0.1"),
    taps=TapPorts(rhc_remediations=8001, rhc_ingress=8002),
)


class Host:
    def __init__(self, name="host-1"):
        self.identity = Identity.new(name)
        self.bus_tap = None
        self.written = []

    async def write(self, file):
        self.written.append(file)

    async def read(self, path):
        return f"what is in {path}"

    async def start_in_vain(self, patience):
        return 1


class BusGuest:
    """Takes down what it is asked to do."""

    def __init__(self, tap):
        GUESTS.append(self)
        self.refuses = False
        self.did = []

    async def connect(self):
        self.did.append("connect")

    async def become_worker(self, *, remote_content):
        self.did.append(("worker", remote_content))

    async def transmit(self, addr, data, metadata, response_to):
        self.did.append(("transmit", addr, data))

    async def dispatch(self, directive, data, message_id):
        self.did.append(("dispatch", self.refuses))

    async def message_journal(self, message_id):
        self.did.append(("journal", message_id))

    async def tell(self, event, message_id):
        self.did.append(("tell", event, message_id))
        self.scene._do("signal", "dbus", member="WorkerEvent", args=[message_id])

    async def list_workers(self, *more):
        self.did.append(("list", *more) if more else "list")

    async def leave(self):
        self.did.append("leave")


GUESTS: list[BusGuest] = []


class Scene:
    """A host that does what it should, but for what is in ``fails``; waits see what it last did."""

    def __init__(self, fails=()):
        self.fails, self.plan = set(fails), PLAN
        self.trace, self.told, self.hosts, self.noted, self.fences = [], [], [], [], 0
        self.first_host = Host()
        BusGuest.scene = self

    def host(self, *config):
        host = Host(f"host-{len(self.hosts) + 2}")
        self.hosts.append((host, config))
        return host

    def call(self, coroutine):
        return asyncio.run(coroutine)

    def tell(self, op, **attrs):
        self.noted.append((op, attrs))

    def afterwards(self, act):
        act()

    def old_broker(self):
        return 9001

    def fence(self):
        self.fences += 1

    def tell_host(self, identity, message, end):
        self.told.append((end, message))
        self.to = identity.client_id
        try:
            document = json.loads(message)
        except ValueError:
            return
        if not isinstance(document, dict):
            return
        if end == "data/in":
            self._do("call", "dbus", member="Dispatch", args=["worker", document["message_id"]])
            target = str(document["content"]).partition("platform:8001")[2]
            self._do("request", "http", target=target, exchange="x")
            self._do("response", "http", exchange="x")
        elif isinstance(document["content"], dict):
            self._obey(document["message_id"], **document["content"])

    def _obey(self, asked, command, **_):
        if command == "ping":
            self._do("PUBLISH", "mqtt", body={"content": "pong", "response_to": asked})
        elif command == "reconnect":
            self._do("CONNECT", "mqtt", leg="host")
        elif command == "cancel":
            self._do("call", "dbus", member="Cancel", args=[], exchange="c")
            self._do("return", "dbus", exchange="c")

    def _do(self, op, protocol, body=None, exchange=None, host=None, **attrs):
        payload = None if body is None else Payload(json.dumps(body).encode())
        seq = len(self.trace) + 1
        self.trace.append(
            Event(seq, seq, seq, "", "", "", protocol, op, "rhc", "", exchange, host or self.to, attrs, payload)
        )

    def publishes(self, host, **content):
        self._do("PUBLISH", "mqtt", body={"content": content}, host=host.identity.client_id, leg="host")

    def wait(self, matches, what):
        for host in (self.first_host, *(host for host, _ in self.hosts)):
            self._do("call", "dbus", host=host.identity.client_id, member="Get", path=f"/worker/{DIRECTIVE}")
            for file in host.written:
                if file.path == FACTS:
                    self.publishes(host, canonical_facts=json.loads(file.content))
        found = next((e for e in self.trace if e.op not in self.fails and matches(e)), None)
        if found is None:
            raise TraceTimeout(f"no {what}")
        return found


@pytest.fixture(autouse=True)
def guests(monkeypatch):
    GUESTS.clear()
    monkeypatch.setattr(rhc, "BusGuest", BusGuest)
    return GUESTS


def face(name, fails=()):
    scene = Scene(fails)
    GIVEN[name](scene)
    return scene


def commands(scene):
    return [json.loads(message)["content"] for end, message in scene.told if end == "control/in" and message]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("a ping", [("ping", {})]),
        ("a command to disconnect", [("disconnect", {}), ("ping", {})]),
        ("a command to reconnect in a second", [("reconnect", {"delay": "1"})]),
        ("a command to reconnect that tells no time", [("reconnect", {}), ("ping", {})]),
    ],
)
def test_what_the_host_is_told(name, asked):
    assert [(each["command"], each["arguments"]) for each in commands(face(name))] == asked


@pytest.mark.parametrize("name", ["a ping", "a command to reconnect in a second", "a command to cancel"])
def test_what_does_not_come_is_missed(name):
    with pytest.raises(TraceTimeout):
        face(name, fails={"PUBLISH", "CONNECT", "call"})


def test_whoever_is_sent_away_is_asked_whether_it_lives_whatever_it_did(guests):
    face("a command to disconnect", fails={"PUBLISH"})
    assert guests[0].did == ["connect", "leave", "list"]


@pytest.mark.parametrize("name", ["a command to disconnect", "a command to reconnect that tells no time"])
def test_what_may_not_come_has_the_time_that_another_host_takes(name):
    assert face(name).fences == 1


def test_what_is_cancelled_has_a_worker_and_a_message_or_lacks_one():
    [whole] = commands(face("a command to cancel"))
    assert set(whole["arguments"]) == {"directive", "messageID"}
    lacking = [set(each["arguments"]) for each in commands(face("commands to cancel that lack a part"))]
    assert lacking == [{"directive"}, {"messageID"}, set()]


def test_each_message_that_nobody_understands_is_followed_by_a_ping():
    told = [message for _, message in face("control messages that nobody understands").told]
    assert all(json.loads(ping)["content"]["command"] == "ping" for ping in told[1::2])
    assert told[0:4:2] == [b"", b"no JSON"]
    assert len(told) == 10


def test_a_host_that_left_is_told_nothing_more():
    scene = Scene(fails={"PUBLISH"})
    scene._obey = lambda asked, command, **_: scene._do("closed", "mqtt", leg="host")
    GIVEN["control messages that nobody understands"](scene)
    assert len(scene.told) == 2


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("a data message with a number in its metadata", {"metadata": {"attempt": 1}}),
        ("a data message for a worker that is not there", {"directive": "hopcheck-nobody"}),
    ],
)
def test_a_good_message_follows_a_wrong_one(guests, name, wrong):
    first, second = [json.loads(message) for _, message in face(name).told]
    assert {key: first[key] for key in wrong} == wrong
    assert (second["directive"], second["metadata"]) == ("hopcheck-guest", {})
    assert ("worker", False) in guests[0].did


def test_content_stands_there_as_it_is_given():
    texts = [message for _, message in face("data messages for a worker without remote content").told]
    assert b'"content": { "share" : 1.0, "what":"\\u00e9\\/" }}' in texts[1]
    assert json.loads(texts[0])["content"] == "https://localhost/"


@pytest.mark.parametrize("name", ["a worker without remote content that transmits", "a stranger who transmits"])
def test_what_is_transmitted(guests, name):
    face(name)
    worker = ("worker", False) in guests[0].did
    [(_, addr, data)] = [each for each in guests[0].did if each[0] == "transmit"]
    assert worker is (name != "a stranger who transmits")
    assert addr.startswith("https://platform:8002/") is not worker
    assert (b"executor_on_start" in data) is not worker


@pytest.mark.parametrize(
    ("name", "data_host"),
    [("another host for content", "platform:8001"), ("another host for what is transmitted", "platform:8002")],
)
def test_data_host_is_configured_and_told(name, data_host):
    scene = face(name)
    [(host, config)] = scene.hosts
    assert f'data-host = "{data_host}"' in config[0].content.decode()
    assert config[1] == POLICY
    assert scene.noted == [("configured", {"client_id": host.identity.client_id, "data_host": data_host})]


def test_everything_is_asked_of_rhc_on_a_host_that_keeps_a_journal(guests):
    scene = face("somebody on the bus who asks rhc for all that it can")
    [(_, config)] = scene.hosts
    assert b'message-journal = "' in config[0].content
    [guest] = guests
    asked = [each for each in guest.did if isinstance(each, tuple)]
    _, _, taken, told, found, unknown, refused = asked
    assert (taken, refused) == (("dispatch", False), ("dispatch", True))
    assert (told[1], found[1]) == (2, told[2])
    assert unknown[1] != found[1]
    assert [each["command"] for each in commands(scene)] == ["cancel"]


def test_a_playbook_that_is_not_there_is_asked_for():
    contents = [json.loads(message)["content"] for _, message in face("a playbook that is not there").told]
    assert len({*contents}) == 2
    assert all(each.startswith("https://platform:8001/api/remediations/") for each in contents)


def test_new_facts_are_noted_and_written():
    scene = face("new facts")
    [file] = scene.first_host.written
    [(op, noted)] = scene.noted
    assert (op, noted["facts"]) == ("written", json.loads(file.content))
    assert noted["facts"] != scene.first_host.identity.facts()


def test_the_client_id_that_is_kept_is_noted():
    path = "/var/lib/yggdrasil/client-id"
    scene = face("a client id that is kept")
    noted = {"client_id": scene.first_host.identity.client_id, "path": path, "text": f"what is in {path}"}
    assert scene.noted == [("found", noted)]


def test_tags_are_of_all_kinds():
    [(_, [file])] = face("a host with tags").hosts
    assert file.path == "/etc/yggdrasil/tags.toml"


def test_a_start_with_an_old_broker_is_noted():
    scene = face("a start with a broker that speaks TLS 1.2 only")
    assert b"mqtts://platform:9001" in scene.hosts[0][0].written[0].content
    assert scene.noted[0][1]["what"] == "a start with a broker that speaks TLS 1.2 only"


def test_a_start_without_a_broker_is_noted_with_its_status():
    scene = face("a start without a broker")
    [(host, _)] = scene.hosts
    [config] = host.written
    port = int(config.content.decode().partition("mqtts://platform:")[2].partition('"')[0])
    assert port not in (0, PLAN.taps.mqtt_hosts)
    assert [(op, noted["status"]) for op, noted in scene.noted] == [("tried", 1)]
