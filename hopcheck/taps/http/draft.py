"""The events of an HTTP exchange; their attributes are those of docs/interfaces.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hopcheck.taps.http.head import RequestHead, ResponseHead
from hopcheck.taps.http.relay import Tls
from hopcheck.taps.http.splitter import Message
from hopcheck.trace import Draft


class Hop(NamedTuple):
    """Between whom an exchange goes, and who saw it."""

    tap: str
    edge: str
    source: str
    target: str
    exchange: str
    host: str | None


def request(hop: Hop, message: Message[RequestHead], tls: Tls | None, forged: Sequence[str]) -> Draft:
    """The event of a request, as it is forwarded."""
    head = message.head
    return Draft(
        tap=hop.tap,
        edge=hop.edge,
        protocol="http",
        op="request",
        source=hop.source,
        target=hop.target,
        exchange=hop.exchange,
        host=hop.host,
        attrs={
            "method": head.method,
            "target": head.target,
            "path": head.path,
            "query": head.query,
            "headers": head.headers,
            "version": head.version,
            "tls": None if tls is None else tls.as_dict(),
            "forged": list(forged),
            "complete": message.complete,
        },
        payload=message.payload,
        began=message.began,
    )


def response(hop: Hop, message: Message[ResponseHead], interim: Sequence[int]) -> Draft:
    """The event of a final response; ``interim`` are the 1xx statuses that came before it."""
    head = message.head
    draft = Draft(
        tap=hop.tap,
        edge=hop.edge,
        protocol="http",
        op="response",
        source=hop.target,
        target=hop.source,
        exchange=hop.exchange,
        host=hop.host,
        attrs={
            "status": head.status,
            "reason": head.reason,
            "headers": head.headers,
            "version": head.version,
            "complete": message.complete,
        },
        payload=message.payload,
        began=message.began,
    )
    if interim:
        draft.attrs["interim"] = list(interim)
    return draft


def refused(hop: Hop, reason: str) -> Draft:
    """The event of an exchange that came to nothing."""
    return Draft(
        tap=hop.tap,
        edge=hop.edge,
        protocol="http",
        op="refused",
        source=hop.source,
        target=hop.target,
        exchange=hop.exchange,
        host=hop.host,
        attrs={"reason": reason},
    )
