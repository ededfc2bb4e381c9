"""What is wrong with a feature, found without starting anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.gherkin_parser import Background, Feature, Scenario, Tag

from hopcheck.authoring.diagnosis import Diagnosis, diagnose, matching
from hopcheck.authoring.nearest import meant, nearest
from hopcheck.authoring.sentence import sentences
from hopcheck.authoring.systems import wrong_systems
from hopcheck.authoring.vocabulary import vocabulary
from hopcheck.authoring.written import COLUMN, Written, rendered, rows, steps
from hopcheck.feature import flaws, read, scenarios
from hopcheck.suggestion import no_path

MACHINES = "containers"
_NO_COLUMN = re.compile(r"no column of the examples is called '(.+?)'")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a line of a file, and what may be done about it: one line of text each, the likeliest first.

    ``plays`` says that what is played in spite of it is what was meant.
    """

    file: str
    line: int
    wrong: str
    fixes: tuple[str, ...] = ()
    plays: bool = False

    def __str__(self) -> str:
        return "\n".join([f"{self.file}:{self.line}: {self.wrong}", *(f"    {fix}" for fix in self.fixes)])


def features(paths: Iterable[Path]) -> list[Path]:
    """The features at these paths. Raises FileNotFoundError for one that is not there, or has none."""
    found: list[Path] = []
    for path in paths:
        here = sorted(path.rglob("*.feature")) if path.is_dir() else [path]
        if not path.exists():
            raise FileNotFoundError(no_path(path))
        if not here:
            raise FileNotFoundError(f"{path}: there is no feature in it")
        found += here
    return list(dict.fromkeys(found))


def lint(path: Path, own_tags: Iterable[str] = ()) -> list[Problem]:
    """All that is wrong with one file, by its lines; ``own_tags`` are the author's, without ``@``.

    Raises OSError where it cannot be read.
    """
    words = vocabulary()
    try:
        feature = _feature(path)
        found = [_flaw(path, each, feature) for each in flaws(path)]
    except _EmptyError:
        return [Problem(str(path), 1, "there is no feature in it", ("`hopcheck new` writes one",))]
    except GherkinParseError as error:
        return [Problem(str(path), error.line or 1, f"this is no Gherkin: {error.message}")]
    except UnicodeDecodeError as error:
        return [Problem(str(path), 1, f"this is no UTF-8: {error.reason} at byte {error.start}")]
    known = words.tags | set(own_tags)
    found += _tags(path, feature.tags, known)
    for scenario, before in scenarios(feature):
        found += _tags(path, [*scenario.tags, *(tag for table in scenario.examples for tag in table.tags)], known)
        tags = frozenset(_bare(tag) for tag in (*feature.tags, *scenario.tags))
        parts: list[Scenario | Background] = [*before, scenario]
        written = [step for part in parts for step in steps(part)]
        found += _steps(path, written, rows(scenario), tags)
        found += [Problem(str(path), *each) for each in wrong_systems(written, rows(scenario))]
        if MACHINES not in tags and (of_machines := next(filter(_of_machine, written), None)):
            wrong = f"only a machine can do this, and {scenario.name!r} is not tagged @{MACHINES}"
            found.append(Problem(str(path), of_machines.line, wrong, (f"write @{MACHINES} above the scenario",)))
        if written and not any(step.keyword == "Then" for step in written):
            wrong = f"the scenario {scenario.name!r} has no Then: nothing is asserted"
            found.append(Problem(str(path), scenario.location.line, wrong, ("say what is seen: Then …",)))
        # A column that seems unused is mostly one that is written otherwise, and told as that.
        found += [] if found else _unused(path, scenario, written)
    # A background is read again for each scenario after it.
    return sorted({(each.line, each.wrong): each for each in reversed(found)}.values())


class _EmptyError(ValueError):
    """A file without a feature."""


def _feature(path: Path) -> Feature:
    try:
        return read(path)
    except KeyError as error:
        # pytest-bdd reads on where the parser found nothing.
        raise _EmptyError(path) from error


def _flaw(path: Path, flaw: str, feature: Feature) -> Problem:
    """A flaw as a problem: a column that there is not at the step that names it, with those that there are."""
    number, _, wrong = flaw.removeprefix(f"{path}:").partition(": ")
    line, fixes = int(number), list[str]()
    missing = _NO_COLUMN.match(wrong)
    for scenario, before in scenarios(feature):
        if missing is not None and scenario.location.line == line:
            named = f"<{missing[1]}>"
            parts: list[Scenario | Background] = [*before, scenario]
            used = [step for part in parts for step in steps(part) if named in step.text]
            alike = nearest(missing[1], {name for _, row in rows(scenario) for name in row})
            fixes = [step.text.replace(named, f"<{name}>") for name in alike for step in used]
            line = used[0].line if used else line
            break
    return Problem(str(path), line, wrong, _suggested(fixes))


