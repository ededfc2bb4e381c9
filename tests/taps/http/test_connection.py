from __future__ import annotations

import pytest

from hopcheck.taps.http import HttpTap
from hopcheck.taps.http.relay import Tls

GET = b"GET / HTTP/1.1\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def connection(store):
    tap = HttpTap(store, edge="e", source="a", target="b", upstream=("", 0), name="t")
    connection = tap.relay()
    connection.sent = bytearray()
    connection.returned = bytearray()
    # Connected already, with sinks that keep what they get.
    connection._reaching = True
    connection.up._write = lambda data, then: connection.sent.extend(data)
    connection.down._write = lambda data, then: connection.returned.extend(data)
    return connection


@pytest.mark.parametrize("size", [1, 5, 10**6])
def test_bytes_pass_and_pairs_are_kept_however_they_are_cut(case, size, connection, store):
    size = max(size, len(case.request) // 3000)
    for at in range(0, len(case.request), size):
        connection.from_client(case.request[at : at + size])
    for at in range(0, len(case.response), size):
        connection.from_server(case.response[at : at + size])
    connection.server_ended(True)

    assert connection.sent == case.request
    assert connection.returned == case.response
    assert [e.exchange for e in store.where(op="request")] == [e.exchange for e in store.where(op="response")]


def test_events_come_before_the_bytes_that_complete_them(connection, store):
    seen = []
    store.subscribe(lambda event: seen.append((event.op, bytes(connection.sent), bytes(connection.returned))))

    connection.from_client(GET[:3])
    connection.from_client(GET[3:] + GET)
    connection.from_server(OK + OK)

    assert seen == [
        ("request", b"GET", b""),
        ("request", GET, b""),
        ("response", GET * 2, b""),
        ("response", GET * 2, OK),
    ]


def test_an_answer_before_the_end_of_its_request_joins_it(connection, store):
    connection.from_client(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab")
    connection.from_server(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    connection.from_client(b"cd" + GET)
    connection.from_server(OK)

    assert [(e.op, e.exchange[-2:]) for e in store] == [
        ("request", ".1"),
        ("response", ".1"),
        ("request", ".2"),
        ("response", ".2"),
    ]


@pytest.mark.parametrize("cut", [1, 10**6])
def test_an_answer_before_the_end_of_its_request_goes_on_at_once(connection, store, cut):
    answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"
    connection.from_client(b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nab")
    for at in range(0, len(answer), cut):
        connection.from_server(answer[at : at + cut])

    assert connection.returned == answer
    assert [e.op for e in store] == []
    connection.client_ended(True)
    assert [(e.op, e.attrs["complete"]) for e in store] == [("request", False), ("response", True)]


@pytest.mark.parametrize("gone", [True, False])
def test_an_answer_that_is_cut_short_says_whether_the_asker_was_gone(connection, store, gone):
    connection.from_client(GET)
    connection.from_server(OK[:-1])
    connection.client.lost = gone
    connection.server_ended(True)

    (answer,) = store.where(op="response")
    assert (answer.attrs["complete"], answer.attrs.get("abandoned", False)) == (False, gone)


def test_an_answer_to_what_then_is_no_request_is_kept(connection, store):
    connection.from_client(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.from_server(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    connection.from_client(b"not a size\r\n")

    assert [e.op for e in store] == ["refused", "response"]


def test_an_answer_to_nothing_has_an_exchange_of_its_own(connection, store):
    connection.from_server(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
    connection.from_client(GET)

    assert [e.op for e in store] == ["response", "request"]
    assert store.events[0].exchange != store.events[1].exchange


def test_a_certificate_names_the_host(connection, store):
    connection.tls = Tls("TLSv1.3", "host-1")

    connection.from_client(GET)

    assert store.events[0].host == "host-1"


def test_after_a_switch_of_protocols_nothing_is_read(connection, store):
    connection.from_client(GET)
    connection.from_server(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
    connection.from_client(GET + b"\x00")
    connection.from_server(OK)

    assert [e.op for e in store] == ["request", "response"]
    assert connection.sent == GET * 2 + b"\x00"
    assert connection.returned.endswith(OK)
