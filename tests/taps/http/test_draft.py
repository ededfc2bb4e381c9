from __future__ import annotations

from hopcheck.taps.http import draft
from hopcheck.taps.http.draft import Hop
from hopcheck.taps.http.head import request_head, response_head
from hopcheck.taps.http.relay import Tls
from hopcheck.taps.http.splitter import Message

HOP = Hop("t", "a>b", "a", "b", "t#1.1", "h")


def test_a_request_runs_from_source_to_target():
    message = Message(request_head(b"GET /p?q HTTP/1.0\r\n\r\n"), 7, [b"x", b"y"], complete=True)

    made = draft.request(HOP, message, Tls("TLSv1.3", None), ["x-rh-identity"])

    assert (made.source, made.target, made.exchange, made.host, made.began) == ("a", "b", "t#1.1", "h", 7)
    assert made.payload == b"xy"
    assert made.attrs["tls"] == {"version": "TLSv1.3", "client_cn": None}
    assert made.attrs["forged"] == ["x-rh-identity"]


def test_a_response_runs_back():
    message = Message(response_head(b"HTTP/1.1 204 No Content\r\n\r\n"), 7)

    made = draft.response(HOP, message, [103])

    assert (made.source, made.target, made.op, made.payload) == ("b", "a", "response", None)
    assert made.attrs["interim"] == [103]
    assert made.attrs["complete"] is False
    assert "interim" not in draft.response(HOP, message, []).attrs


def test_a_refusal_has_its_reason():
    made = draft.refused(HOP, "TLS: no certificate")

    assert (made.op, made.source, made.attrs) == ("refused", "a", {"reason": "TLS: no certificate"})
