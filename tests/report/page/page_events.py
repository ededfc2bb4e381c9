"""Events as taps make them, in few words."""

from __future__ import annotations

from typing import Any

from hopcheck.trace import Event, Payload

SECOND = 1_000_000_000


def event(
    seq: int,
    op: str,
    protocol: str = "http",
    payload: bytes | None = None,
    *,
    ends: tuple[str, str] = ("rhc", "ingress"),
    exchange: str | None = None,
    host: str | None = None,
    **attrs: Any,
) -> Event:
    wall = f"2026-01-02T12:04:{seq % 60:02}.000000+00:00"
    carried = None if payload is None else Payload(payload)
    at = seq * SECOND
    return Event(seq, at, at, wall, "tap", ">".join(ends), protocol, op, *ends, exchange, host, attrs, carried)


def request(seq: int, payload: bytes | None = None, **about: Any) -> Event:
    attrs = {"method": "POST", "path": "/upload", "headers": [], "exchange": f"x{seq}"}
    return event(seq, "request", payload=payload, **{**attrs, **about})


def response(seq: int, to: int, status: int = 202, **about: Any) -> Event:
    ends = about.pop("ends", ("ingress", "rhc"))
    return event(seq, "response", exchange=f"x{to}", status=status, reason="", headers=[], ends=ends, **about)


def kit(seq: int, op: str, **attrs: Any) -> Event:
    return event(seq, op, "kit", ends=("hopcheck", "hopcheck"), **attrs)
