"""A multipart/form-data body as ``x-parts`` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from hopcheck.checks.contracts.documents import Documents, Pointer
from hopcheck.evolution.candidate import samples
from hopcheck.evolution.pattern import texts
from hopcheck.evolution.spot import Root, spot_of

BOUNDARY = "hopcheck"


@dataclass(frozen=True, slots=True)
class Part:
    """Its header lines, and the value under a schema, where it has one: JSON, or ``lines`` of it."""

    head: str
    root: Root | None
    value: Any
    lines: bool
    author: str | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Parts one after the other; ``values`` are those that a schema governs, a line of events being its own."""

    parts: tuple[Part, ...]

    @property
    def values(self) -> list[tuple[Root, Any, Part]]:
        """Schema, value and part of each place, in the order that `data` counts them."""
        found: list[tuple[Root, Any, Part]] = []
        for part in self.parts:
            if part.root is None:
                continue
            if not part.lines:
                found.append((part.root, part.value, part))
                continue
            name, at = part.root
            # The first line is there twice: by the rule for it, and by that for any line.
            found += [
                ((name, (*at[:-1], "first")) if not n else part.root, each, part) for n, each in enumerate(part.value)
            ]
            found += [(part.root, each, part) for each in part.value[:1]]
        return found

    def data(self, other: Mapping[int, Any] | None = None) -> bytes:
        """The body, with ``other`` values by their number among `values`."""
        other, number, out = other or {}, 0, b""
        for part in self.parts:
            if part.root is None:
                content = b"data"
            elif part.lines:
                lines = list(part.value)
                for place in range(len(lines) + 1):
                    if number in other:
                        lines[0 if place == len(part.value) else place] = other[number]
                    number += 1
                content = b"".join(orjson.dumps(line) + b"\n" for line in lines)
            else:
                content = orjson.dumps(other.get(number, part.value))
                number += 1
            out += f"--{BOUNDARY}\r\n{part.head}\r\n\r\n".encode() + content + b"\r\n"
        return out + f"--{BOUNDARY}--\r\n".encode()


def made(documents: Documents, name: str, pointer: Pointer, edge: str) -> Form:
    """The form of an edge; where the contract has no rules for it, a file of no known kind."""
    rules = documents.node(name, pointer).get(edge, [{"name": "file"}])
    return Form(tuple(_part(documents, name, (*pointer, edge, number), rule) for number, rule in enumerate(rules)))


def _part(documents: Documents, name: str, at: Pointer, rule: Mapping[str, Any]) -> Part:
    head = f'Content-Disposition: form-data; name="{rule["name"]}"'
    if "filename" in rule:
        head += f'; filename="{next(iter(texts(rule["filename"])), "file")}"'
    if "contentType" in rule:
        head += f"\r\nContent-Type: {next(iter(texts(rule['contentType'])), 'text/plain')}"
    for key in ("lines", "schema"):
        if key in rule:
            spot = spot_of(documents, ((name, (*at, key)),))
            value = rule.get("example", samples(spot)[:1] if key == "lines" else samples(spot)[0])
            return Part(head, (name, (*at, key)), value, key == "lines", rule.get("x-author"), rule.get("x-reader"))
    return Part(head, None, None, False)
