"""The steps of a scenario as they stand in the file, and the rows of its examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_bdd.gherkin_parser import Background, Scenario
from pytest_bdd.types import STEP_TYPE_BY_PARSER_KEYWORD

from hopcheck.authoring.sentence import KEYWORDS

COLUMN = re.compile(r"<(.+?)>")


@dataclass(frozen=True, slots=True)
class Written:
    """A step as it stands in the file. ``keyword`` is Given, When or Then, also where And is written.

    ``table`` has the lines of its table, each with its cells. ``whole`` is its text with those and its doc string.
    """

    keyword: str
    text: str
    line: int
    table: tuple[tuple[int, tuple[str, ...]], ...]
    whole: str


def steps(part: Scenario | Background) -> list[Written]:
    """The steps of a scenario or background, each with the keyword that And, But and * stand for."""
    found: list[Written] = []
    keyword = ""
    for step in part.steps:
        keyword = KEYWORDS.get(STEP_TYPE_BY_PARSER_KEYWORD.get(step.keyword_type, ""), keyword)
        lines = step.datatable.rows if step.datatable else ()
        table = tuple((row.location.line, tuple(cell.value for cell in row.cells)) for row in lines)
        cells = [cell for _, row in table for cell in row]
        whole = "\n".join([step.text, step.docstring.content if step.docstring else "", *cells])
        found.append(Written(keyword, step.text, step.location.line, table, whole))
    return found


def rows(scenario: Scenario) -> list[tuple[int, dict[str, str]]]:
    """The rows of a scenario's examples, with their lines."""
    return [
        (row.location.line, dict(zip(head, (cell.value for cell in row.cells), strict=False)))
        for table in scenario.examples
        if table.table_header is not None
        for head in [[cell.value for cell in table.table_header.cells]]
        for row in table.table_body or ()
    ]


def rendered(text: str, row: Mapping[str, str]) -> str:
    """A step with the values of a row; what has no column stays as it is."""
    return COLUMN.sub(lambda found: row.get(found[1], found[0]), text)
