"""What one upload says about a run and its hosts (facts A.9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakes.playbook_dispatcher.run import RunHost

FINISHED = ("playbook_on_stats", "executor_on_failed")
FAILED = ("runner_on_failed", "executor_on_failed")

Event = dict[str, Any]


def run_status(events: Sequence[Event]) -> str:
    """`running` until finished, then `failure` or `success` (SRV-081 to SRV-083)."""
    names = {event["event"] for event in events}
    if names.isdisjoint(FINISHED):
        return "running"
    return "success" if names.isdisjoint(FAILED) else "failure"


def host_names(events: Sequence[Event]) -> list[str]:
    """The hosts that events name, sorted; `localhost` where none does (SRV-086)."""
    named = {host for event in events if (host := _host(event)) is not None}
    return sorted(named) or ["localhost"]


def host_status(events: Sequence[Event], name: str) -> str:
    """By the host's own events and those that name no host (SRV-088)."""
    return run_status([event for event in events if _host(event) in (None, name)])


def console(events: Sequence[Event]) -> str:
    """The whole run's output in order of ``counter`` (SRV-087, OBS-04)."""
    text = ""
    for event in sorted(events, key=lambda event: int(event["counter"])):
        text += event.get("stdout") or ""
        if event["end_line"] > event["start_line"]:
            text += "\n"
    for event in events:
        details = event.get("event_data", {}).get("crc_dispatcher_error_details")
        if event["event"] == "executor_on_failed" and details is not None:
            text += f"\n{details}" if text and not text.endswith("\n") else details
            break
    return text


def run_hosts(run_id: str, events: Sequence[Event]) -> list[RunHost]:
    """The hosts as one upload leaves them."""
    log = console(events)
    return [RunHost(run_id, name, host_status(events, name), log) for name in host_names(events)]


def _host(event: Event) -> str | None:
    host = event.get("event_data", {}).get("host")
    return None if host is None else str(host)
