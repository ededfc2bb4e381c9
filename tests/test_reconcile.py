from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hopcheck.reconcile import Row, reconcile, table
from hopcheck.trace import Event, Trace

BROKER = """\
1795456542: mosquitto version 2.0.11 starting
1795456542: New connection from 127.0.0.1:51041 on port 18999.
1795456542: New client connected from 127.0.0.1:51041 as h1 (p2, c1, k30, u'h1').
1795456542: Will message specified (1 bytes) (r0, q1).
1795456542: Sending CONNACK to h1 (0, 0)
1795456542: Received SUBSCRIBE from h1
1795456542: \tredhat/insights/h1/data/in (QoS 1)
1795456542: h1 1 redhat/insights/h1/data/in
1795456542: Sending SUBACK to h1
1795456542: Received PUBLISH from h1 (d0, q1, r0, m2, 'redhat/insights/h1/data/out', ... (6 bytes))
1795456542: Sending PUBACK to h1 (m2, rc0)
1795456542: Denied PUBLISH from h1 (d0, q0, r0, m0, 'redhat/insights/h2/data/out', ... (6 bytes))
1795456542: Received PUBACK from h1 (Mid: 1, RC:0)
1795456542: Client h1 closed its connection.
"""
PACKETS = ("CONNECT", "CONNACK", "SUBSCRIBE", "SUBACK", "PUBLISH", "PUBACK", "PUBLISH", "PUBACK", "closed")
FROM_BROKER = {1, 3, 5}
DBUS = {"h1": {"call": 2, "return": 1, "error": 1, "signal": 0}}


