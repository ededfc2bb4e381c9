"""Entity tags as Node's ``etag`` package makes them."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import Any


def strong(content: bytes) -> str:
    """Length in hex and 27 base64 characters of the SHA-1, quoted."""
    digest = b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()[:27]
    return f'"{len(content):x}-{digest}"'


def weak(content: bytes) -> str:
    """The same, marked weak."""
    return f"W/{strong(content)}"


def of_json(value: Any) -> str:
    """A strong tag over compact JSON in the order given."""
    return strong(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def matches(header: str | None, tag: str) -> bool:
    """Whether an ``If-None-Match`` names `tag`; weak comparison."""
    if header is None:
        return False
    named = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in named or tag.removeprefix("W/") in named
