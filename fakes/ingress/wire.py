"""JSON and times as a Go program writes them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

NO_TIME = "0001-01-01T00:00:00Z"
ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def to_json(value: Any) -> bytes:
    """Compact JSON; `<`, `>` and `&` are escapes, other non-ASCII is UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(ESCAPES).encode("utf-8", "replace")


def to_rfc3339(moment: datetime) -> str:
    """An aware datetime as RFC 3339, `Z` for UTC."""
    return moment.isoformat().replace("+00:00", "Z")
