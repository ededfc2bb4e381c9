"""An arrow between its neighbours, drawn in three lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hopcheck.checks.verdict import ArrowResult, RunVerdict
from hopcheck.printable import clipped

WIDTH = 112
_NOT_SEEN = "missing"
_ASCII = str.maketrans({"─": "-", "╌": ".", "▶": ">", "✓": "+", "✗": "x", "…": "~", "·": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line of the drawing; ``cause`` where it is the arrow in question."""

    text: str
    cause: bool


def draw(run: RunVerdict, number: int, *, broken: bool) -> list[Stroke]:
    """Arrow ``number`` with the one before and the one after it; ``broken`` where what it carried is in question."""
    shown = [each for each in run.arrows if abs(each.number - number) <= 1]
    return list(_strokes(shown, number, broken))


def draw_message(source: str, target: str, what: str) -> list[Stroke]:
    """A message that is no arrow of the diagram."""
    return [Stroke(clipped(f"{source} ──{what}──▶ {target}  ✗", WIDTH), True)]


def plain(text: str) -> str:
    """The text with signs that are in ASCII for those that a drawing is made of."""
    return text.translate(_ASCII)


def _strokes(arrows: list[ArrowResult], number: int, broken: bool) -> Iterator[Stroke]:
    width = max(len(each.source) for each in arrows)
    for each in arrows:
        cause = each.number == number
        line = "╌╌" if each.state == _NOT_SEEN else "──"
        bad = each.state in (_NOT_SEEN, "forbidden") or (cause and broken) or each.contract == "fail"
        mark = "✗" if bad else "·" if each.state == "not_demanded" else "✓"
        said = f" {_STATES[each.state]}" if each.state in _STATES else ""
        text = f"{each.source:{width}} {line}{each.number} {each.text}{line}▶ {each.target}  {mark}{said}"
        yield Stroke(clipped(text, WIDTH), cause)


_STATES = {"missing": "not seen", "forbidden": "not here", "not_demanded": "not demanded"}
