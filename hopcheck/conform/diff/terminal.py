"""A comparison as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hopcheck.conform.diff.difference import Diff, Difference, ItemDiff
from hopcheck.printable import printable

MOST_LINES = 12
"""So many lines of an item are shown."""
MOST_ITEMS = 3
SHOWN_CHARACTERS = 90


def render(diff: Diff) -> list[str]:
    """The lines: differences of many items once, then each item that differs further, then the summary."""
    recurring = diff.recurring
    lines = [f"- {diff.stand_in}", f"+ {diff.component}"]
    if recurring:
        lines += ["", "in many items:", *(f"  {each}" for each in _recurring(diff, recurring))]
    for item in diff.items:
        if own := _own(item, recurring):
            lines += ["", f"{item.name}:", *(f"  {each}" for each in own)]
    if broken := list(_broken(diff.items)):
        lines += ["", "not compared:", *(f"  {each}" for each in broken)]
    return [*lines, "", *diff.troubles, summary(diff)]


def markdown(diff: Diff) -> list[str]:
    """The same for an issue or a pull request."""
    recurring = diff.recurring
    lines = [f"### {diff.role}: {diff.component} against {diff.stand_in}", "", summary(diff)]
    if recurring:
        lines += ["", "In many items:", "", "```diff", *_recurring(diff, recurring), "```"]
    for item in diff.items:
        if own := _own(item, recurring):
            lines += ["", f"{item.name}:", "", "```diff", *own, "```"]
    if broken := list(_broken(diff.items)):
        lines += ["", "Not compared:", "", *(f"- {each}" for each in broken)]
    return lines


def summary(diff: Diff) -> str:
    """One sentence."""
    broken = sum(bool(item.broken) for item in diff.items)
    alike = sum(item.alike for item in diff.items)
    if alike == len(diff.items):
        return f"{diff.role}: {alike} items, all alike"
    parts = [f"{len(diff.items)} items", f"{alike} alike", f"{len(diff.items) - alike - broken} differ"]
    return f"{diff.role}: {', '.join([*parts, *([f'{broken} not compared'] if broken else [])])}"


def line(each: Difference) -> str:
    """One difference: the message, what it answers, the place, what stands there."""
    ours, theirs = _clipped(each.stand_in, each.component)
    value = f"{ours} -> {theirs}" if each.sign == "~" else theirs if each.sign == "+" else ours
    asked = f" ({_short(each.asked)})" if each.asked else ""
    place = f" {each.place}" if each.place and each.place != each.what else ""
    return printable(f"{each.sign} {each.what}{asked}{place}: {value}").replace("\n", "\\n")


def _recurring(diff: Diff, recurring: Mapping[Difference, Sequence[str]]) -> Iterator[str]:
    for each, names in recurring.items():
        some = f": {', '.join(names)}" if len(names) <= MOST_ITEMS else ""
        yield f"{line(each)}  [{len(names)} of {len(diff.items)} items{some}]"


def _own(item: ItemDiff, recurring: Mapping[Difference, Sequence[str]]) -> list[str]:
    """What differs in this item and in few others."""
    own = [line(each) for each in item.differences if each.anywhere not in recurring]
    shown = list(dict.fromkeys(own))
    more = [f"… and {len(shown) - MOST_LINES} more, see --json"] if len(shown) > MOST_LINES else []
    return [*shown[:MOST_LINES], *more]


def _broken(items: Iterable[ItemDiff]) -> Iterator[str]:
    causes: dict[str, list[str]] = {}
    for item in items:
        if item.broken:
            causes.setdefault(printable(item.broken), []).append(item.name)
    for cause, names in causes.items():
        shown = ", ".join(names[:MOST_ITEMS])
        more = f" and {len(names) - MOST_ITEMS} more" if len(names) > MOST_ITEMS else ""
        yield f"{shown}{more}: {cause}"


def _short(asked: str) -> str:
    """A request without its query, which takes too much room."""
    path, mark, _ = asked.partition("?")
    return path + mark + ("…" if mark else "")


def _clipped(ours: str | None, theirs: str | None) -> tuple[str, str]:
    """Both from shortly before they part, where they are long."""
    left, right = ours or "", theirs or ""
    if max(len(left), len(right)) <= SHOWN_CHARACTERS:
        return left, right
    same = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    start = max(0, same - 20) if left and right else 0
    return _cut(left, start), _cut(right, start)


def _cut(text: str, start: int) -> str:
    end = start + SHOWN_CHARACTERS
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"
