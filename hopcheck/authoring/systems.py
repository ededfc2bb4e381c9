"""The systems of a scenario: the table that names them, and the steps that speak of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hopcheck.authoring.nearest import nearest
from hopcheck.authoring.sentence import Sentence, sentences
from hopcheck.authoring.written import COLUMN, Written, rendered
from hopcheck.topology.fleet import COLUMNS, flaws

FLEET = "a_plan_on_these_systems"


def wrong_systems(
    written: Sequence[Written], examples: Sequence[tuple[int, dict[str, str]]]
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """A line, what is wrong in it, and what may be done: cells that a table cannot have, systems that it has not.

    Silent of a scenario of which something that is given is no sentence, since that may have been meant for the table.
    """
    given = [_sentence(step.keyword, step.text) for step in written if step.keyword == "Given"]
    if None in given:
        return
    for row in [row for _, row in examples] or [dict[str, str]()]:
        tables = [step.table for step in written if step.table and _function(step, row) == FLEET]
        if not tables and any(each is not None and each.function == FLEET for each in given):
            return
        names: list[str] = []
        for table in tables:
            cells = [[rendered(cell, row) for cell in line] for _, line in table]
            names += [line[0] for line in cells[1:]]
            yield from ((table[flaw.row][0], flaw.wrong, (flaw.fix,)) for flaw in flaws(cells))
        yield from _unnamed(written, names, row)


def _unnamed(
    written: Sequence[Written], names: Sequence[str], row: Mapping[str, str]
) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Steps about a system that the plan does not have."""
    for step in written:
        text = rendered(step.text, row)
        sentence = _sentence(step.keyword, text)
        name = (sentence.values(text) or {}).get("system") if sentence is not None else None
        if name is None or name in names or COLUMN.search(text):
            continue
        if names:
            alike = [f"did you mean: {each}" for each in nearest(name, names, 1)]
            yield step.line, f"the plan has no system {name!r}", (*alike, f"its table has: {'; '.join(names)}")
        else:
            fix = f"give 'a plan on these systems', with a table: {', '.join(COLUMNS)}"
            yield step.line, f"no system of this plan has a name, {name!r} neither", (fix,)


def _function(step: Written, row: Mapping[str, str]) -> str:
    sentence = _sentence(step.keyword, rendered(step.text, row))
    return sentence.function if sentence is not None else ""


def _sentence(keyword: str, text: str) -> Sentence | None:
    return next((each for each in sentences() if each.keyword == keyword and each.parser.is_matching(text)), None)
