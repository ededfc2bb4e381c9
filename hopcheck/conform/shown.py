"""An observation as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from hopcheck.printable import printable
from hopcheck.trace import Event

CHARACTERS = 1500
QUIET = ("raw", "host_name", "tls", "version", "http_version", "complete", "forged", "reason", "path", "query", "leg")
"""Attributes that say nothing to somebody who wants to know what was sent."""


def shown(event: Event) -> str:
    """Who sent what to whom in a line, then headers, a line each, then what it carried; clipped."""
    lines = [f"{event.source} > {event.target}: {' '.join(_head(event))}"]
    if "hmac:" in str(event.attrs.get("target")):
        # A secret in it made the query a digest; its other members are known.
        lines.append(f"query: {' '.join(f'{name}={value}' for name, value in event.attrs.get('query') or ())}")
    lines += [f"{name}: {value}" for name, value in event.attrs.get("headers") or ()]
    if event.payload is not None and event.payload.size:
        content = event.payload.text
        lines.append(f"({event.payload.size} bytes, not text)" if content is None else f"\n{content}")
    text = "\n".join(lines)
    return printable(text if len(text) <= CHARACTERS else f"{text[:CHARACTERS]} … of {len(text)} characters")


def _head(event: Event) -> Iterator[str]:
    attrs = event.attrs
    if event.protocol == "http" and "method" in attrs:
        yield f"{attrs['method']} {attrs.get('target', attrs.get('path'))}"
        left = {"method", "target"}
    elif event.protocol == "http" and "status" in attrs:
        yield f"{attrs['status']} {attrs.get('reason') or ''}".rstrip()
        left = {"status"}
    else:
        yield f"{event.protocol} {event.op}"
        left = set()
    for name, value in attrs.items():
        if name not in left and name not in QUIET and name != "headers" and value not in (None, [], {}, ""):
            yield f"{name}={_value(value)}"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()
