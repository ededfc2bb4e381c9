from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopcheck.taps.mqtt.decode import Decoder, Packet, decode
from hopcheck.taps.mqtt.fields import MqttMalformed


def body(text):
    return bytes.fromhex(text.replace(" ", ""))


NOTHING: dict = {}
PLAIN = {"client_id": "h", "keep_alive": 30, "clean_session": True, "username": None, "password": None, "will": None}

VERSION_3 = [
    ("10 0d 0004 4d515454 04 02 001e 0001 68", "CONNECT", PLAIN | {"protocol_level": 4}, None),
    ("10 0f 0006 4d5149736470 03 02 001e 0001 68", "CONNECT", PLAIN | {"protocol_level": 3}, None),
    (
        "10 1a 0004 4d515454 04 ec 0000 0001 68 0001 74 0002 ff7b 0001 75 0001 70",
        "CONNECT",
        PLAIN
        | {"protocol_level": 4, "keep_alive": 0, "clean_session": False, "username": "u", "password": "p"}
        | {"will": {"topic": "t", "qos": 1, "retain": True, "payload": "\\xff{"}},
        None,
    ),
    ("20 02 01 00", "CONNACK", {"session_present": True, "code": 0}, None),
    ("30 05 0003 612f62", "PUBLISH",
     {"topic": "a/b", "qos": 0, "retain": False, "dup": False, "packet_id": None}, b""),
    ("3b 08 0001 61 0007 6869 21", "PUBLISH",
     {"topic": "a", "qos": 1, "retain": True, "dup": True, "packet_id": 7}, b"hi!"),
    ("40 02 0007", "PUBACK", {"packet_id": 7}, None),
    ("50 02 0007", "PUBREC", {"packet_id": 7}, None),
    ("62 02 0007", "PUBREL", {"packet_id": 7}, None),
    ("70 02 0007", "PUBCOMP", {"packet_id": 7}, None),
    ("82 0a 0008 0001 61 01 0001 23 02", "SUBSCRIBE", {"packet_id": 8, "filters": [["a", 1], ["#", 2]]}, None),
    ("90 04 0008 01 80", "SUBACK", {"packet_id": 8, "codes": [1, 128]}, None),
    ("a2 08 0009 0001 61 0001 62", "UNSUBSCRIBE", {"packet_id": 9, "filters": ["a", "b"]}, None),
    ("b0 02 0009", "UNSUBACK", {"packet_id": 9}, None),
    ("c0 00", "PINGREQ", NOTHING, None),
    ("d0 00", "PINGRESP", NOTHING, None),
    ("e0 00", "DISCONNECT", NOTHING, None),
]  # fmt: skip
VERSION_5 = [
    (
        "10 25 0004 4d515454 05 c6 000a 05 11 00000009 0001 68 05 18 00000001 0001 74 0001 7b 0001 75 0001 70",
        "CONNECT",
        PLAIN
        | {"protocol_level": 5, "keep_alive": 10, "username": "u", "password": "p"}
        | {"properties": {"session_expiry_interval": 9}}
        | {"will": {"topic": "t", "qos": 0, "retain": False, "payload": "{", "properties": {"will_delay_interval": 1}}},
        None,
    ),
    ("20 07 00 87 04 12 0001 78", "CONNACK",
     {"session_present": False, "code": 135, "properties": {"assigned_client_identifier": "x"}}, None),
    ("32 0a 0001 61 0007 02 01 01 6869", "PUBLISH",
     {"topic": "a", "qos": 1, "retain": False, "dup": False, "packet_id": 7,
      "properties": {"payload_format_indicator": 1}}, b"hi"),
    ("40 02 0007", "PUBACK", {"packet_id": 7, "code": 0, "properties": {}}, None),
    ("40 03 0007 10", "PUBACK", {"packet_id": 7, "code": 16, "properties": {}}, None),
    ("50 08 0007 80 04 1f 0001 6e", "PUBREC",
     {"packet_id": 7, "code": 128, "properties": {"reason_string": "n"}}, None),
    ("62 04 0007 92 00", "PUBREL", {"packet_id": 7, "code": 146, "properties": {}}, None),
    ("70 02 0007", "PUBCOMP", {"packet_id": 7, "code": 0, "properties": {}}, None),
    ("82 09 0008 02 0b 05 0001 61 2d", "SUBSCRIBE",
     {"packet_id": 8, "filters": [["a", 1]], "properties": {"subscription_identifier": [5]}}, None),
    ("90 04 0008 00 9e", "SUBACK", {"packet_id": 8, "codes": [158], "properties": {}}, None),
    ("a2 06 0009 00 0001 61", "UNSUBSCRIBE", {"packet_id": 9, "filters": ["a"], "properties": {}}, None),
    ("b0 04 0009 00 11", "UNSUBACK", {"packet_id": 9, "codes": [17], "properties": {}}, None),
    ("c0 00", "PINGREQ", NOTHING, None),
    ("d0 00", "PINGRESP", NOTHING, None),
    ("e0 00", "DISCONNECT", {"code": 0, "properties": {}}, None),
    ("e0 02 04 00", "DISCONNECT", {"code": 4, "properties": {}}, None),
    ("f0 06 18 04 15 0001 6d", "AUTH", {"code": 24, "properties": {"authentication_method": "m"}}, None),
]  # fmt: skip
VECTORS = [(4, *vector) for vector in VERSION_3] + [(5, *vector) for vector in VERSION_5]


