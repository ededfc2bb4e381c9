"""What pytest-bdd passes over in silence in a feature, so that a scenario proves nothing or is not run at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pytest_bdd.gherkin_parser import Background, Child, Feature, Scenario, get_gherkin_document

_PLACEHOLDER = re.compile(r"<(.+?)>")


def flaws(path: Path) -> list[str]:
    """One line, ``FILE:LINE: what is wrong``, for each scenario that is not what it looks like.

    Raises what pytest-bdd raises where the file is no Gherkin.
    """
    feature = read(path)
    names = Counter(scenario.name for scenario, _ in scenarios(feature))
    found = [
        (scenario.location.line, flaw)
        for scenario, backgrounds in scenarios(feature)
        for flaw in _flaws(scenario, backgrounds, names)
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
