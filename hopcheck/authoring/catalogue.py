"""All sentences, each with an example out of the kit's own features."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_bdd.gherkin_parser import Background, Scenario

from hopcheck.authoring.sentence import Sentence
from hopcheck.authoring.systems import FLEET
from hopcheck.authoring.vocabulary import ARROW, CASES, Vocabulary
from hopcheck.authoring.written import Written, rendered, rows, steps
from hopcheck.feature import read, scenarios
from hopcheck.topology.fleet import WORDS


@dataclass(frozen=True, slots=True)
class Example:
    """A step that the kit plays: ``text`` with the values of an outline's row, where it stands, its table's lines."""

    text: str
    file: str
    line: int
    table: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence, an example of it, and what it can be about.

    ``arrows`` are the diagram's, each a number with its step. ``clause`` is the one that the example names.
    ``choices`` are what each placeholder may stand for, ``columns`` what may stand in those of its table, where not
    everything goes.
    """

    sentence: Sentence
    example: Example | None
    arrow: int | None
    clause: str | None
    arrows: dict[int, str]
    choices: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]


def catalogue(sentences: Sequence[Sentence], words: Vocabulary, directory: Path) -> list[Entry]:
    """One entry for each sentence; the examples are the first of the features below ``directory``."""
    played = list(_played(sorted(directory.rglob("*.feature")), directory))
    return [_entry(each, words, played) for each in sentences]


def _entry(sentence: Sentence, words: Vocabulary, played: Iterable[tuple[Written, Example]]) -> Entry:
    example = next(
        (each for step, each in played if step.keyword == sentence.keyword and sentence.parser.is_matching(each.text)),
        None,
    )
    values = (sentence.values(example.text) if example is not None else None) or {}
    arrow = words.arrow(values) if sentence.function == ARROW and values else None
    arrows = (
        {each.number: step for each, step in zip(words.diagram.arrows, words.steps_of(sentence), strict=True)}
        if sentence.function == ARROW
        else {}
    )
    choices = {
        name: tuple(sentence.shown(name, each) for each in words.values[name])
        for name in values
        if name in words.values
    }
    if sentence.function == CASES:
        choices = {"role": tuple(words.cases)}
    columns = dict(WORDS) if sentence.function == FLEET else {}
    return Entry(sentence, example, arrow.number if arrow else None, values.get("clause"), arrows, choices, columns)


def _played(files: Iterable[Path], directory: Path) -> Iterator[tuple[Written, Example]]:
    """Every step of the files, once for each row of its outline."""
    for path in files:
        name = str(path.relative_to(directory.parent))
        for scenario, backgrounds in scenarios(read(path)):
            parts: list[Scenario | Background] = [*backgrounds, scenario]
            for part in parts:
                for step in steps(part):
                    for row in [row for _, row in rows(scenario)] or [{}]:
                        yield step, Example(rendered(step.text, row), name, step.line, _aligned(step))


def _aligned(step: Written) -> tuple[str, ...]:
    """The lines of a step's table, its columns one below the other."""
    lines = [cells for _, cells in step.table]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return tuple(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |" for cells in lines
    )
