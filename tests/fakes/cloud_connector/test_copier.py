from __future__ import annotations

import re

import pytest

from fakes.cloud_connector.copier import Copier, apply
from fakes.cloud_connector.kafka import Record

CONTROL = "redhat/insights/h/control/out"


class Line:
    def __init__(self):
        self.sent, self.acknowledged, self.failed = [], [], []
        send = lambda record, done: self.sent.append((record, done))  # noqa: E731
        self.copier = Copier("redhat", "ingress", send, self.acknowledged.append, self.failed.append)


@pytest.fixture
def line():
    return Line()


def test_acknowledged_only_when_kafka_has_it(line):
    line.copier.take(CONTROL, b"{}", 7)
    ((record, done),) = line.sent
    assert (record.topic, record.key, record.value) == ("ingress", b"h", b"{}")
    assert (record.header("topic"), record.header("mqtt_message_id")) == (CONTROL, "7")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", record.header("date_received"))
    assert line.acknowledged == []
    done(None)
    assert line.acknowledged == [7]


def test_kafka_failure_ends_it_unacknowledged(line):
    line.copier.take(CONTROL, b"{}", 7)
    line.sent[0][1]("timed out")
    assert line.failed == ["ingress: timed out"]
    assert line.acknowledged == []


@pytest.mark.parametrize(
    ("topic", "payload"), [(CONTROL, b""), ("redhat/insights/h/data/out", b"{}"), ("other/h/control/out", b"{}")]
)
def test_dropped_messages_are_acknowledged_at_once(line, topic, payload):
    line.copier.take(topic, payload, 7)
    assert (line.sent, line.acknowledged) == ([], [7])


class Seen:
    def __init__(self):
        self.handled = []

    def handle(self, client_id, payload):
        self.handled.append((client_id, payload))


@pytest.mark.parametrize(
    ("headers", "handled"),
    [
        ((("topic", CONTROL.encode()),), [("h", b"v")]),
        ((("topic", b"redhat/insights/h/data/out"),), []),
        ((("topic", b"x"),), []),
        ((("other", CONTROL.encode()),), []),
        ((), []),
    ],
)
def test_only_records_of_control_topics_are_applied(headers, handled):
    presence = Seen()
    apply("redhat", presence, Record("ingress", b"h", b"v", headers))
    assert presence.handled == handled
