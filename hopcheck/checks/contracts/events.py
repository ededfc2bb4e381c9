"""The lines of an upload: one JSON event each."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from hopcheck.checks.contracts.breach import Breach
from hopcheck.checks.contracts.rule import Rule, shown
from hopcheck.trace import document


def lines(data: bytes, rule: Rule, first: Rule | None, contract: str, place: str, role: str | None) -> Iterator[Breach]:
    """One breach for each bad line, by its number from 1; ``first`` is a further rule for line 1."""
    if not data.endswith(b"\n"):
        end = shown(data[-40:].decode("utf-8", "replace"))
        yield Breach(contract, place, "lines that each end in a line feed", end, rule.clauses, role)
    numbered = enumerate(data.removesuffix(b"\n").split(b"\n"), 1)
    for number, line in numbered:
        spot = f"{place}.line[{number}]"
        try:
            event = document.read(line)
        except orjson.JSONDecodeError as error:
            got = f"{error}: {shown(line.decode('utf-8', 'replace'))}"
            yield Breach(contract, spot, "one JSON object", got, rule.clauses, role)
            continue
        found = rule.breaches(event, contract, spot, role)
        if not found and first is not None and number == 1:
            found = first.breaches(event, contract, spot, role)
        yield from found[:1]


def exercise(data: bytes, rule: Rule, first: Rule | None, found: set[str]) -> None:
    """Add the clauses that the lines put to the test; ``first`` counts where line 1 keeps ``rule``."""
    found.update(rule.clauses)
    for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"), 1):
        if rule.reach <= found and (first is None or number > 1):
            return
        try:
            event = document.read(line)
        except orjson.JSONDecodeError:
            continue
        rule.exercise(event, found)
        if first is not None and number == 1 and rule.is_valid(event):
            first.exercise(event, found)
