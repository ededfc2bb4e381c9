"""What generated requests found: the kit tells it in the trace, as it was shown there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hopcheck.checks.contracts.breach import Breach
from hopcheck.checks.contracts.http import KIT
from hopcheck.checks.history import History, body, member
from hopcheck.checks.verdict import Finding
from hopcheck.trace import Event, Trace

MARK = "x-schemathesis-testcaseid"
"""The header by which a generated request says which one it is."""
PROBE = "x-schemathesis-probe"
"""The header of what is asked first, to learn what the service can bear."""
PASSED_ON = ("content", "metadata")
WRONG = "generated_wrong"
"""What the kit tells for each way in which an operation was wrong."""


def mark(event: Event) -> str | None:
    """What marks a generated request, None for any other event."""
    if event.protocol != "http" or event.op != "request" or not event.edge.startswith(f"{KIT}>"):
        return None
    return next((value for name, value in event.attrs["headers"] if name.lower() in (MARK, PROBE)), None)


def owed(trace: Trace, breaches: Iterable[tuple[Event, Breach]]) -> Iterator[tuple[Event, Breach]]:
    """The breaches without those of whoever asked: the connector passes on what a generated request had in it."""
    asked: dict[str, list[Any]] | None = None
    for event, breach in breaches:
        name = next((each for each in PASSED_ON if breach.place.startswith(f"publish.payload.{each}")), None)
        if name is not None and event.source == "cloud-connector":
            if asked is None:
                asked = _asked(trace)
            if member(body(event), name) in asked[name]:
                continue
        yield event, breach


def _asked(trace: Trace) -> dict[str, list[Any]]:
    """What generated requests had to be passed on, by the member of a data message that it goes into."""
    found: dict[str, list[Any]] = {name: [] for name in PASSED_ON}
    for request in trace:
        if mark(request) is not None and request.payload is not None:
            whole = body(request)
            for each in whole if isinstance(whole, list) else [whole]:
                found["content"] += [member(each, "payload"), member(each, "url")]
                found["metadata"].append(member(each, "metadata"))
    return found


def findings(history: History) -> Iterator[Finding]:
    """One for each that was told, at the request that shows it."""
    told = history.kit(WRONG)
    if not told:
        return
    asked = {name: event.seq for event in history.trace if (name := mark(event)) is not None}
    for event in told:
        attrs = event.attrs
        yield Finding(
            "breach",
            attrs["expected"],
            f"{attrs['got']}\nagain: {attrs['request']}",
            role=attrs["role"],
            contract=attrs["contract"],
            event=asked.get(attrs["mark"]),
            level=attrs["level"],
        )
