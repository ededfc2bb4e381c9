from __future__ import annotations

import pytest

from hopcheck.taps.http.relay import Tls
from hopcheck.taps.mqtt import MqttTap


@pytest.fixture
def session(store):
    def session(leg="host", cn=None):
        session = MqttTap(store, leg=leg, upstream=("", 0), name="t").relay()
        session.sent, session.returned = bytearray(), bytearray()
        # Connected already, with sinks that keep what they get.
        session._reaching = True
        session.up._write = lambda data, then: session.sent.extend(data)
        session.down._write = lambda data, then: session.returned.extend(data)
        session.tls = None if cn is None else Tls("TLSv1.3", cn)
        return session

    return session


@pytest.fixture
def connect(packet, field):
    def connect(client_id, will=b"", level=4, flags=0x02):
        properties = b"\0" if level == 5 else b""
        head = field("MQTT") + bytes([level, flags | (0x0C if will else 0), 0, 30]) + properties
        return packet(0x10, head + field(client_id) + (field("r/h1/control/out") + field(will) if will else b""))

    return connect


@pytest.fixture
def publish(packet, field):
    def publish(topic, payload, number=None, flags=0):
        first = 0x30 | flags | (0x02 if number else 0)
        return packet(first, field(topic) + (number.to_bytes(2, "big") if number else b"") + payload)

    return publish


def test_a_hosts_connection_is_told_as_agreed(session, connect, store):
    host = session(cn="h1")

    host.from_client(connect("h1", will=b'{"state": "offline"}'))
    host.from_server(b"\x20\x02\0\0")

    first, second = store
    assert (first.tap, first.edge, first.protocol) == ("t", "rhc<>cloud-connector", "mqtt")
    assert (first.op, first.source, first.target, first.host) == ("CONNECT", "rhc", "broker", "h1")
    connection = first.attrs["connection"]
    assert first.attrs == {
        "connection": connection, "leg": "host", "client_id": "h1", "protocol_level": 4, "clean_session": True,
        "keep_alive": 30, "username": None, "password": None, "tls": {"version": "TLSv1.3", "client_cn": "h1"},
        "will": {"topic": "r/h1/control/out", "qos": 1, "retain": False, "payload": '{"state": "offline"}'},
    }  # fmt: skip
    assert (second.op, second.source, second.target) == ("CONNACK", "broker", "rhc")
    assert second.attrs == {
        "connection": connection, "leg": "host", "client_id": "h1", "session_present": False, "code": 0,
    }  # fmt: skip
    assert second.exchange == first.exchange
    assert first.payload is None


def test_without_a_certificate_the_client_id_names_the_host(session, connect, store):
    session().from_client(connect("h2"))

    assert (store.events[0].host, store.events[0].attrs["tls"]) == ("h2", None)


@pytest.mark.parametrize(
    ("topic", "host"),
    [
        ("redhat/insights/h1/control/out", "h1"),
        ("a/b/c/h2/data/in", "h2"),
        ("h3/data/in", "h3"),
        ("redhat/insights/+/data/out", None),
        ("other/h1", None),
    ],
)
def test_on_the_connectors_leg_the_topic_names_the_host(session, packet, field, store, topic, host):
    session("connector").from_client(packet(0x82, b"\0\x05" + field(topic) + b"\x01"))

    assert (store.events[0].source, store.events[0].target, store.events[0].host) == ("cloud-connector", "broker", host)


def test_an_acknowledgement_has_the_host_of_its_message(session, publish, packet, store):
    connector = session("connector")

    connector.from_server(publish("r/h1/control/out", b"{}", 7))
    connector.from_client(packet(0x40, b"\0\x07"))

    assert [(e.op, e.source, e.host) for e in store] == [
        ("PUBLISH", "broker", "h1"),
        ("PUBACK", "cloud-connector", "h1"),
    ]


def test_an_empty_message_is_a_payload(session, publish, store):
    session().from_client(publish("r/h1/data/out", b""))

    assert store.events[0].payload.data == b""
    assert store.events[0].payload.size == 0
    attrs = store.events[0].attrs
    assert (attrs["topic"], attrs["qos"], attrs["retain"], attrs["dup"]) == ("r/h1/data/out", 0, False, False)
    assert attrs["packet_id"] is None


