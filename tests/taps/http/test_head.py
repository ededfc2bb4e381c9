from __future__ import annotations

import pytest

from hopcheck.taps.http.head import Malformed, fields, request_head, response_head


def head_bytes(text):
    return text.encode("latin-1")


def test_a_request_head_keeps_order_duplicates_and_raw_head_bytes():
    raw = head_bytes("\r\nGET /x HTTP/1.1\r\nB: 1 \r\na:2\r\nb:\t\u00e9\r\n\r\n")

    head = request_head(raw)

    assert (head.method, head.target, head.version) == ("GET", "/x", "1.1")
    assert head.headers == (("b", "1"), ("a", "2"), ("b", "\u00e9"))
    assert head.values("b") == ["1", "\u00e9"]
    assert head.raw == raw


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a%2Fb?x=1&x=2", "/a%2Fb", [["x", "1"], ["x", "2"]]),
        ("/a?u=http://h/p?q=1&bare&n=", "/a", [["u", "http://h/p?q=1"], ["bare", ""], ["n", ""]]),
        ("http://h:1/p?q=a%20b+c", "/p", [["q", "a b c"]]),
        ("http://h", "/", []),
        ("*", "*", []),
        ("/filter[a]=b", "/filter[a]=b", []),
    ],
)
def test_path_and_query_are_those_of_the_target(target, path, query):
    head = request_head(head_bytes(f"GET {target} HTTP/1.1\r\n\r\n"))

    assert (head.path, head.query) == (path, query)


def test_a_continued_field_is_one_header():
    raw = head_bytes("HTTP/1.1 200 OK\r\nA: 1\r\n  2\r\nB : 3\r\n\r\n")

    assert response_head(raw).headers == (("a", "1 2"), ("b", "3"))
    assert list(fields(b"\n" + raw)) == [b"\n", b"HTTP/1.1 200 OK\r\n", b"A: 1\r\n  2\r\n", b"B : 3\r\n", b"\r\n"]


def test_a_reason_may_be_empty_or_missing():
    assert response_head(head_bytes("HTTP/1.1 200 \r\n\r\n")).reason == ""
    assert response_head(head_bytes("HTTP/1.0 200\r\n\r\n")).reason == ""


def test_a_line_seen_before_is_read_by_the_same_rule():
    spaced = "A : 1\r\n\r\n"
    for _ in range(2):
        assert response_head(head_bytes("HTTP/1.1 200 OK\r\n" + spaced)).headers == (("a", "1"),)
        with pytest.raises(Malformed, match="header name"):
            request_head(head_bytes("GET / HTTP/1.1\r\n" + spaced))


@pytest.mark.parametrize("text", ["HTTP/1.1 20 OK\r\n\r\n", "HTTP/2 200\r\n\r\n", "200 OK\r\n\r\n"])
def test_other_status_lines_are_malformed(text):
    with pytest.raises(Malformed):
        response_head(head_bytes(text))
