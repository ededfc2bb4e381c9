from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hopcheck.checks.verdict import ArrowResult, ClauseResult, Finding, RunVerdict, Verdict
from hopcheck.topology.identity import Identity
from hopcheck.topology.stage import Member, Played
from hopcheck.topology.story import COMPLETE, System
from hopcheck.trace import Event, Payload, Trace
from steps.flow import DIAGRAM
from steps.world import World

IDENTITY, OTHER = Identity.new("host-1"), Identity.new("host-2")
CAST = (Member(System("web"), IDENTITY),)
FLEET = (*CAST, Member(System("mail", connected=False), OTHER))


@pytest.fixture
def cast() -> tuple[Member, ...]:
    """One system that can be reached and one that cannot."""
    return FLEET


@pytest.fixture
def run() -> Callable[..., RunVerdict]:
    def make(
        *findings: Finding,
        outcome: str = "complete",
        label: str = COMPLETE.label,
        host: str = IDENTITY.client_id,
        host_name: str | None = None,
        count: int = 1,
        contract: Any = "pass",
        **states: str,
    ) -> RunVerdict:
        arrows = tuple(
            ArrowResult(
                a.number,
                a.source,
                a.target,
                a.text,
                a.line,
                states.get(f"a{a.number}", "seen"),
                count,
                0.0,
                (),
                contract,
            )
            for a in DIAGRAM.arrows
        )
        return RunVerdict(label, "run", "c", host, outcome, outcome, arrows, (), findings, host_name)

    return make


@pytest.fixture
def world(tmp_path: Path, run: Callable[..., RunVerdict]) -> Callable[..., World]:
    def make(
        *runs: RunVerdict,
        clauses: dict[str, ClauseResult] | None = None,
        events: tuple[dict[str, Any], ...] = (),
        cast: tuple[Member, ...] = CAST,
    ) -> World:
        runs = runs or (run(),)
        verdict = Verdict("process", {}, runs, clauses or {}, {}, {}, tuple(f for r in runs for f in r.findings))
        trace = Trace([_event(number, **event) for number, event in enumerate(events, 1)])
        host = SimpleNamespace(files=tmp_path, identity=IDENTITY)
        stage: Any = SimpleNamespace(
            trace=trace,
            catch_up=lambda: None,
            topology=SimpleNamespace(hosts={"host-1": host, "host-2": host}),
            play=lambda story: Played(story, cast, "plan", 201, "run", None),
        )
        made = World(stage, SimpleNamespace(judge=lambda _: verdict), COMPLETE)  # type: ignore[arg-type]
        made.played = Played(COMPLETE, cast, "plan", 201, "run", None)
        return made

    return make


def _event(
    number: int,
    protocol: str = "http",
    op: str = "request",
    edge: str = "remediations-ui>remediations",
    exchange: str | None = None,
    host: str | None = None,
    payload: bytes | None = None,
    target: str = "b",
    source: str = "a",
    tap: str = "tap",
    wall: str = "",
    **attrs: Any,
) -> Event:
    return Event(
        number,
        number,
        number,
        wall,
        tap,
        edge,
        protocol,
        op,
        source,
        target,
        exchange,
        host,
        attrs,
        None if payload is None else Payload(payload),
    )
