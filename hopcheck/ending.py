"""What a session's reader sees of its verdict: the table in pytest's summary, and last of all why it is not pass."""

from __future__ import annotations

import sys
from dataclasses import asdict

import pytest
from pytest_bdd.parser import Feature, Scenario, Step

from hopcheck.plugin import JUDGE, KEPT, ROWS, STAGE, VERDICT
from hopcheck.reconcile import table
from hopcheck.report.diagnosis import Screen, not_up, shown
from hopcheck.report.sentences import OP, Sentence
from hopcheck.report.terminal import ending, render

NOT_SO = pytest.StashKey[list[str]]()


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_step_error(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: BaseException
) -> None:
    """Keeps the sentence that is not so, by its line in the feature: pytest only shows the Python behind it."""
    if isinstance(exception, pytest.exit.Exception) or not isinstance(exception, Exception | pytest.fail.Exception):
        # A session that ends, or a scenario that is left out, says nothing of its sentence.
        return
    why = str(exception).partition("\n")[0] or type(exception).__name__
    text = f"{step.type.capitalize()} {step.name}"
    said = Sentence(scenario.name, str(feature.rel_filename), step.line_number, text, why)
    request.config.stash.setdefault(NOT_SO, []).append(f"    {said}")
    if (stage := request.config.stash.get(STAGE, None)) is not None:
        stage.topology.tell(OP, **asdict(said))


def not_so(config: pytest.Config) -> list[str]:
    """Lines that name every sentence of the features that failed; none where all held."""
    found = config.stash.get(NOT_SO, [])
    return ["these sentences do not hold; the verdict is on the components alone:", *found] if found else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The verdict, as a table; of one that is not pass the end follows later."""
    verdict = config.stash.get(VERDICT, None)
    if verdict is None:
        return
    rows = config.stash.get(ROWS, None)
    counted = [] if rows is None else list(table(rows))
    last = ["VERDICT: pass"] if verdict.verdict == "pass" else []
    for line in ["", *counted, *render(verdict, config.stash[STAGE].topology.settings.report), *last, *not_so(config)]:
        terminalreporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """After all that pytest says: the one screen that must not be scrolled away."""
    stage, verdict = config.stash.get(STAGE, None), config.stash.get(VERDICT, None)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if stage is None or reporter is None or (verdict is not None and verdict.verdict == "pass"):
        return
    report = stage.topology.settings.report
    screen = Screen(getattr(sys.__stdout__, "encoding", "ascii"), config.get_terminal_writer().hasmarkup)
    kept = config.stash.get(KEPT, None)
    if verdict is None:
        found = [] if stage.up else config.stash[JUDGE].judge(stage.trace).findings
        lines = [] if stage.up else shown(not_up(stage.trace, report, kept, found), screen)
    else:
        catalogue = config.stash[JUDGE].of(verdict.generation).catalogue
        lines = ending(verdict, stage.trace, catalogue, report, screen, kept)
    for line in ["", *lines] if lines else []:
        reporter.write_line(line)
