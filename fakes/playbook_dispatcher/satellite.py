"""What one upload of a Satellite says about a run and its hosts (facts A.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fakes.playbook_dispatcher.run import RunHost

FINISHED, COMPLETED = "playbook_run_finished", "playbook_run_completed"
GAP = "\\n\\u2026\\n"
"""What stands in a log for output that never came: these very characters."""
ERRORS = ("satellite_connection", "satellite_infrastructure")
FINAL = ("success", "failure", "canceled")

Event = Mapping[str, Any]


def in_order(events: Sequence[Event]) -> list[Event]:
    """By `sequence`; what has none comes first."""
    return sorted(events, key=lambda event: event.get("sequence", -1))


def run_status(events: Sequence[Event], full: bool) -> str:
    """As the Satellite says in the end; before that, by the hosts of a whole response only (SRV-093)."""
    for event in events:
        if event["type"] == COMPLETED:
            return str(event.get("status", "failure"))
    hosts = {event["host"] for event in events if "host" in event}
    statuses = {host_status(events, host) for host in hosts}
    if not full or not statuses or "running" in statuses:
        return "running"
    return next(status for status in ("failure", "canceled", "success") if status in statuses)


def host_status(events: Sequence[Event], inventory_id: str) -> str:
    """`running` until its own end was told."""
    ends = [event for event in events if event["type"] == FINISHED and event.get("host") == inventory_id]
    return str(ends[-1].get("status", "failure")) if ends else "running"


def hosts_after(stored: Sequence[RunHost], events: Sequence[Event], full: bool) -> list[RunHost]:
    """The hosts that an upload changes; none is new, and no output is older than what is there (SRV-092)."""
    ordered, changed = in_order(events), []
    for host in stored:
        own = [event for event in ordered if event.get("host") == host.inventory_id]
        if own and (after := _after(host, own, events, full)) != host:
            changed.append(after)
    return changed


def _after(host: RunHost, own: Sequence[Event], events: Sequence[Event], full: bool) -> RunHost:
    status = host_status(events, str(host.inventory_id))
    status = host.status if host.status in FINAL and status == "running" else status
    sequences = [event["sequence"] for event in own if "sequence" in event]
    if not sequences:
        return replace(host, status=status)
    seen = -1 if host.sat_sequence is None else host.sat_sequence
    if max(sequences) <= seen:
        return host
    if full:
        return replace(host, status=status, sat_sequence=max(sequences), log=_output(own, events))
    fresh = [event for event in own if event.get("sequence", seen) > seen]
    gap = GAP if seen >= 0 and fresh[0]["sequence"] > seen + 1 else ""
    return replace(host, status=status, sat_sequence=max(sequences), log=host.log + gap + _output(fresh, events))


def _output(own: Sequence[Event], events: Sequence[Event]) -> str:
    text = "".join(str(event.get("console", "")) for event in own)
    told = [*own, *(event for event in events if event["type"] == COMPLETED and "host" not in event)]
    for event in told:
        text += "".join(f"\n{event.get(f'{name}_error', '')}" for name in ERRORS if event.get(f"{name}_code"))
    return text
