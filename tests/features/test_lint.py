from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from pytest_bdd.gherkin_parser import Scenario, Step
from pytest_bdd.parser import FeatureParser
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

import steps.flow
import steps.host
import steps.machine
import steps.remediations_ui
import steps.visitor
import steps.world  # noqa: F401
from hopcheck.checks.clause import relations
from hopcheck.feature import flaws, read, scenarios
from hopcheck.flow import parse
from hopcheck.home import CONTRACTS, FEATURES

FILES = sorted(FEATURES.rglob("*.feature"))
TYPES = {"Context": "given", "Action": "when", "Outcome": "then"}
SENDS = re.compile(r'(.+?) sends "(.+)" to (.+)')
HOLDS = re.compile(r"clause ([A-Z]+-\d+) holds")
CLAUSE = re.compile(r"[A-Z]+-\d+")
DIAGRAM = parse((CONTRACTS / "flow.mmd").read_text())
# What a tag may say besides an arrow or a clause.
WORDS = {"main", "must", "cases", "containers", "resilience", "security", "conformance"}

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FEATURES).as_posix())


@cache
def clauses() -> set[str]:
    files = (yaml.safe_load(path.read_text()) for path in (CONTRACTS / "clauses").glob("*.yaml"))
    return {clause["id"] for file in files for clause in (file["clauses"] if isinstance(file, dict) else file)}


def tags(path: Path) -> Iterator[str]:
    feature = read(path)
    for each in [feature, *(scenario for scenario, _ in scenarios(feature))]:
        yield from (tag.name.removeprefix("@") for tag in each.tags)


def typed(scenario: Scenario) -> Iterator[tuple[str, Step]]:
    kind = "given"
    for step in scenario.steps:
        kind = TYPES.get(step.keyword_type, kind)
        yield kind, step


def told(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Kind and text of every step, an outline's once for each row of its examples."""
    rows: list[dict[str, str]] = []
    for table in scenario.examples:
        if table.table_header is not None:
            names = [cell.value for cell in table.table_header.cells]
            rows += [dict(zip(names, (cell.value for cell in row.cells), strict=True)) for row in table.table_body]
    for row in rows or [{}]:
        for kind, step in typed(scenario):
            yield kind, re.sub(r"<(.+?)>", lambda match, row=row: row[match[1]], step.text) if row else step.text


def definitions(kind: str, text: str) -> list[StepFunctionContext]:
    return [
        context
        for context in step_function_context_registry.values()
        if context.type in (kind, None) and context.parser.is_matching(text)
    ]


def test_there_are_features() -> None:
    assert len(FILES) >= 13


@each_file
def test_nothing_is_passed_over_in_silence(path: Path) -> None:
    assert flaws(path) == []


@each_file
def test_pytest_bdd_sees_every_scenario(path: Path) -> None:
    parsed = FeatureParser(str(path.parent), path.name).parse()
    assert len(parsed.scenarios) == len(list(scenarios(read(path)))) > 0


@each_file
def test_every_step_has_one_definition(path: Path) -> None:
    for scenario, backgrounds in scenarios(read(path)):
        for step in (step for each in backgrounds for step in each.steps):
            assert len(definitions("given", step.text)) == 1, step.text
        for kind, text in told(scenario):
            assert len(definitions(kind, text)) == 1, f"{scenario.name}: {kind} {text}"


@each_file
def test_every_scenario_has_one_stimulus_and_then_says_what_follows(path: Path) -> None:
    for scenario, _ in scenarios(read(path)):
        kinds = [kind for kind, _ in typed(scenario)]
        assert kinds == sorted(kinds, key=["given", "when", "then"].index), scenario.name
        assert kinds.count("when") == 1, scenario.name
        assert "then" in kinds, scenario.name


@each_file
def test_every_arrow_that_a_step_names_is_the_diagrams(path: Path) -> None:
    for scenario, _ in scenarios(read(path)):
        for _, step in typed(scenario):
            if found := SENDS.fullmatch(step.text):
                source, text, target = found.groups()
                number = DIAGRAM.arrow(source, target, text).number
                assert f"@arrow-{number:02}" in {tag.name for tag in scenario.tags}, f"{scenario.name}: {step.text}"


@each_file
def test_every_arrow_that_a_tag_names_is_asked_for(path: Path) -> None:
    for scenario, _ in scenarios(read(path)):
        asked = {
            DIAGRAM.arrow(found[1], found[3], found[2]).number
            for _, step in typed(scenario)
            if (found := SENDS.fullmatch(step.text))
        }
        tagged = {int(tag.name.removeprefix("@arrow-")) for tag in scenario.tags if tag.name.startswith("@arrow-")}
        assert tagged == asked, scenario.name


@each_file
def test_every_clause_that_a_feature_names_exists(path: Path) -> None:
    known = clauses()
    named = {tag for tag in tags(path) if CLAUSE.fullmatch(tag)}
    named |= {
        found[1]
        for scenario, _ in scenarios(read(path))
        for _, step in typed(scenario)
        if (found := HOLDS.fullmatch(step.text))
    }
    assert named <= known


@each_file
def test_every_tag_means_something(path: Path) -> None:
    for tag in tags(path):
        if tag.startswith("arrow-"):
            assert re.fullmatch(r"arrow-(0[1-9]|[12]\d|30)", tag), tag
        else:
            assert tag in WORDS or CLAUSE.fullmatch(tag), tag


@each_file
def test_no_step_speaks_of_time(path: Path) -> None:
    for scenario, _ in scenarios(read(path)):
        for step in scenario.steps:
            assert not re.search(r"\b(waits?|sleeps?|polls?|seconds|minutes?)\b", step.text), step.text


def test_every_arrow_of_the_diagram_is_in_some_feature() -> None:
    named = {tag for path in FILES for tag in tags(path)}
    assert [number for number in range(1, 31) if f"arrow-{number:02}" not in named] == []


def test_every_sentence_is_used() -> None:
    used = {
        id(definition)
        for path in FILES
        for scenario, _ in scenarios(read(path))
        for kind, text in told(scenario)
        for definition in definitions(kind, text)
    }
    idle = [
        context.parser.name
        for context in step_function_context_registry.values()
        if context.step_func.__module__.startswith("steps.") and id(context) not in used
    ]
    assert idle == []


def test_clauses_that_are_relations_are_in_the_catalogue() -> None:
    assert set(relations()) <= clauses()
