from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopcheck.taps.http import splitter
from hopcheck.taps.http.splitter import HEAD_LIMIT, LINE_LIMIT, requests, responses


def split(parser, pieces, clean=True):
    marks = [mark for piece in pieces for mark in parser.feed(piece)] + list(parser.eof(clean))
    return marks, [mark.message for mark in marks if mark.kind == "end"]


def read_requests(pieces):
    _, messages = split(requests(), pieces)
    return [(m.head.method, m.head.target, m.payload) for m in messages]


def read_responses(pieces, methods):
    pending = list(methods)
    parser, seen = responses(lambda: pending[0] if pending else ""), []

    def take(marks):
        for mark in marks:
            assert mark.kind != "malformed", mark.reason
            if mark.kind == "end":
                seen.append((mark.message.head.status, mark.message.payload, mark.message.complete))
                if mark.message.head.status >= 200:
                    pending.pop(0)

    for piece in pieces:
        take(parser.feed(piece))
    take(parser.eof(True))
    return seen


def pieces_of(data, size):
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, 10**9])
def test_reads_each_case_however_it_is_cut(case, size):
    # A byte at a time through 5 MB would only measure Python.
    size = max(size, len(case.request) // 5000)
    methods = [method for method, *_ in case.requests]

    assert read_requests(pieces_of(case.request, size)) == case.requests
    assert read_responses(pieces_of(case.response, size), methods) == case.responses


STREAM = (
    b"\r\nPOST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;e\r\nabc\r\n0\r\nT: x\r\n\r\n"
    b"GET /b HTTP/1.1\nA: 1\n\n"
    b"PUT /c HTTP/1.0\r\nContent-Length: 4\r\n\r\n\r\n\r\n\r\n"
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_any_cut_gives_the_same_messages(cuts):
    edges = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in pairwise(edges)]

    assert read_requests(pieces) == [("POST", "/a", b"abc"), ("GET", "/b", None), ("PUT", "/c", b"\r\n\r\n")]


def test_marks_say_where_in_the_bytes_they_are():
    first, second = b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n", b"GET /b HTTP/1.1\r\n\r\n"
    parser = requests()

    marks = [(m.kind, m.at) for m in parser.feed(first + b"ab" + second + b"GE")]

    head, end = len(first), len(first) + 2
    assert marks == [("head", head), ("end", end), ("head", end + len(second)), ("end", end + len(second))]
    assert parser.in_head


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x16\x03\x01\r\n\r\n", "request line"),
        (b"GET  / HTTP/1.1\r\n\r\n", "request line"),
        (b"GET / HTTP/1.1\r\nNo colon\r\n\r\n", "header line"),
        (b"GET / HTTP/1.1\r\n Folded: first\r\n\r\n", "continues nothing"),
        (b"GET / HTTP/1.1\r\nX-Rh-Identity : e30=\r\n\r\n", "header name"),
        (b"GET / HTTP/1.1\r\nA: 1\rX-Rh-Identity: e30=\r\n\r\n", "control character"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "content-length"),
        (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na", "content-length"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\na", "without an end"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "chunk size"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "longer than"),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * LINE_LIMIT, "a line above"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * (HEAD_LIMIT // 6), "a head above"),
        (b"GET / HTTP/1.1\r\nA:", "inside the head"),
    ],
)
def test_what_is_no_request_is_said_and_not_read_further(data, reason):
    parser = requests()

    marks = [*parser.feed(data), *parser.eof(True), *parser.feed(b"GET / HTTP/1.1\r\n\r\n")]

    assert marks[-1].kind == "malformed"
    assert reason in marks[-1].reason
    assert parser.opaque


def test_an_unfinished_request_is_marked():
    _, messages = split(requests(), [b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"])

    assert [(m.payload, m.complete) for m in messages] == [(b"ab", False)]


def test_a_reset_leaves_a_body_until_close_incomplete():
    _, messages = split(responses(lambda: "GET"), [b"HTTP/1.1 200 OK\r\n\r\npart"], clean=False)

    assert [(m.payload, m.complete) for m in messages] == [(b"part", False)]


def test_equal_lengths_may_repeat():
    data = b"POST / HTTP/1.1\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nab"

    assert read_requests([data]) == [("POST", "/", b"ab")]


def test_a_large_body_takes_time_in_proportion():
    head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n"

    def seconds(size):
        pieces = [head % size, *pieces_of(bytes(size), 1400)]
        began = time.process_time()
        assert len(read_requests(pieces)[0][2]) == size
        return time.process_time() - began

    small = min(seconds(500_000) for _ in range(3))
    assert seconds(5_000_000) < 40 * small + 0.05


def test_began_is_the_first_byte(monkeypatch):
    clock = iter(range(100, 200))
    monkeypatch.setattr(splitter.time, "monotonic_ns", lambda: next(clock))

    _, messages = split(requests(), [b"GE", b"T / HTTP/1.1\r\n", b"\r\n", b"GET / HTTP/1.1\r\n\r\n"])

    assert messages[0].began == 100
    assert messages[1].began > messages[0].began


def whole_pieces(parser, data):
    message = parser.whole(data)
    (*_, fed) = parser.feed(data)
    return message, fed.message


@pytest.mark.parametrize(
    "data",
    [b"GET /b HTTP/1.1\nA: 1\n\r\n", b"PUT /c HTTP/1.0\r\nContent-Length: 4, 4\r\n\r\n\r\n\r\n",
     b"POST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: identity\r\n\r\n"],
)  # fmt: skip
def test_a_whole_request_is_told_as_if_it_was_fed(data):
    at_once, fed = whole_pieces(requests(), data)

    assert (at_once.head, at_once.payload, at_once.complete) == (fed.head, fed.payload, True)
    assert abs(at_once.began - fed.began) < 10**9


@pytest.mark.parametrize(("method", "status", "size"), [("GET", 200, 2), ("GET", 204, 0), ("HEAD", 200, 0)])
def test_a_whole_response_is_told_as_if_it_was_fed(method, status, size):
    data = b"HTTP/1.1 %d OK\r\nContent-Length: 2\r\n\r\n" % status + b"ok"[:size]

    at_once, fed = whole_pieces(responses(lambda: method), data)

    assert (at_once.head, at_once.payload, at_once.complete) == (fed.head, fed.payload, True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET / HTTP/1.1\r\n",
        b"\r\nGET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\n\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n" * 2,
        b"PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\na",
        b"PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\nabc",
        b"PUT / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 1\r\n\r\nab",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_what_is_not_one_usual_request_is_to_be_fed(data):
    parser = requests()

    assert parser.whole(data) is None
    assert parser.in_head


@pytest.mark.parametrize(
    ("method", "data"),
    [
        ("GET", b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        ("CONNECT", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ("GET", b"HTTP/1.1 200 OK\r\n\r\nto the end"),
    ],
)
def test_what_is_not_one_usual_response_is_to_be_fed(method, data):
    assert responses(lambda: method).whole(data) is None


def test_nothing_is_whole_within_another_message():
    get = b"GET / HTTP/1.1\r\n\r\n"
    for start in (b"P", b"PUT / HTTP/1.1\r\n", b"PUT / HTTP/1.1\r\nContent-Length: 90\r\n\r\n", b"\0\n\r\n"):
        parser = requests()
        list(parser.feed(start))
        assert parser.whole(get) is None