class Told:
    """A trace that grows, and the logs beside it."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.trace = Trace([])
        self.kafka: dict[str, int] = {}
        self.bus: dict[str, dict[str, int]] = {}
        self.broker("")

    def add(
        self,
        protocol: str,
        op: str,
        source: str = "a",
        target: str = "b",
        exchange: str | None = None,
        host: str | None = None,
        **attrs: Any,
    ) -> None:
        seq = len(self.trace) + 1
        self.trace.events.append(
            Event(seq, seq, seq, "", "tap", "edge", protocol, op, source, target, exchange, host, attrs, None)
        )

    def broker(self, text: str) -> None:
        (self.logs / "broker.log").write_text(text)

    def mqtt(self, *skip: int, client: str = "h1", connection: str = "c1") -> None:
        for number, op in enumerate(PACKETS):
            if number not in skip:
                source, target = ("broker", "rhc") if number in FROM_BROKER else ("rhc", "broker")
                self.add("mqtt", op, source, target, leg="host", client_id=client, connection=connection)

    def server(
        self, *requests: tuple[str, str, int | None], log: str, role: str = "ingress", kind: str = "stand-in"
    ) -> None:
        self.add("kit", "participant", role=role, kind=kind)
        for method, path, status in requests:
            exchange = f"x{len(self.trace)}"
            self.add("http", "request", "rhc", role, exchange, method=method, path=path, complete=True)
            if status is not None:
                self.add("http", "response", role, "rhc", exchange, status=status)
        (self.logs / f"{role}.log").write_text(log)

    @property
    def rows(self) -> list[Row]:
        return reconcile(self.trace, self.logs, self.kafka, self.bus)

    @property
    def wrong(self) -> list[tuple[str, int, int]]:
        return [(row.what, row.kit, row.other) for row in self.rows if not row.agrees]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


def test_nothing_agrees_with_nothing(told: Told) -> None:
    assert told.rows == []


def test_kafka_by_topic(told: Told) -> None:
    told.kafka = {"a": 2, "b": 0}
    told.add("kafka", "record", topic="a")
    told.add("kafka", "record", topic="a")
    assert told.rows == [Row("Kafka's end offsets", "a", 2, 2), Row("Kafka's end offsets", "b", 0, 0)]
    told.add("kafka", "record", topic="b")
    told.kafka["a"] = 3
    assert told.wrong == [("a", 2, 3), ("b", 1, 0)]


def test_every_packet_that_the_broker_logs(told: Told) -> None:
    told.broker(BROKER)
    told.mqtt()
    assert told.wrong == []
    assert {(row.what, row.kit) for row in told.rows} == {
        ("CONNECT from rhc", 1),
        ("CONNACK to rhc", 1),
        ("SUBSCRIBE from rhc", 1),
        ("SUBACK to rhc", 1),
        ("PUBLISH from rhc", 2),
        ("PUBACK to rhc", 1),
        ("PUBACK from rhc", 1),
        ("closed from rhc", 1),
    }


@pytest.mark.parametrize("number", range(len(PACKETS)))
def test_a_packet_that_the_tap_missed(told: Told, number: int) -> None:
    told.broker(BROKER)
    told.mqtt(number)
    assert [(kit - other) for _, kit, other in told.wrong] == [-1]
    assert told.wrong[0][0].startswith(PACKETS[number])


@pytest.mark.parametrize("line", [2, 4, 5, 8, 9, 10, 11, 12, 13])
def test_a_packet_that_the_broker_never_had(told: Told, line: int) -> None:
    lines = BROKER.splitlines(keepends=True)
    told.broker("".join(lines[:line] + lines[line + 1 :]))
    told.mqtt()
    assert [(kit - other) for _, kit, other in told.wrong] == [1]


def test_a_client_that_no_tap_knows(told: Told) -> None:
    told.broker(BROKER + "1: Received PINGREQ from stranger\n")
    told.mqtt()
    assert told.wrong == [("PINGREQ from unknown", 0, 1)]


def test_differences_of_two_clients_do_not_cancel_out(told: Told) -> None:
    told.broker(BROKER + BROKER.replace("h1", "h2") + "1: Sending PINGRESP to h1\n")
    told.mqtt()
    told.mqtt(client="h2", connection="c2")
    told.add("mqtt", "PINGRESP", "broker", "rhc", leg="host", client_id="h2", connection="c2")
    assert told.wrong == [("PINGRESP to rhc h1", 0, 1), ("PINGRESP to rhc h2", 1, 0)]


def test_a_refused_client_never_connected(told: Told) -> None:
    told.broker("1: Sending CONNACK to h1 (0, 5)\n")
    how: dict[str, Any] = {"leg": "host", "client_id": "h1", "connection": "c1"}
    told.add("mqtt", "CONNECT", "rhc", "broker", **how)
    told.add("mqtt", "CONNACK", "broker", "rhc", code=5, **how)
    told.add("mqtt", "closed", "rhc", "broker", **how)
    assert told.wrong == []


@pytest.mark.parametrize(
    "line",
    [
        "Client h1 disconnected.",
        "Client h1 has exceeded timeout, disconnecting.",
        "Client h1 closed its connection.",
        "Socket error on client h1, disconnecting.",
    ],
)
def test_connections_end_in_many_words(told: Told, line: str) -> None:
    told.broker(f"1: {line}\n")
    told.add("mqtt", "closed", "broker", "rhc", leg="host", client_id="h1", connection="c1")
    assert told.rows == [Row("mosquitto's log", "closed from rhc", 1, 1)]


def test_the_bus_of_each_host(told: Told) -> None:
    for op in ("call", "call", "return", "error"):
        told.add("dbus", op, host="h1")
    told.bus = DBUS
    assert told.wrong == []
    told.add("dbus", "signal", host="h1")
    told.add("dbus", "signal", host="h2")
    assert told.wrong == [("signal", 1, 0), ("signal", 1, 0)]


def test_requests_by_server(told: Told) -> None:
    told.server(
        ("POST", "/a", 202),
        ("POST", "/b", 202),
        ("GET", "/c", 404),
        log=(
            'ingress: INFO started\ningress: "GET /c HTTP/1.1" 404\n'
            'ingress: "POST /b HTTP/1.1" 202\ningress: "POST /a HTTP/1.1" 202\n'
        ),
    )
    assert told.rows == [Row("access log of ingress", "GET 404", 1, 1), Row("access log of ingress", "POST 202", 2, 2)]


def test_a_request_that_one_of_them_missed(told: Told) -> None:
    told.server(("POST", "/a", 202), log='ingress: "POST /a HTTP/1.1" 202\ningress: "POST /b HTTP/1.1" 202\n')
    assert told.wrong == [("POST 202", 1, 2)]
    (told.logs / "ingress.log").write_text("")
    assert told.wrong == [("POST 202", 1, 0)]


def test_equal_sums_of_other_paths_differ(told: Told) -> None:
    told.server(("GET", "/a", 200), log='ingress: "GET /b HTTP/1.1" 200\n')
    assert told.wrong == [("GET 200 /a", 1, 0), ("GET 200 /b", 0, 1)]


def test_another_status_differs(told: Told) -> None:
    told.server(("GET", "/a", 200), log='ingress: "GET /a HTTP/1.1" 500\n')
    assert told.wrong == [("GET 200", 1, 0), ("GET 500", 0, 1)]


def test_who_left_before_the_answer_is_answered_all_the_same(told: Told) -> None:
    log = 'ingress: "GET /a HTTP/1.1" 200\n'
    told.server(("GET", "/a", None), ("GET", "/a", 200), log=log * 2)
    assert told.wrong == []
    (told.logs / "ingress.log").write_text(log)
    assert told.wrong == [("GET -", 1, 0)]
    (told.logs / "ingress.log").write_text(log * 3)
    assert told.wrong == [("GET 200", 2, 3)]


def test_what_never_reached_the_server_is_not_asked_of_it(told: Told) -> None:
    told.server(("GET", "/a", None), log="")
    told.add("http", "refused", "rhc", "ingress", told.trace.events[-1].exchange, reason="unreachable")
    told.add("http", "request", "rhc", "ingress", "denied", method="GET", path="/b", complete=True)
    told.add("http", "response", "gateway", "rhc", "denied", status=401)
    told.add("http", "request", "rhc", "ingress", "cut", method="POST", path="/c", complete=False)
    assert told.wrong == []


def test_an_interim_answer_is_not_the_answer(told: Told) -> None:
    told.server(("PUT", "/a", None), log='ingress: "PUT /a HTTP/1.1" 200\n')
    exchange = told.trace.events[-1].exchange
    told.add("http", "response", "ingress", "rhc", exchange, status=100)
    told.add("http", "response", "ingress", "rhc", exchange, status=200)
    assert told.rows == [Row("access log of ingress", "PUT 200", 1, 1)]


def test_a_foreign_servers_log_is_not_read(told: Told) -> None:
    told.server(("GET", "/a", 200), log="its own words\n", kind="foreign")
    assert told.rows == []


def test_a_missing_log_is_no_agreement(told: Told) -> None:
    told.server(log="")
    (told.logs / "ingress.log").unlink()
    with pytest.raises(FileNotFoundError):
        _ = told.rows


def test_the_table_marks_what_differs() -> None:
    rows = [Row("a", "x", 1, 1), Row("b", "y", 1, 2)]
    shown = list(table(rows))
    assert [line.endswith("DIFFERS") for line in shown] == [False, False, True, False]
    assert shown[-1] == "reconciled 2 counts, 1 differ"
    assert list(table(rows[:1]))[-1] == "reconciled 1 counts, all agree"
