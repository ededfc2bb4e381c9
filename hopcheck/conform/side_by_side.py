"""A comparison in words: for a terminal, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from hopcheck.conform.compare import Comparison, Difference
from hopcheck.conform.failure import short
from hopcheck.conform.model import Report
from hopcheck.printable import clipped, one_line

QUESTION = "Can B replace A among these neighbours?"
_FACT, _VALUE, _TEXT = 14, 42, 110
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")


def text(comparison: Comparison) -> list[str]:
    """Identity, counts, where the reports differ, and the answer with its reasons."""
    return [
        f"{'':{_FACT + 2}} {'A':{_VALUE}} B",
        *(f"  {name:{_FACT}} {_middle_cut(a):{_VALUE}} {_middle_cut(b)}".rstrip() for name, a, b in _facts(comparison)),
        "",
        *_differences(comparison.differences),
        *(clipped(f"note: {each}", _TEXT) for each in comparison.notes),
        f"{QUESTION} {_answer(comparison)}",
        *(clipped(f"  - {each}", 2 * _TEXT) for each in comparison.reasons),
    ]


def markdown(comparison: Comparison) -> list[str]:
    """As `text`, for an issue or a pull request."""
    lines = [f"## {QUESTION} {_answer(comparison)}", ""]
    if comparison.reasons:
        lines += [*(f"- {_cell(each)}" for each in comparison.reasons), ""]
    lines += ["| | A | B |", "|---|---|---|"]
    lines += [f"| {_cell(name)} | {_cell(a)} | {_cell(b)} |" for name, a, b in _facts(comparison)]
    if comparison.differences:
        lines += ["", "| clause | level | A | B | rule | why |", "|---|---|---|---|---|---|"]
        for each in comparison.differences:
            cells = (each.clause, each.level, _state(each.a), _state(each.b), each.text, _why(each))
            lines.append(f"| {' | '.join(map(_cell, cells))} |")
    if comparison.notes:
        lines += ["", *(f"- {_cell(each)}" for each in comparison.notes)]
    return lines


def _answer(comparison: Comparison) -> str:
    return "yes" if comparison.replaceable else "no"


def _facts(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    left, right = _identity(comparison.a), _identity(comparison.b)
    yield from ((name, a, b) for (name, a), (_, b) in zip(left, right, strict=True))
    counts = (comparison.a.counts, comparison.b.counts)
    yield from ((_state(state), str(counts[0][state]), str(counts[1][state])) for state in counts[0])
    yield "beside clauses", str(len(comparison.a.others)), str(len(comparison.b.others))


def _identity(report: Report) -> Sequence[tuple[str, str]]:
    component = report.component
    return (
        ("role", report.role),
        ("component", f"{component.kind} {component.given}"),
        ("version", component.version),
        (
            "identity",
            ", ".join(f"{Path(name).name} {short(each)}" for name, each in sorted(component.identity.items())),
        ),
        ("kit", report.kit),
        ("contracts", short(report.contracts)),
        ("runtime", report.runtime),
        ("capabilities", ", ".join(report.capabilities)),
        ("verdict", report.verdict),
    )


def _middle_cut(value: str) -> str:
    """In a column: of long command lines and paths it is the end that differs."""
    text = one_line(value[:_VALUE] + value[_VALUE:][-_VALUE:])
    return text if len(text) <= _VALUE else f"{text[: _VALUE // 3]}…{text[len(text) - _VALUE + _VALUE // 3 + 1 :]}"


def _differences(differences: Sequence[Difference]) -> Iterator[str]:
    if not differences:
        yield "no clause has another state"
        yield ""
        return
    for each in differences:
        yield clipped(
            f"  {each.clause:{_FACT}} {each.level:6} {_state(each.a):14} {_state(each.b):14} {each.text}", _TEXT
        )
        if why := _why(each):
            yield clipped(f"  {'':{_FACT}} {why}", 2 * _TEXT)
    yield ""


def _why(difference: Difference) -> str:
    told = (("A", difference.why_a), ("B", difference.why_b))
    return "; ".join(f"{name}: {why}" for name, why in told if why)


def _state(state: str | None) -> str:
    return "unknown" if state is None else state.replace("_", " ")


def _cell(value: str) -> str:
    """Text in a table of Markdown, whatever it holds."""
    return _MARKS.sub(r"\\\1", clipped(value, 600))
