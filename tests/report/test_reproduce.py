from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import Any

import pytest

from hopcheck.checks.verdict import Finding
from hopcheck.home import FEATURES, KIT, PYTEST_INI
from hopcheck.report.reproduce import Reproduce
from hopcheck.trace import Event, Trace


def kit(seq: int, op: str, **attrs: Any) -> Event:
    return Event(seq, seq, seq, "", "kit", "kit", "kit", op, "hopcheck", "hopcheck", None, None, attrs, None)


STARTED = kit(1, "run", runtime="process", command=["./kit", "run"], options={"sut": ["ingress=cmd:./mine --flag"]})
PLAYED = (
    STARTED,
    kit(5, "stimulus", label="a plan", scenario="test_a_signed_playbook_passes"),
    kit(20, "stimulus", label="own", scenario="test_mine", file="features/mine.feature"),
    kit(30, "case", case="a bad key", scenario="test_a_request_that_the_flow_does_not_make"),
)
BEFORE = "./kit run --runtime process --sut 'ingress=cmd:./mine --flag' --report report-again "


def line(finding: Finding, *events: Event) -> str:
    return Reproduce(Trace(list(events))).line(finding)


def found(**about: Any) -> Finding:
    return Finding("clause", "x", "y", **about)


@pytest.mark.parametrize(
    ("finding", "selection"),
    [
        (found(run="a plan", arrow=13), "--all -k test_a_signed_playbook_passes"),
        (found(run="own"), "features/mine.feature -k test_mine"),
        (found(event=6, clause="H-032"), "--all -k test_a_signed_playbook_passes"),
        (found(event=31, clause="ING-02"), "--all -k ING-02"),
        (found(event=31), "--all -k test_a_request_that_the_flow_does_not_make"),
        (found(event=31, clause="H-012"), "--all -k test_a_request_that_the_flow_does_not_make"),
        (found(event=2, clause="H-012"), "--all -k test_a_signed_playbook_passes"),
        (found(run="of another trace", arrow=7), "--all -m arrow-07"),
    ],
)
def test_what_had_it_played_is_played_alone(finding: Finding, selection: str) -> None:
    assert line(finding, *PLAYED) == BEFORE + selection


def test_what_nothing_shows_alone_is_the_whole_run() -> None:
    assert line(found(event=2), STARTED) == BEFORE.rstrip()
    assert line(found(clause="H-012"), *PLAYED) == BEFORE.rstrip()
    assert Reproduce(Trace(list(PLAYED))).whole() == f"{BEFORE}--all"
    assert Reproduce(Trace(list(PLAYED[:2]))).whole() == BEFORE.rstrip()


def test_an_older_trace_has_a_line_too() -> None:
    assert line(found(arrow=17), kit(1, "run", runtime="containers")) == (
        "hopcheck run --runtime containers --report report-again --all -m arrow-17"
    )
    assert line(found(clause="H-032")) == "hopcheck run --report report-again --all -k H-032"


def test_it_is_one_line_whatever_a_name_holds() -> None:
    hostile = kit(2, "stimulus", label="a", scenario="x;\nrm \x1b[2J\u202e")
    said = line(found(run="a"), STARTED, hostile)
    assert said.isprintable()
    assert shlex.split(said)[-1].startswith("x; rm")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "selection"),
    [("05-verify", ["-k", "test_an_altered_playbook_is_refused"]), ("07-upload", ["-m", "arrow-17"])],
)
def test_what_is_selected_is_there(part: str, selection: list[str]) -> None:
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "pytest_bdd.plugin",
        "-p",
        "hopcheck.plugin",
        "-p",
        "no:cacheprovider",
    ]
    argv += ["-c", str(PYTEST_INI), "--rootdir", str(KIT), "--collect-only", "-q", "--hopcheck-runtime=process"]
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*argv, *selection, str(FEATURES / part)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::test_" in done.stdout
