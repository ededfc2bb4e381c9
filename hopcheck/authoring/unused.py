"""Sentences that no feature uses."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.gherkin_parser import Background, Scenario

from hopcheck.authoring.sentence import Sentence, sentences
from hopcheck.authoring.written import rendered, rows, steps
from hopcheck.feature import read, scenarios


def unused(files: Iterable[Path]) -> list[Sentence]:
    """The kit's sentences that none of these features has, in the catalogue's order.

    A file that is no feature uses none. Raises OSError for one that cannot be read.
    """
    said = {each for path in files for each in _said(path)}
    return [
        sentence
        for sentence in sentences()
        if not any(keyword == sentence.keyword and sentence.parser.is_matching(text) for keyword, text in said)
    ]


def _said(path: Path) -> set[tuple[str, str]]:
    try:
        feature = read(path)
    except (GherkinParseError, UnicodeDecodeError, KeyError):
        return set()
    found: set[tuple[str, str]] = set()
    for scenario, before in scenarios(feature):
        parts: list[Scenario | Background] = [*before, scenario]
        for step in (step for part in parts for step in steps(part)):
            found.update((step.keyword, rendered(step.text, row)) for row in [row for _, row in rows(scenario)] or [{}])
    return found
