from __future__ import annotations

import orjson
import pytest

from hopcheck.checks.contracts import Checker

EDGE = "rhc<>cloud-connector"
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
NOW = "2026-01-02T03:04:05.678+01:00"
ENVELOPE = {"message_id": ID, "response_to": "", "version": 1, "sent": NOW}
STATUS = {
    "type": "connection-status",
    **ENVELOPE,
    "content": {
        "canonical_facts": {"insights_id": ID, "ip_addresses": []},
        "dispatchers": {"rhc-worker-playbook": {}},
        "state": "online",
    },
}
OFFLINE = {**STATUS, "content": {"canonical_facts": None, "dispatchers": None, "state": "offline"}}
PONG = {"type": "event", **ENVELOPE, "response_to": ID, "content": "pong"}
PING = {
    "type": "command",
    "message_id": ID,
    "version": 1,
    "sent": NOW,
    "content": {"command": "ping", "arguments": None, "message": ""},
}
DATA = {
    "type": "data",
    **ENVELOPE,
    "directive": "rhc-worker-playbook",
    "metadata": {"return_url": "https://h"},
    "content": "https://h/p?hosts=a&localhost",
}


def topic(end, client=ID):
    return f"redhat/insights/{client}/{end}"


@pytest.fixture
def packet(contracts, seen):
    def make(op, leg="host", payload=None, source=None, **attrs):
        return seen(
            "mqtt",
            op,
            EDGE,
            {"connection": f"c-{leg}", "leg": leg, "client_id": ID if leg == "host" else "cc", **attrs},
            payload,
            source=source or ("rhc" if leg == "host" else "cloud-connector"),
            exchange=None,
        )

    return make


@pytest.fixture
def publish(packet):
    def make(end, payload, leg="host", **attrs):
        return packet(
            "PUBLISH",
            leg,
            payload,
            **{"topic": topic(end), "qos": 1, "retain": False, "dup": False, "packet_id": 1, **attrs},
        )

    return make


def connect(**more):
    return {
        "protocol_level": 4,
        "clean_session": True,
        "keep_alive": 30,
        "username": None,
        "password": None,
        "tls": {"version": "TLSv1.3", "client_cn": ID},
        "will": {"topic": topic("control/out"), "qos": 1, "retain": False, "payload": orjson.dumps(OFFLINE).decode()},
        **more,
    }


def places(contracts, event, opening=None):
    return [(b.place, b.clauses, b.role) for b in contracts.validate(event, opening)]


@pytest.mark.parametrize(
    ("name", "end", "payload", "more"),
    [
        ("connectionStatus", "control/out", STATUS, {}),
        ("connectionStatus", "control/out", OFFLINE, {}),
        ("event", "control/out", PONG, {}),
        ("command", "control/in", PING, {"source": "broker"}),
        (
            "command",
            "control/in",
            {**PING, "content": {"command": "reconnect", "arguments": {"delay": "5"}}},
            {"source": "broker"},
        ),
        ("data", "data/in", DATA, {"source": "broker"}),
        ("data", "data/in", DATA, {"leg": "connector"}),
        ("dataOut", "data/out", {**DATA, "directive": "echo", "content": {"a": 1}}, {}),
        ("throwaway", "data/out", b"", {"qos": 0, "packet_id": None}),
    ],
)
def test_good_publications(contracts, publish, name, end, payload, more):
    event = publish(end, payload, **more)
    assert contracts.identify(event) == f"mqtt.{name}"
    assert places(contracts, event) == []