def test_exchanges_join_what_belongs_together(session, publish, packet, field, store):
    host = session()

    host.from_client(packet(0x82, b"\0\x07" + field("a") + b"\x01"))
    host.from_server(publish("b", b"", 7))
    host.from_client(packet(0x40, b"\0\x07"))
    host.from_server(packet(0x90, b"\0\x07\x01"))
    host.from_client(publish("c", b"", 7))
    host.from_client(publish("c", b"", 7, flags=0x08))
    host.from_server(packet(0x40, b"\0\x07"))
    host.from_client(packet(0xC0) + packet(0xC0))
    host.from_server(packet(0xD0) + packet(0xD0))
    host.from_client(packet(0xA2, b"\0\x07" + field("a")))
    host.from_server(packet(0xB0, b"\0\x07"))

    subscribe, got, ack, suback, sent, again, puback, ping1, ping2, pong1, pong2, unsubscribe, unsuback = store
    pairs = [(subscribe, suback), (got, ack), (sent, puback), (ping1, pong1), (ping2, pong2), (unsubscribe, unsuback)]
    assert all(one.exchange == other.exchange for one, other in pairs)
    assert again.exchange == sent.exchange
    assert len({one.exchange for one, _ in pairs} - {None}) == len(pairs)


def test_the_four_packets_of_qos_2_are_one_exchange(session, packet, field, store):
    host = session()

    host.from_client(packet(0x34, field("t") + b"\0\x09"))
    host.from_server(packet(0x50, b"\0\x09"))
    host.from_client(packet(0x62, b"\0\x09"))
    host.from_server(packet(0x70, b"\0\x09"))
    host.from_server(packet(0x70, b"\0\x09"))

    exchanges = [event.exchange for event in store]
    assert len(set(exchanges[:4])) == 1
    assert exchanges[0] is not None
    assert exchanges[4] is None


def test_events_come_before_packets_and_packets_go_on_whole(session, connect, store):
    host, raw = session(), connect("h1")
    seen = []
    store.subscribe(lambda event: seen.append(bytes(host.sent)))

    for byte in raw:
        host.from_client(bytes([byte]))

    assert seen == [b""]
    assert host.sent == raw


def test_a_malformed_packet_is_told_and_goes_on(session, store):
    host = session()

    host.from_client(b"\xc1\0\xc0\0")

    assert host.sent == b"\xc1\0\xc0\0"
    assert [event.op for event in store] == ["malformed", "PINGREQ"]
    assert "flags" in store.events[0].attrs["reason"]
    assert store.events[0].payload.data == b"\xc1\0"


def test_version_5_is_understood_in_both_directions(session, connect, packet, field, store):
    host = session()

    host.from_client(connect("", level=5))
    host.from_server(packet(0x20, b"\0\0" + bytes([3 + 3]) + b"\x12" + field("x-1")))
    host.from_server(packet(0x30, field("t") + b"\0" + b"hi"))

    assert [event.op for event in store] == ["CONNECT", "CONNACK", "PUBLISH"]
    assert store.events[1].attrs["client_id"] == store.events[2].attrs["client_id"] == "x-1"
    assert store.events[2].payload.data == b"hi"


@pytest.mark.parametrize(("last", "clean"), [(b"", False), (b"\xe0\0", True)])
@pytest.mark.parametrize("by", ["client", "broker"])
def test_the_end_of_a_connection_is_told_once(session, connect, store, last, clean, by):
    host = session()
    host.from_client(connect("h1") + last)

    for end in [host.client_ended, host.server_ended][:: 1 if by == "client" else -1]:
        end(True)

    (closed,) = store.where(op="closed")
    assert (closed.attrs["by"], closed.attrs["clean"], closed.attrs["client_id"]) == (by, clean, "h1")
    assert closed.source == ("rhc" if by == "client" else "broker")
    assert closed.host == "h1"


def test_a_packet_that_breaks_off_is_told_and_goes_on(session, store):
    host = session()

    host.from_client(b"\x30\x05\0")
    host.client_ended(True)

    assert [event.op for event in store] == ["malformed", "closed"]
    assert host.sent == b"\x30\x05\0"
