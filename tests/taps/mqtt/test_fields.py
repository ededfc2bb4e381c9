from __future__ import annotations

import pytest

from hopcheck.taps.mqtt.fields import Fields, MqttMalformed


@pytest.mark.parametrize(
    ("data", "value"),
    [(b"\0", 0), (b"\x7f", 127), (b"\x80\x01", 128), (b"\xff\xff\xff\x7f", 268_435_455)],
)
def test_a_variable_integer_has_up_to_four_bytes(data, value):
    assert Fields(data).variable() == value


@pytest.mark.parametrize(
    ("data", "method"),
    [
        (b"\xff\xff\xff\xff\x01", "variable"),
        (b"\x80", "variable"),
        (b"\0\x03ab", "text"),
        (b"\0", "text"),
        (b"\0\x01\xff", "text"),
        (b"\0\x01\0", "text"),
        (b"\0\0", "packet_id"),
        (b"\0\x03a/#", "topic"),
        (b"\0\x01+", "topic"),
        (b"\x02\x01\x01\0", "finish"),
        (b"\x02\x04\x01", "properties"),
        (b"\x04\x01\x01\x01\x01", "properties"),
        (b"\x01\x01\x01", "properties"),
        (b"\x05\x01", "properties"),
    ],
)
def test_what_does_not_fit_is_malformed(data, method):
    with pytest.raises(MqttMalformed):
        getattr(Fields(data), method)()


def test_every_kind_of_property_is_read(field):
    parts = [
        b"\x01\x01",
        b"\x02\x00\x00\x00\x09",
        b"\x03" + field("text/plain"),
        b"\x09" + field(b"\xff\x00"),
        b"\x0b\x80\x01",
        b"\x0b\x02",
        b"\x23\x00\x05",
        b"\x26" + field("a") + field("1"),
        b"\x26" + field("a") + field("2"),
    ]
    body = b"".join(parts)

    assert Fields(bytes([len(body)]) + body).properties() == {
        "payload_format_indicator": 1,
        "message_expiry_interval": 9,
        "content_type": "text/plain",
        "correlation_data": "ff00",
        "subscription_identifier": [128, 2],
        "topic_alias": 5,
        "user_property": [["a", "1"], ["a", "2"]],
    }
