"""What pytest-bdd passes over in silence in a feature, so that a scenario proves nothing or is not run at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from pytest_bdd.gherkin_parser import Background, Child, Feature, Rule, Scenario, get_gherkin_document

_STEPS = ("Given", "When", "Then", "And", "But", "*")
_HEADS = ("Feature", "Rule", "Background", "Scenario", "Scenario Outline", "Example", "Examples")
_PROSE = ("The", "They", "There", "An", "Any")
_ALIKE = 0.75
_FORMS = "write Scenario: with its colon, and below it steps that begin with Given, When, Then, And or But"
_PLACEHOLDER = re.compile(r"<(.+?)>")


def flaws(path: Path) -> list[str]:
    """One line, ``FILE:LINE: what is wrong``, for each scenario that is not what it looks like.

    Raises what pytest-bdd raises where the file is no Gherkin.
    """
    feature = read(path)
    lines = path.read_text("utf-8").splitlines()
    names = Counter(scenario.name for scenario, _ in scenarios(feature))
    found = [
        (scenario.location.line, flaw)
        for scenario, backgrounds in scenarios(feature)
        for flaw in _flaws(scenario, backgrounds, names)
    ]
    if not any(scenarios(feature)):
        found.append((feature.location.line, "there is no scenario in it: nothing would run"))
    for begin, description in _descriptions(feature):
        meant = [each for each in _lines_of(description, begin, lines) if _looks_meant(each[1])]
        # What comes below it is only read so for its sake.
        found += [
            (number, f"{line!r} is only a description here, and would not run: {_FORMS}") for number, line in meant[:1]
        ]
    return [f"{path}:{line}: {flaw}" for line, flaw in found]


def read(path: Path) -> Feature:
    """The feature in a file."""
    return get_gherkin_document(str(path)).feature


def scenarios(feature: Feature) -> Iterator[tuple[Scenario, tuple[Background, ...]]]:
    """Every scenario, those in rules too, with the backgrounds that come before it."""
    yield from _scenarios(feature.children, ())


def _scenarios(
    children: Iterable[Child], outer: tuple[Background, ...]
) -> Iterator[tuple[Scenario, tuple[Background, ...]]]:
    backgrounds = outer
    for child in children:
        if child.background is not None:
            backgrounds = (*backgrounds, child.background)
        elif child.scenario is not None:
            yield child.scenario, backgrounds
        elif child.rule is not None:
            yield from _scenarios(child.rule.children, backgrounds)


def _descriptions(parent: Feature | Rule) -> Iterator[tuple[int, str]]:
    """Each text that stands below a keyword's line, with the number of that line."""
    yield parent.location.line, parent.description
    for child in parent.children:
        for part in (child.background, child.scenario):
            if part is not None:
                yield part.location.line, part.description
        if (rule := getattr(child, "rule", None)) is not None:
            yield from _descriptions(rule)


def _lines_of(description: str, begin: int, lines: list[str]) -> Iterator[tuple[int, str]]:
    wanted = [line.strip() for line in description.splitlines() if line.strip()]
    for number, line in enumerate(lines[begin:], begin + 1):
        if wanted and line.strip() == wanted[0]:
            yield number, wanted.pop(0)


def _looks_meant(line: str) -> bool:
    """Whether a line of prose is what somebody meant as a keyword's, a step or a row of a table."""
    if line.startswith(("|", "@", '"""')):
        return True
    first, rest = line.partition(" ")[::2]
    if first in _STEPS:
        return True
    head, colon, _ = line.partition(":")
    if colon and get_close_matches(head.strip(), _HEADS, 1, _ALIKE):
        return True
    if any(line.startswith(f"{each} ") and rest for each in _HEADS):
        return True
    # Prose has its full stop, and articles that are much like a step's first word.
    return (
        first.istitle()
        and first not in _PROSE
        and line[-1] != "."
        and bool(get_close_matches(first, _STEPS, 1, _ALIKE))
    )


def _flaws(scenario: Scenario, backgrounds: tuple[Background, ...], names: Counter[str]) -> Iterator[str]:
    if names[scenario.name] > 1:
        yield f"another scenario here is called {scenario.name!r} too, only one of them would run"
    if not scenario.steps:
        yield f"the scenario {scenario.name!r} has no steps, it would pass"
    columns = {cell.value for table in scenario.examples if table.table_header for cell in table.table_header.cells}
    if not scenario.examples and "utline" not in scenario.keyword and "emplate" not in scenario.keyword:
        return
    if not any(table.table_body for table in scenario.examples):
        yield f"the outline {scenario.name!r} has no row of examples, it would not run"
    for step in (*(step for each in backgrounds for step in each.steps), *scenario.steps):
        cells = [cell.value for row in step.datatable.rows for cell in row.cells] if step.datatable else []
        text = "\n".join([step.text, step.docstring.content if step.docstring else "", *cells])
        for name in _PLACEHOLDER.findall(text):
            if name not in columns:
                yield f"no column of the examples is called {name!r}, <{name}> would stay as it is"
