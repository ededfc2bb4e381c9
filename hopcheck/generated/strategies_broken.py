"""Broken messages: a valid one in which one thing is wrong, of a kind that is known and counted."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from hopcheck.faults.derived.proposals import ADD, DROP, OTHER, RENAME, RETYPE, Path, replaced

VALID, MISSING, RENAMED, ADDED, RETYPED, WRONG = "valid", "missing", "renamed", "added", "retyped", "wrong value"
OVERSIZED, ENCODING = "oversized", "wrong encoding"
OF_PROPOSAL = {DROP: MISSING, RENAME: RENAMED, ADD: ADDED, RETYPE: RETYPED}
"""Kinds by those of proposals; all others are wrong values."""
_MARK = "hopcheck-here"
_FIRST_NAME = re.compile(rb'\{"([^"]*)":')


@dataclass(frozen=True, slots=True)
class Broken:
    """``data`` as it is sent, ``kind`` and ``way`` of what is wrong with it; ``way`` is a line."""

    kind: str
    way: str
    data: bytes


def encoded(value: Any) -> bytes:
    """JSON as everybody sends it: UTF-8 without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def instead(value: Any, number: int, raw: bytes) -> bytes:
    """The JSON of ``value`` with ``raw`` where one of its scalars stood, counted by ``number``."""
    places = list(leaves(value))
    path = places[number % len(places)]
    return encoded(replaced(value, path, _MARK)).replace(f'"{_MARK}"'.encode(), raw)


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where in ``value`` scalars and empty containers stand; the value itself where it is one."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from leaves(each, (*path, number))
    else:
        yield path


_RAW: Mapping[str, tuple[str, bytes]] = {
    "a text of 300 characters": (OVERSIZED, b'"' + b"x" * 300 + b'"'),
    "a text of 70,000 characters": (OVERSIZED, b'"' + b"x" * 70_000 + b'"'),
    "300 lists in each other": (OVERSIZED, b"[" * 300 + b"]" * 300),
    "3,000 lists in each other": (OVERSIZED, b"[" * 3000 + b"]" * 3000),
    "300 objects in each other": (OVERSIZED, b'{"a":' * 300 + b"1" + b"}" * 300),
    "a number of 400 digits": (OVERSIZED, b"9" * 400),
    "a number of 5,000 digits": (OVERSIZED, b"9" * 5000),
    "a number beyond all floats": (OVERSIZED, b"1e999"),
    "2,000 items": (OVERSIZED, b"[" + b"0," * 1999 + b"0]"),
    "half a surrogate pair": (ENCODING, b'"\\ud800"'),
    "a null character": (ENCODING, b'"\\u0000"'),
    "a null character as it is": (ENCODING, b'"\0"'),
    "a byte that is no UTF-8": (ENCODING, b'"\xff"'),
    "an overlong UTF-8": (ENCODING, b'"\xc0\xaf"'),
    "a surrogate in UTF-8": (ENCODING, b'"\xed\xa0\x80"'),
    "no number": (ENCODING, b"NaN"),
    "infinity": (ENCODING, b"-Infinity"),
    "a text that is not closed": (ENCODING, b'"'),
    "single quotes": (ENCODING, b"'a'"),
}
_WHOLE: Mapping[str, Callable[[bytes, int], bytes]] = {
    "cut off": lambda data, number: data[: number % len(data)],
    "nothing": lambda data, number: b"",
    "blanks": lambda data, number: b" \r\n",
    "UTF-16": lambda data, number: data.decode("utf-8", "replace").encode("utf-16"),
    "Latin-1": lambda data, number: data.replace(b'":"', '":"é'.encode("latin-1")),
    "a byte order mark": lambda data, number: b"\xef\xbb\xbf" + data,
    "gzip": lambda data, number: gzip.compress(data, 1, mtime=0),
    "a bracket too many": lambda data, number: data + b"}",
    "two documents": lambda data, number: data + data,
    "a list around it": lambda data, number: b"[" + data + b"]",
    "a name twice": lambda data, number: _named_twice(data),
    "a megabyte of blanks": lambda data, number: data + b" " * 1_000_000,
    "a bomb in gzip": lambda data, number: gzip.compress(b" " * 1_000_000, 1, mtime=0),
    "a bit turned": lambda data, number: _turned(data, number),
}
_OVERSIZED_WHOLE = {"a megabyte of blanks", "a bomb in gzip"}
ANY = "any bytes"
WAYS = (*_RAW, *_WHOLE, ANY)


def damaged(value: Any, way: str, number: int) -> Broken:
    """``value`` sent in one of `WAYS`, which no schema speaks of; ``number`` says where."""
    if way in _RAW:
        kind, raw = _RAW[way]
        return Broken(kind, way, instead(value, number, raw))
    if way == ANY:
        return Broken(ENCODING, way, Random(number).randbytes(number % 61))
    kind = OVERSIZED if way in _OVERSIZED_WHOLE else ENCODING
    return Broken(kind, way, _WHOLE[way](encoded(value), number))


def _named_twice(data: bytes) -> bytes:
    match = _FIRST_NAME.match(data)
    name = OTHER.encode() if match is None else match[1]
    return data[:-1] + b',"' + name + b'":null}' if data.endswith(b"}") else data + data


def _turned(data: bytes, number: int) -> bytes:
    if not data:
        return b"\x01"
    at = number % len(data)
    return data[:at] + bytes([data[at] ^ 1 << number % 8]) + data[at + 1 :]
