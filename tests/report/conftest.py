from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hopcheck.checks.verdict import ArrowResult, ClauseResult, Finding, RunVerdict, Verdict
from hopcheck.flow import parse
from hopcheck.flow.model import Diagram

CONTRACTS = Path(__file__).parents[2] / "contracts"
DIAGRAM = parse((CONTRACTS / "flow.mmd").read_text())


@pytest.fixture
def contracts() -> Path:
    return CONTRACTS


@pytest.fixture
def diagram() -> Diagram:
    return DIAGRAM


@pytest.fixture
def make_run() -> Callable[..., RunVerdict]:
    def make(*findings: Finding, states: dict[int, str] | None = None, **changes: Any) -> RunVerdict:
        told = states or {}
        arrows = tuple(
            ArrowResult(
                arrow.number,
                arrow.source,
                arrow.target,
                arrow.text,
                arrow.line,
                told.get(arrow.number, "derived" if arrow.number == 26 else "seen"),
                1,
                arrow.number / 8,
                (arrow.number,),
                "pass",
            )
            for arrow in DIAGRAM.arrows
        )
        run = RunVerdict(
            "a plan", "run-1", "correlation-1", "host-1", "complete", "complete", arrows, tuple(range(1, 31)), findings
        )
        return replace(run, **changes)

    return make


@pytest.fixture
def make_verdict(make_run: Callable[..., RunVerdict]) -> Callable[..., Verdict]:
    def make(*findings: Finding, runs: tuple[RunVerdict, ...] | None = None, **changes: Any) -> Verdict:
        runs = (make_run(),) if runs is None else runs
        verdict = Verdict(
            "process",
            {"ingress": {"kind": "stand-in", "version": "hopcheck-ingress 0.1.0"}},
            runs,
            {"H-001": ClauseResult("pass", (1,)), "H-002": ClauseResult("not_exercised")},
            {"observed": 30, "validated": 30, "unmapped": 0},
            {"ready_s": 1.0, "flow_s": None, "ansible_s": 2.5},
            (*(finding for run in runs for finding in run.findings), *findings),
        )
        return replace(verdict, **changes)

    return make
