from __future__ import annotations

import pytest

from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.mqtt_channel import Channel, filters


@pytest.fixture(scope="module")
def documents(directory):
    return Documents(directory)


@pytest.mark.parametrize(
    ("leg", "text", "allowed"),
    [
        ("host", "redhat/insights/me/data/in", True),
        ("host", "redhat/insights/you/data/in", False),
        ("host", "redhat/insights/+/data/in", False),
        ("host", "+/insights/me/data/in", False),
        ("host", "redhat/insights/me/data/out", False),
        ("connector", "redhat/insights/+/data/out", True),
        ("connector", "redhat/insights/+/data/in", False),
        ("connector", "redhat/insights/me/data/out", False),
    ],
)
def test_filters(documents, leg, text, allowed):
    assert any(f.allows(text, "me") for f in filters(documents, leg)) is allowed


def test_a_channel_finds_its_messages(documents, seen):
    channel = Channel(documents, "dataOut")
    attrs = {"topic": "p/insights/me/data/out", "qos": 0}
    assert channel.find(seen("mqtt", "PUBLISH", "a<>b", attrs, b"")).name == "mqtt.throwaway"
    assert channel.find(seen("mqtt", "PUBLISH", "a<>b", {**attrs, "qos": 1}, b"")).name == "mqtt.dataOut"
    assert channel.find(seen("mqtt", "PUBLISH", "a<>b", {**attrs, "topic": "x"}, b"")) is None
