"""A first feature about some arrows of the diagram."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hopcheck.authoring.vocabulary import arrow_step, arrow_tag
from hopcheck.flow import Arrow, Diagram

GIVEN, WHEN = "a plan with two issues on every connected system", "the user presses Execute"
_PART = re.compile(r"(\d+)(?:-(\d+))?")
_NAME = re.compile(r"\w[\w-]*")
_TAGS_A_LINE = 8


class StarterError(ValueError):
    """What was asked for cannot be written; the text says why."""


def file_name(name: str) -> str:
    """The feature's file. Raises `StarterError` where the name is none of a file."""
    stem = name.removesuffix(".feature")
    if not _NAME.fullmatch(stem):
        raise StarterError(f"{name!r} is no name for a feature: want letters, digits, _ and -")
    return f"{stem}.feature"


def chosen(text: str, diagram: Diagram) -> list[Arrow]:
    """The arrows that numbers such as ``3-7`` or ``1,3-5`` name, in the diagram's order. Raises `StarterError`."""
    last = len(diagram.arrows)
    numbers: set[int] = set()
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise StarterError(f"{text!r} are no arrows: want for instance 3-7, or 1,3-5")
        begin, end = int(found[1]), int(found[2] or found[1])
        if begin > end:
            raise StarterError(f"{part.strip()} runs backwards: want {end}-{begin}")
        for number in (begin, end):
            if not 1 <= number <= last:
                raise StarterError(f"there is no arrow {number}: the diagram has 1 to {last}")
        numbers.update(range(begin, end + 1))
    arrows = [diagram.arrows[number - 1] for number in sorted(numbers)]
    for arrow in arrows:
        _sayable(arrow, diagram)
    return arrows


def starter(name: str, arrows: Sequence[Arrow], diagram: Diagram) -> str:
    """The text of a feature in which the main job's plan is executed and each of the arrows is seen."""
    first, last = arrows[0], arrows[-1]
    title = re.sub(r"[\W_]+", " ", name.removesuffix(".feature")).strip()
    lines = ["@main", f"Feature: {title[:1].upper()}{title[1:]}", f"  {_about(arrows)} of the sequence diagram.", ""]
    tags = [f"@{arrow_tag(arrow.number)}" for arrow in arrows]
    lines += ("  " + " ".join(tags[at : at + _TAGS_A_LINE]) for at in range(0, len(tags), _TAGS_A_LINE))
    reached = diagram.participant(last.target).label
    begun = "" if first is last else f', after "{_text(first)}" left {diagram.participant(first.source).label}'
    lines += [f'  Scenario: "{_text(last)}" reaches {reached}{begun}', f"    Given {GIVEN}", f"    When {WHEN}"]
    lines += _thens(arrow_step(diagram, arrow) for arrow in arrows)
    return "\n".join(lines) + "\n"


def _thens(steps: Iterator[str]) -> Iterator[str]:
    for at, step in enumerate(steps):
        yield f"    {'And' if at else 'Then'} {step}"


def _text(arrow: Arrow) -> str:
    return " ".join(arrow.text.split())


def _about(arrows: Sequence[Arrow]) -> str:
    numbers = [arrow.number for arrow in arrows]
    if len(numbers) == 1:
        return f"Arrow {numbers[0]}"
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"Arrows {numbers[0]} to {numbers[-1]}"
    return f"Arrows {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _sayable(arrow: Arrow, diagram: Diagram) -> None:
    """Raises `StarterError` for an arrow that its sentence would not tell from another one."""
    try:
        diagram.arrow(arrow.source, arrow.target, arrow.text)
    except KeyError as error:
        raise StarterError(f"arrow {arrow.number} cannot be told by its words: {error.args[0]}") from error
