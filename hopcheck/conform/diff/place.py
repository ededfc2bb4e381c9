"""A message as places and what stands there: ``body.status`` is a place, ``"ok"`` stands there."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import orjson

from hopcheck.checks.contracts.multipart import MultipartError, parse

Scalar = str | int | float | bool | None
Fields = dict[str, Scalar]
BINARY = "<binary>"
_RECORD = re.compile(r"([^\[]+)\[(\d+)\](|\..+)")
_FORM = "application/x-www-form-urlencoded"


def flat(value: Any, place: str) -> Iterator[tuple[str, Scalar]]:
    """The places of a JSON value; an empty object or list is one itself."""
    if isinstance(value, Mapping) and value:
        for name, member in value.items():
            yield from flat(member, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list) and value:
        for position, member in enumerate(value):
            yield from flat(member, f"{place}[{position}]")
    elif isinstance(value, (Mapping, list)):
        yield place, "{}" if isinstance(value, Mapping) else "[]"
    else:
        yield place, value


def pairs(values: Sequence[Sequence[Any]], place: str) -> Iterator[tuple[str, Scalar]]:
    """The places of headers or of a query: their order goes, but for values of one name, which are numbered."""
    counts: dict[str, int] = {}
    for name, value in values:
        counts[name] = count = counts.get(name, 0) + 1
        at = f"{place}.{name}" if count == 1 else f"{place}.{name}#{count}"
        yield from flat(value, at)  # an identity is an object, with the digest of its text


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that stand at a place: ``fields`` are what is in them, ``lines`` the records of JSON Lines.

    ``digest`` is SHA-256 of what the trace shows of them, ``size`` how many there were.
    """

    place: str
    digest: str
    size: int
    fields: Fields
    lines: list[Fields]


def content(data: bytes, kind: str, place: str) -> list[Blob]:
    """The blobs of a body: itself, or the parts of a form. ``kind`` is its content type, empty where nobody told."""
    if not kind.lower().startswith("multipart/form-data"):
        return [_blob(data, kind, place)]
    try:
        parts = parse(kind, data)
    except MultipartError as error:
        return [Blob(place, sha256(data).hexdigest(), len(data), {place: f"no form: {error}"}, [])]
    found = []
    for part in parts:
        at = f"{place}.{part.name}"
        head: Fields = {f"{at}.filename": part.filename, f"{at}.content-type": part.content_type}
        found += [Blob(f"{at}.head", "", 0, head, []), _blob(part.data, part.content_type or "", at)]
    return found


def spread(blob: Blob, *, listing: bool) -> Blob:
    """The blob with its lists of objects as lines, of which the order says nothing.

    Of a ``listing`` how many there are does, and so it is with other lists.
    """
    fields: Fields = {}
    lines: dict[str, Fields] = {}
    counts: dict[str, set[str]] = {}
    for place, value in blob.fields.items():
        record = _RECORD.fullmatch(place)
        if record and (record[3] or listing):
            counts.setdefault(record[1], set()).add(record[2])
            lines.setdefault(f"{record[1]}[{record[2]}]", {})[f"{record[1]}{record[3]}"] = value
        else:
            fields[place] = value
    if listing:
        fields |= {f"{place}[]": len(numbers) for place, numbers in counts.items()}
    return replace(blob, fields=fields, lines=[*blob.lines, *lines.values()])


def _blob(data: bytes, kind: str, place: str) -> Blob:
    fields, lines = _read(data, kind.lower(), place)
    return Blob(place, sha256(data).hexdigest(), len(data), fields, lines)


def _read(data: bytes, kind: str, place: str) -> tuple[Fields, list[Fields]]:
    if kind.startswith(_FORM):
        return dict(pairs(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True), place)), []
    if data[:2] == b"\x1f\x8b":
        return dict(flat(_archive(data), place)), []
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {place: BINARY}, []
    whole = _json(text)
    if isinstance(whole, (dict, list)) and "jsonl" not in kind:
        return dict(flat(whole, place)), []
    records = [_json(line) for line in text.splitlines() if line]
    if records and all(isinstance(each, dict) for each in records):
        return {}, [dict(flat(each, f"{place}.line")) for each in records]
    return {place: text}, []


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _archive(data: bytes) -> Any:
    try:
        plain = gzip.decompress(data)
    except (OSError, EOFError):
        return BINARY
    try:
        with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
            return {"archive": sorted(archive.getnames())}
    except tarfile.TarError:
        try:
            return {"gzip": plain.decode()}
        except UnicodeDecodeError:
            return BINARY