@pytest.mark.parametrize(("level", "text", "op", "fields", "payload"), VECTORS)
def test_every_packet_is_read(level, text, op, fields, payload):
    assert decode(body(text), level) == Packet(op, fields, payload)


@pytest.mark.parametrize(("level", "text", "op", "fields", "payload"), VECTORS)
def test_no_packet_is_read_when_its_length_is_wrong(level, text, op, fields, payload):
    raw = body(text)
    with pytest.raises(MqttMalformed):
        decode(raw + b"\0", level)
    with pytest.raises(MqttMalformed):
        decode(raw[:-1], level)


@pytest.mark.parametrize(("level", "text", "op", "fields", "payload"), VECTORS)
def test_no_packet_but_publish_may_choose_its_flags(level, text, op, fields, payload):
    raw = body(text)
    raw = bytes([raw[0] | 0x06 if op == "PUBLISH" else raw[0] ^ 0x01]) + raw[1:]
    with pytest.raises(MqttMalformed, match="flags"):
        decode(raw, level)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("00 00", 4),
        ("f0 00", 4),
        ("10 0d 0004 4d515454 04 03 001e 0001 68", 4),
        ("10 0d 0004 4d515454 04 1a 001e 0001 68", 4),
        ("10 0d 0004 4d515454 04 22 001e 0001 68", 4),
        ("10 10 0004 4d515454 04 42 001e 0001 68 0001 70", 4),
        ("10 0d 0004 4d515454 06 02 001e 0001 68", 4),
        ("20 02 02 00", 4),
        ("20 03 00 00 00", 4),
        ("38 03 0001 61", 4),
        ("30 02 0000", 4),
        ("32 05 0001 61 0000", 4),
        ("30 03 0001 2b", 4),
        ("40 02 0000", 4),
        ("40 03 0007 00", 4),
        ("82 02 0008", 4),
        ("82 06 0008 0001 61 03", 4),
        ("82 06 0008 0001 61 04", 4),
        ("82 07 0008 00 0001 61 40", 5),
        ("90 03 0008 03", 4),
        ("90 02 0008", 4),
        ("a2 02 0009", 4),
        ("b0 03 0009 00", 4),
        ("c0 01 00", 4),
        ("e0 01 00", 4),
    ],
)
def test_what_the_standard_forbids_is_malformed(text, level):
    with pytest.raises(MqttMalformed):
        decode(body(text), level)


def read(decoder, pieces):
    return [item for piece in pieces for item in decoder.feed(piece)] + list(decoder.eof())


@given(st.sampled_from([(4, VERSION_3), (5, VERSION_5)]), st.data())
def test_any_cut_gives_the_same_packets(version, data):
    level, vectors = version
    stream = b"".join(body(text) for text, *_ in vectors)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=30))
    pieces = [stream[a:b] for a, b in pairwise([0, *sorted(cuts), len(stream)])]

    seen = read(Decoder(level), pieces)

    assert [packet for _, packet in seen] == [Packet(*vector[1:]) for vector in vectors]
    assert b"".join(raw for raw, _ in seen) == stream


def test_connect_tells_the_level():
    decoder = Decoder()

    read(decoder, [body(VERSION_5[0][0])])

    assert decoder.level == 5


def test_after_a_malformed_packet_the_next_is_read():
    (bad, error), (_, good) = read(Decoder(), [body("c1 00 c0 00")])

    assert bad == body("c1 00")
    assert isinstance(error, MqttMalformed)
    assert good.op == "PINGREQ"


def test_bytes_without_borders_are_given_as_they_are():
    decoder = Decoder()
    noise = body("c0 00 30 ff ff ff ff 01 61")

    seen = read(decoder, [noise, b"more", b"and more"])

    assert b"".join(raw for raw, _ in seen) == noise + b"more" + b"and more"
    assert isinstance(seen[1][1], MqttMalformed)
    assert [packet for _, packet in seen[2:]] == [None, None]


def test_an_unfinished_packet_is_given_at_the_end():
    ((raw, error),) = read(Decoder(), [body("30 05 0001")])

    assert raw == body("30 05 0001")
    assert "inside" in str(error)


def test_a_topic_alias_stands_for_its_topic():
    named = body("30 08 0001 61 03 23 0001 31")
    short = body("30 07 0000 03 23 0001 32")
    unknown = body("30 07 0000 03 23 0002 32")
    missing = body("30 03 0000 00")

    seen = [packet for _, packet in read(Decoder(5), [named + short + unknown + missing])]

    assert [(p.fields["topic"], p.payload) for p in seen[:2]] == [("a", b"1"), ("a", b"2")]
    assert all(isinstance(p, MqttMalformed) for p in seen[2:])


def test_a_large_payload_may_come_in_small_pieces(packet, field):
    raw = packet(0x30, field("t") + bytes(2_000_000))
    pieces = [raw[at : at + 1400] for at in range(0, len(raw), 1400)]

    ((_, publish),) = read(Decoder(), pieces)

    assert len(publish.payload) == 2_000_000
