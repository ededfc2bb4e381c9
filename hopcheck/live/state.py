"""What the page shows of a trace, or of its beginning: each arrow of each run on each host, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hopcheck.checks.verdict import ArrowResult, Finding, RunVerdict

Shown = Literal["pending", "seen", "derived", "missing", "forbidden", "breach", "not_demanded"]


@dataclass(frozen=True, slots=True)
class ArrowState:
    """``pending``: demanded, and not seen yet; ``first_s`` is seconds since *Execute*."""

    number: int
    state: Shown
    count: int
    first_s: float | None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A finding in the page's terms; ``arrow`` is where it shows, None for one that no arrow shows."""

    kind: str
    arrow: int | None
    role: str | None
    clause: str | None
    expected: str
    got: str
    fails: bool


@dataclass(frozen=True, slots=True)
class RunState:
    """One run on one host: ``newest`` is the arrow that came last, ``elapsed_s`` the last message's, since *Execute*.

    ``verdict`` is None until the trace is closed.
    """

    key: str
    label: str
    place: str
    expected: str
    outcome: str
    arrows: tuple[ArrowState, ...]
    demanded: int
    met: int
    newest: int | None
    elapsed_s: float | None
    findings: tuple[Wrong, ...]
    verdict: Literal["pass", "fail"] | None


@dataclass(frozen=True, slots=True)
class TraceState:
    """The trace as a whole: ``at_ms`` of ``length_ms`` are shown, ``events`` of ``total``; ``runs`` are keys, in order.

    ``generation`` changes where another trace has taken its place.
    """

    generation: int
    events: int
    total: int
    at_ms: int
    length_ms: int
    closed: bool
    verdict: Literal["pass", "fail", "error"] | None
    findings: tuple[Wrong, ...]
    runs: tuple[str, ...]
    report: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """All of it."""

    trace: TraceState
    runs: tuple[RunState, ...]


def arrow_states(run: RunVerdict, *, closed: bool) -> tuple[ArrowState, ...]:
    """A run's arrows; nothing is missing until the trace is closed."""
    return tuple(
        ArrowState(each.number, _shown(each, each.number in run.demanded, closed), each.count, each.first_s)
        for each in run.arrows
    )


def _shown(arrow: ArrowResult, demanded: bool, closed: bool) -> Shown:
    if arrow.state == "forbidden":
        return "forbidden"
    if arrow.contract == "fail":
        return "breach"
    if arrow.state == "not_demanded" and demanded and not closed:
        return "pending"
    return arrow.state  # type: ignore[return-value]


def newest(run: RunVerdict) -> int | None:
    """The arrow that was first seen last, None before the first: repeated ones of a loop would hide the progress."""
    seen = [(arrow.first_s, arrow.number) for arrow in run.arrows if arrow.first_s is not None]
    return max(seen)[1] if seen else None


def wrong(findings: Iterable[Finding], run: RunVerdict | None = None) -> tuple[Wrong, ...]:
    """Findings, each at the arrow of ``run`` that shows it."""
    by_event = {seq: arrow.number for arrow in (run.arrows if run else ()) for seq in arrow.events}
    return tuple(
        Wrong(
            each.kind,
            each.arrow or by_event.get(each.event or 0),
            each.role,
            each.clause,
            each.expected,
            each.got,
            each.fails or each.kind == "harness",
        )
        for each in findings
    )