@pytest.mark.parametrize(
    ("end", "payload", "more", "place", "clauses", "role"),
    [
        ("control/out", {**STATUS, "version": 2}, {}, "publish.payload.version", ("H-012",), "rhc"),
        (
            "control/out",
            {**STATUS, "sent": "now"},
            {"source": "broker", "leg": "connector"},
            "publish.payload.sent",
            ("H-012",),
            "rhc",
        ),
        (
            "control/out",
            {**STATUS, "content": {**STATUS["content"], "tags": {"a": 1}}},
            {},
            "publish.payload.content.tags.a",
            ("H-016",),
            "rhc",
        ),
        ("control/out", PONG, {"retain": True}, "publish.retain", ("H-006",), "rhc"),
        (
            "control/in",
            {**PING, "content": {"command": "sing"}},
            {"source": "broker"},
            "publish.payload.content.command",
            ("CON-27",),
            "cloud-connector",
        ),
        (
            "control/in",
            {**PING, "content": {"command": "reconnect", "arguments": {"delay": "soon"}}},
            {"leg": "connector"},
            "publish.payload.content.arguments.delay",
            ("CON-28",),
            "cloud-connector",
        ),
        (
            "control/in",
            {**PING, "content": {"command": "reconnect", "arguments": {"delay": 5}}},
            {"leg": "connector"},
            "publish.payload.content.arguments.delay",
            ("H-020",),
            "cloud-connector",
        ),
        (
            "control/in",
            {**PING, "content": {"command": "disconnect", "message": "maintenance"}},
            {"leg": "connector"},
            "publish.payload.content.message",
            ("CON-21",),
            "cloud-connector",
        ),
        ("control/in", PING, {}, "publish.sender", ("CON-27",), "rhc"),
        (
            "data/in",
            {**DATA, "metadata": {"n": 1}},
            {"leg": "connector"},
            "publish.payload.metadata.n",
            ("H-025",),
            "cloud-connector",
        ),
        ("data/in", DATA, {"leg": "connector", "qos": 0}, "publish.qos", ("CON-23",), "cloud-connector"),
        (
            "data/in",
            {**DATA, "response_to": ID},
            {"leg": "connector"},
            "publish.payload.response_to",
            ("CON-25",),
            "cloud-connector",
        ),
        ("data/out", {**DATA, "content": 1, "version": "1"}, {}, "publish.payload.version", ("H-038",), "rhc"),
        ("data/out", b"", {"qos": 0, "retain": True}, "publish.retain", ("H-005",), "rhc"),
        ("control/out", STATUS, {"topic": topic("control/out", "other")}, "publish.topic", ("CON-33",), "rhc"),
        ("control/out", STATUS, {"topic": topic("control/out") + "/x"}, "publish.topic", ("H-010",), "rhc"),
        (
            "control/in",
            PING,
            {"topic": "x/" + topic("control/in"), "source": "cloud-connector", "leg": "connector"},
            "publish.topic",
            ("CON-27", "CON-23"),
            "cloud-connector",
        ),
        ("data/in", b"junk", {"leg": "connector"}, "publish.payload", ("CON-24",), "cloud-connector"),
    ],
)
def test_bad_publications(contracts, publish, end, payload, more, place, clauses, role):
    assert places(contracts, publish(end, payload, **more)) == [(place, clauses, role)]


@pytest.mark.parametrize(
    ("topic_", "payload"),
    [("yggdrasil/x/control/in", PING), (topic("control/out"), {"type": "song"}), (topic("control/out"), b"junk")],
)
def test_unmapped_publications(contracts, publish, topic_, payload):
    source = "broker" if payload == PING else "rhc"
    assert contracts.identify(publish("", payload, topic=topic_, source=source)) is None


def test_connect(contracts, packet):
    event = packet("CONNECT", **connect())
    assert contracts.identify(event) == "mqtt.connect"
    assert places(contracts, event) == []
    assert places(contracts, packet("CONNECT", "connector", **connect(clean_session=False, will=None))) == []


@pytest.mark.parametrize(
    ("change", "place", "clause"),
    [
        ({"clean_session": False}, "connect.clean_session", "H-002"),
        ({"will": None}, "connect.will", "H-003"),
        ({"will": {**connect()["will"], "qos": 0}}, "connect.will.qos", "H-003"),
        ({"will": {**connect()["will"], "topic": topic("control/out", "other")}}, "connect.will.topic", "H-003"),
        ({"will": {**connect()["will"], "payload": "x"}}, "connect.will.payload", "H-003"),
        (
            {"will": {**connect()["will"], "payload": connect()["will"]["payload"].replace("offline", "online")}},
            "connect.will.payload.content.state",
            "H-003",
        ),
        ({"tls": {"version": "TLSv1.2", "client_cn": ID}}, "connect.tls.version", "H-008"),
    ],
)
def test_bad_connect(contracts, packet, change, place, clause):
    assert [(p, c[0]) for p, c, _ in places(contracts, packet("CONNECT", **connect(**change)))] == [(place, clause)]


def test_subscriptions(contracts, packet):
    own = [[topic("data/in"), 1], [topic("control/in"), 1]]
    event = packet("SUBSCRIBE", packet_id=1, filters=own)
    assert contracts.identify(event) == "mqtt.subscribe"
    assert places(contracts, event) == []
    anybody = [[topic("data/out", "+"), 1], [topic("control/out", "+"), 1]]
    assert places(contracts, packet("SUBSCRIBE", "connector", packet_id=1, filters=anybody)) == []
    bad = packet("SUBSCRIBE", packet_id=1, filters=[[topic("data/in", "+"), 1], [topic("control/in"), 0]])
    assert places(contracts, bad) == [
        ("subscribe.filter", ("CON-33",), "rhc"),
        (f"subscribe.filter[{topic('control/in')}]", ("H-001",), "rhc"),
    ]
    nobodys = packet("SUBSCRIBE", packet_id=1, filters=[["$SYS/#", 0]])
    assert places(contracts, nobodys) == [("subscribe.filter", ("H-001",), "rhc")]
    one = packet("SUBSCRIBE", "connector", packet_id=1, filters=[[topic("data/out", "a-host"), 1]])
    assert places(contracts, one) == [("subscribe.filter", ("CON-29",), "cloud-connector")]


