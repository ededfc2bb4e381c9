"""multipart/form-data: parts dropped, renamed, sent twice, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson

from hopcheck.faults.derived.alteration import BODY, MEDIA, TWICE, Alteration, Place, altered, with_attrs, with_payload
from hopcheck.faults.derived.proposals import ADD, DROP, OTHER, PATTERN, RENAME, Proposer
from hopcheck.faults.derived.schemas import At, Schemas
from hopcheck.trace import Event

_BOUNDARY = re.compile('boundary="?([^";]+)')
_NAME = re.compile(rb'(?<![a-z])name="?([^";\r]*)"?')
_FILENAME = re.compile(rb'filename="?([^";\r]*)"?')
_TYPE = re.compile(rb"(?im)^content-type:[ \t]*([^\r]*)")


@dataclass(frozen=True, slots=True)
class _Part:
    head: bytes
    data: bytes

    @property
    def name(self) -> str:
        match = _NAME.search(self.head)
        return match[1].decode() if match else ""

    def with_head(self, pattern: re.Pattern[bytes], value: str) -> _Part:
        """The part with another value where the first group of ``pattern`` stands."""
        match = pattern.search(self.head)
        if match is None:
            raise ValueError(f"a part without {pattern.pattern!r}")
        start, end = match.span(1)
        return replace(self, head=self.head[:start] + value.encode() + self.head[end:])


def derive(
    event: Event,
    content_type: str,
    rules: Sequence[dict[str, Any]] | None,
    document: str,
    schemas: Schemas,
    proposer: Proposer,
) -> Iterator[Alteration]:
    """The alterations of a form; ``rules`` are the ``x-parts`` of the edge, which say nothing where they are None."""
    match = _BOUNDARY.search(content_type)
    if event.payload is None or match is None or not rules:
        return
    boundary = match[1]
    delimiter = b"--" + boundary.encode()
    pieces = event.payload.data.split(delimiter)
    parts = [_Part(*piece[2:-2].split(b"\r\n\r\n", 1)) for piece in pieces[1:-1]]
    author = next((each["x-author"] for each in rules if "x-author" in each), event.source)

    def put(others: Sequence[_Part]) -> Event:
        body = b"".join(delimiter + b"\r\n" + each.head + b"\r\n\r\n" + each.data + b"\r\n" for each in others)
        return with_payload(event, body + delimiter + b"--\r\n")

    bare = [[n, v.partition(";")[0] if n == "content-type" else v] for n, v in event.attrs["headers"]]
    yield altered(MEDIA, "request.body", author, lambda: with_attrs(event, headers=bare), "without boundary")
    extra = _Part(b'Content-Disposition: form-data; name="%s"' % OTHER.encode(), b"text")
    yield altered(ADD, "request.body.part", author, lambda: put([*parts, extra]))
    for number, part in enumerate(parts):
        rule = next(each for each in rules if each["name"] == part.name)
        role, spot = rule.get("x-author") or event.source, f"request.body.part[{part.name}]"
        rest = [each for each in parts if each is not part]

        def instead(other: _Part, number: int = number) -> Event:
            return put([*parts[:number], other, *parts[number + 1 :]])

        if rule.get("required", True):
            yield altered(DROP, spot, role, partial(put, rest))
        yield altered(TWICE, spot, role, partial(put, [*parts, part]))
        yield altered(
            RENAME,
            spot,
            role,
            partial(instead, part.with_head(_NAME, part.name + "-other")),
        )
        for key, pattern in (("filename", _FILENAME), ("contentType", _TYPE)):
            if key in rule and pattern.search(part.head):
                wrong = next(w for w in ("x-other/x", "?") if not re.fullmatch(rule[key], w))
                yield altered(
                    PATTERN,
                    f"{spot}.{key}",
                    role,
                    partial(instead, part.with_head(pattern, wrong)),
                )
        yield from _content(part, At(document, rule), spot, role, instead, schemas, proposer)


def _content(
    part: _Part, rule: At, spot: str, role: str, put: Any, schemas: Schemas, proposer: Proposer
) -> Iterator[Alteration]:
    if "schema" in rule.node:
        yield altered(BODY, spot, role, lambda: put(replace(part, data=part.data + b"}")), "no JSON")
        place = Place(
            spot,
            rule.at("schema"),
            orjson.loads(part.data),
            role,
            lambda value: put(replace(part, data=orjson.dumps(value))),
        )
        yield from place.alterations(schemas, proposer)
    if "lines" not in rule.node:
        return
    lines = part.data.removesuffix(b"\n").split(b"\n")
    yield altered(BODY, spot, role, lambda: put(replace(part, data=part.data.removesuffix(b"\n"))), "last line open")
    for number, line in enumerate(lines):

        def with_line(value: bytes, number: int = number) -> Event:
            data = b"\n".join([*lines[:number], value, *lines[number + 1 :]]) + b"\n"
            event: Event = put(replace(part, data=data))
            return event

        where = f"{spot}.line[{'first' if number == 0 else 'later'}]"
        yield altered(BODY, where, role, partial(with_line, line + b"}"), "no JSON")
        for key in ("lines", "first") if number == 0 else ("lines",):
            if key in rule.node:
                place = Place(
                    where,
                    rule.at(key),
                    orjson.loads(line),
                    role,
                    partial(_dumped, with_line),
                )
                yield from place.alterations(schemas, proposer)


def _dumped(put: Callable[[bytes], Event], value: Any) -> Event:
    return put(orjson.dumps(value))
