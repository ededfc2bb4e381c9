"""A comparison as a table for people, and as data for programs."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from hopcheck.checks.contracts.documents import place
from hopcheck.evolution.diagram import Told
from hopcheck.evolution.difference import BREAKING, COMPATIBLE, DOC_ONLY, Comparison, Difference, Witness
from hopcheck.evolution.specimen import shown
from hopcheck.trace import Event

HEAD = ("verdict", "for whom", "kind", "where")
_WIDTHS = (10, 34, 11, 40)
_SAYS = {
    "sends": "goes on as before, and the new version forbids it",
    "reads": "is sent what the old version does not know",
    "awaits": "waits for what no longer comes",
}


def lines(comparison: Comparison, width: int, *, whole: bool = False) -> Iterator[str]:
    """Three lines or more for each difference, then the totals; ``whole`` witnesses are not cut."""
    if comparison.differences:
        yield _row(HEAD)
    for each in comparison.differences:
        yield _row((each.verdict, for_whom(each), each.kind, f"{each.file}:{each.line} {each.where}"))
        yield from textwrap.wrap(each.what + (f" ({each.note})" if each.note else ""), width, **_indent("    "))
        for effect in each.effects:
            first = "; it goes first, so nothing breaks" if effect.first else ""
            yield from textwrap.wrap(f"{effect.role} {_SAYS[effect.does]}{first}", width, **_indent("      "))
        if each.witness is not None:
            yield from _witness(each.witness, width, whole)
    counts = Counter(each.verdict for each in comparison.differences)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in (BREAKING, COMPATIBLE, DOC_ONLY))
    yield f"{comparison.old} -> {comparison.new}: {len(comparison.differences)} differences: {told}"
    if comparison.aside:
        yield from textwrap.wrap(f"changed and not compared: {', '.join(comparison.aside)}", width, **_indent(""))


def for_whom(difference: Difference) -> str:
    """Those whom it breaks, or those who go first."""
    if difference.broken:
        return ", ".join(difference.broken)
    return f"{', '.join(difference.first)} first" if difference.first else "-"


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """For programs."""
    return {
        "old": comparison.old,
        "new": comparison.new,
        "breaking": comparison.breaks,
        "differences": [_difference(each) for each in comparison.differences],
        "not_compared": list(comparison.aside),
    }


def _difference(each: Difference) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "file": each.file,
        "line": each.line,
        "where": each.where,
        "what": each.what,
        "verdict": each.verdict,
        "breaks": list(each.broken),
        "first": list(each.first),
        "note": each.note,
        "effects": [
            {"role": e.role, "does": e.does, "first": e.first, "witness": e.witness and witness_dict(e.witness)}
            for e in each.effects
        ],
        "witness": each.witness and witness_dict(each.witness),
    }


def witness_dict(witness: Witness) -> dict[str, Any]:
    """A witness as data: what it is, which version takes it, and what the other says."""
    told = {"name": witness.name, "taken_by": witness.kept, "expected": witness.expected, "got": witness.got}
    return told | {"value": _value(witness.value)}


def _value(value: Any) -> Any:
    if isinstance(value, Told):
        return {"outcome": value.outcome, "complete": value.run.missing, "arrows": list(value.lines)}
    if isinstance(value, tuple) and isinstance(value[0], Event):
        return [shown(each) for each in value if each is not None]
    if isinstance(value, tuple):
        root, instance = value
        return {"schema": f"{root[0]}{place(root[1])}", "value": instance}
    return value


def _witness(witness: Witness, width: int, whole: bool) -> Iterator[str]:
    takes = "old" if witness.kept == "old" else "new"
    told = f"witness: {witness.name}, taken by the {takes} version; the other: {witness.expected}; got {witness.got}"
    yield from textwrap.wrap(told, width, **_indent("      "))
    value = orjson.dumps(_value(witness.value)).decode()
    limit = width * 2
    text = value if whole or len(value) <= limit else f"{value[:limit]}… (--json has all of it)"
    yield from textwrap.wrap(text, width, **_indent("        "))


def _indent(text: str) -> dict[str, Any]:
    return {"initial_indent": text, "subsequent_indent": text, "break_on_hyphens": False}


def _row(cells: tuple[str, ...]) -> str:
    return " ".join(f"{cell:<{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()