def test_a_subscriber_on_the_connector_leg_keeps_its_session(contracts, packet):
    checker = Checker(contracts)
    assert checker.check(packet("CONNECT", "connector", **connect(clean_session=True, will=None))).breaches == []
    filters = [[topic("data/out", "+"), 1]]
    found = checker.check(packet("SUBSCRIBE", "connector", packet_id=1, filters=filters)).breaches
    assert [(b.place, b.clauses, b.role) for b in found] == [("connect.clean_session", ("CON-29",), "cloud-connector")]


@pytest.mark.parametrize(
    ("op", "good", "bad"),
    [
        ("CONNACK", {"session_present": False, "code": 0}, {"session_present": False, "code": 9}),
        ("SUBACK", {"packet_id": 1, "codes": [1, 128]}, {"packet_id": 1, "codes": [3]}),
        ("PUBACK", {"packet_id": 7}, {"packet_id": 0}),
        ("closed", {"by": "client", "clean": True}, {"by": "nobody", "clean": True}),
    ],
)
def test_packets(contracts, packet, op, good, bad):
    assert contracts.identify(packet(op, **good)) == f"mqtt.{op.lower()}"
    assert places(contracts, packet(op, **good)) == []
    assert len(places(contracts, packet(op, **bad))) == 1


@pytest.mark.parametrize("op", ["PINGREQ", "PINGRESP", "DISCONNECT"])
def test_bare_packets(contracts, packet, seen, op):
    assert contracts.identify(packet(op)) == f"mqtt.{op.lower()}"
    assert places(contracts, packet(op)) == []
    assert len(contracts.validate(seen("mqtt", op, EDGE, {"leg": "host"}))) == 1


def test_packets_without_a_name(contracts, packet):
    assert contracts.identify(packet("PUBREC", packet_id=1)) is None
    assert contracts.identify(packet("CONNECT", leg="third", **connect())) is None


@pytest.mark.parametrize(
    ("end", "payload", "more", "found"),
    [
        ("data/out", b"", {"qos": 0}, {"H-005", "H-010", "CON-33"}),
        ("control/out", STATUS, {}, {"H-006", "H-010", "H-012", "CON-33"}),
        (
            "control/out",
            {**STATUS, "content": {**STATUS["content"], "tags": {"a": "b"}}},
            {},
            {"H-006", "H-010", "H-012", "H-016", "CON-33"},
        ),
        ("control/out", STATUS, {"source": "broker", "leg": "connector"}, {"H-010", "H-012"}),
        ("control/in", PING, {"source": "broker"}, {"CON-27"}),
        ("control/in", {**PING, "content": {"command": "cancel"}}, {"source": "broker"}, {"CON-27"}),
        ("data/in", {**DATA, "metadata": None}, {"leg": "connector"}, {"CON-23", "CON-24", "CON-25", "H-028"}),
        ("data/in", {**DATA, "directive": "echo"}, {"leg": "connector"}, {"CON-23", "CON-24", "CON-25", "H-025"}),
        ("data/in", b"junk", {"leg": "connector"}, {"CON-23", "CON-24"}),
    ],
)
def test_exercised_by_publications(contracts, publish, end, payload, more, found):
    assert contracts.exercised(publish(end, payload, **more)) == found


@pytest.mark.parametrize(
    ("leg", "change", "found"),
    [
        ("host", {}, {"H-002", "H-003", "H-008", "H-012"}),
        ("host", {"tls": None}, {"H-002", "H-003", "H-012"}),
        ("host", {"will": None}, {"H-002", "H-003", "H-008"}),
        ("connector", {"will": None}, set()),
    ],
)
def test_exercised_by_connect(contracts, packet, leg, change, found):
    assert contracts.exercised(packet("CONNECT", leg, **connect(**change))) == found


def test_exercised_by_subscribe(contracts, packet):
    filters = [[topic("data/in"), 1]]
    assert contracts.exercised(packet("SUBSCRIBE", filters=filters)) == {"H-001", "CON-33"}
    bare = packet("SUBSCRIBE", "connector", filters=[])
    assert contracts.exercised(bare) == frozenset()
    opening = packet("CONNECT", "connector", **connect(will=None))
    assert contracts.exercised(bare, opening) == {"CON-29"}
    assert places(contracts, bare, opening) == [("connect.clean_session", ("CON-29",), "cloud-connector")]
