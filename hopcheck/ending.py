"""What a session's reader sees of its verdict: the table in pytest's summary, and last of all why it is not pass."""

from __future__ import annotations

import sys

import pytest

from hopcheck.plugin import JUDGE, ROWS, STAGE, VERDICT
from hopcheck.reconcile import table
from hopcheck.report.diagnosis import Screen, not_up, shown
from hopcheck.report.terminal import ending, render


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The verdict, as a table; of one that is not pass the end follows later."""
    verdict = config.stash.get(VERDICT, None)
    if verdict is None:
        return
    rows = config.stash.get(ROWS, None)
    counted = [] if rows is None else list(table(rows))
    last = ["VERDICT: pass"] if verdict.verdict == "pass" else []
    for line in ["", *counted, *render(verdict, config.stash[STAGE].topology.settings.report), *last]:
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
    if verdict is None:
        lines = [] if stage.up else shown(not_up(stage.trace, report), screen)
    else:
        lines = ending(verdict, stage.trace, config.stash[JUDGE].of(verdict.generation).catalogue, report, screen)
    for line in ["", *lines] if lines else []:
        reporter.write_line(line)