def _suggested(steps: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{'or' if at else 'did you mean'}: {step}" for at, step in enumerate(steps))


def _bare(tag: Tag) -> str:
    return tag.name.removeprefix("@")


def _tags(path: Path, tags: Iterable[Tag], known: frozenset[str]) -> Iterator[Problem]:
    for tag in tags:
        name = _bare(tag)
        if name not in known:
            alike = _suggested([f"@{each}" for each in nearest(name, sorted(known))])
            fixes = (*alike, f"or, if it is a tag of your own: --tag {name}")
            yield Problem(str(path), tag.location.line, f"there is no tag @{name}", fixes, plays=True)


def _unused(path: Path, scenario: Scenario, written: Iterable[Written]) -> Iterator[Problem]:
    """Columns of examples that no step names."""
    text = "\n".join([scenario.name, *(step.whole for step in written)])
    for table in scenario.examples:
        for cell in table.table_header.cells if table.table_header else ():
            if f"<{cell.value}>" not in text:
                wrong = f"no step names the column {cell.value!r}"
                fix = f"write <{cell.value}> in a step, or take the column out"
                yield Problem(str(path), table.location.line, wrong, (fix,), plays=True)


def _of_machine(step: Written) -> bool:
    return any(
        each.machine and each.keyword == step.keyword and each.parser.is_matching(step.text) for each in sentences()
    )


def _steps(
    path: Path, written: Iterable[Written], examples: list[tuple[int, dict[str, str]]], tags: frozenset[str]
) -> Iterator[Problem]:
    columns = {f"<{name}>" for _, row in examples for name in row}
    for step in written:
        if not step.keyword:
            yield Problem(str(path), step.line, f"{step.text!r} comes first: begin it with Given, When or Then")
            continue
        wrong = list(_wrong(step, examples))
        everywhere = len(wrong) == len(examples) and not any(_of_row(step, row, each) for _, row, each in wrong)
        for line, row, diagnosis in wrong[:1] if everywhere else wrong:
            text = rendered(step.text, row)
            # A step that has columns already gets them back; one that has lost them is offered them.
            hints = tags if row else tags | columns
            # Where only a value is wrong, the sentence is the right one.
            among = matching(step.keyword, text, sentences()) if diagnosis.what == "values" else sentences()
            alike = [] if diagnosis.what == "else" else meant(text, step.keyword, among, vocabulary(), hints)
            told = diagnosis.wrong
            if row and everywhere:
                line, told = step.line, diagnosis.wrong.replace(text, step.text)
                alike = [_with_columns(each, step.text, row) for each in alike]
            fixes = [*_suggested(alike), *([diagnosis.fix] if diagnosis.fix else [])]
            yield Problem(str(path), line, told, tuple(fixes or ["`hopcheck steps` lists what there is"]))


def _wrong(
    step: Written, examples: list[tuple[int, dict[str, str]]]
) -> Iterator[tuple[int, dict[str, str], Diagnosis]]:
    """What is wrong with a step, once for each row that it depends on: the line to mend, the row, the diagnosis."""
    outlined = bool(COLUMN.search(step.text)) and bool(examples)
    for line, row in examples if outlined else [(step.line, dict[str, str]())]:
        text = rendered(step.text, row)
        # A column that there is not is one of the flaws.
        if outlined and COLUMN.search(text):
            continue
        diagnosis = _diagnosed(step.keyword, text, bool(step.table))
        if diagnosis is not None:
            yield line, row, diagnosis


def _of_row(step: Written, row: Mapping[str, str], diagnosis: Diagnosis) -> bool:
    """Whether it is a row's value that is wrong, and not the step as it is written."""
    used = [row[name] for name in COLUMN.findall(step.text) if name in row]
    return diagnosis.what == "values" and any(repr(value) in diagnosis.wrong for value in used)


@lru_cache(8192)
def _diagnosed(keyword: str, text: str, table: bool) -> Diagnosis | None:
    return diagnose(keyword, text, sentences(), vocabulary(), table=table)


def _with_columns(step: str, written: str, row: Mapping[str, str]) -> str:
    """A step with a row's values taken out again, where they were written as columns."""
    for name in COLUMN.findall(written):
        step = step.replace(row[name], f"<{name}>") if row[name] else step
    return step
