"""A run as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fakes.remediations_ui import console, moment
from fakes.remediations_ui.poller import State

WORDS: Mapping[str, str] = {
    "pending": "Waiting",
    "running": "Running",
    "success": "Succeeded",
    "failure": "Failed",
    "canceled": "Cancelled",
    "timeout": "Timed out",
}
OVER = ("success", "failure", "canceled", "timeout")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SystemView:
    """A system of a run; ``progress`` is a sentence, ``reason`` one that is empty where nothing failed."""

    id: str
    name: str
    state: str
    words: str
    progress: str
    reason: str
    log: str


@dataclass(frozen=True, slots=True)
class RunView:
    """``summary`` is what a screen reader is told as it changes, ``trouble`` is empty where the API answers."""

    state: str
    words: str
    summary: str
    duration: str
    done: bool
    trouble: str
    systems: tuple[SystemView, ...]


def view(state: State, now: datetime | None = None) -> RunView:
    """What was last seen of a run, in words."""
    status = UNKNOWN if state.run is None else str(state.run["status"])
    systems = tuple(_system(one, state.logs.get(one["system_id"], "")) for one in state.systems)
    return RunView(
        status,
        words(status),
        _summary(status, state, systems),
        _duration(state, now or datetime.now(UTC)),
        state.done,
        state.error or "",
        systems,
    )


def words(status: str) -> str:
    """A status of the API for people."""
    return WORDS.get(status) or ("Not known yet" if status == UNKNOWN else status)


def _system(system: Mapping[str, Any], log: str) -> SystemView:
    status, read = str(system["status"]), console.read(log)
    reason = ""
    if status in ("failure", "timeout", "canceled"):
        reason = read.reason or _without_reason(status, log)
    return SystemView(
        system["system_id"],
        system["system_name"],
        status,
        words(status),
        _progress(status, read.tasks),
        reason,
        console.plain(log),
    )


def _progress(status: str, tasks: tuple[str, ...]) -> str:
    if not tasks:
        return "Nothing was run." if status in OVER else "Waiting for the first task."
    count = f"{len(tasks)} task{'' if len(tasks) == 1 else 's'}"
    return f"{count} run." if status in OVER else f"{count} so far, now: {tasks[-1]}"


def _without_reason(status: str, log: str) -> str:
    if status == "canceled":
        return "The run was cancelled before it was done."
    if status == "timeout" or not log:
        return "Nothing more came from the system, perhaps because it took too long or lost its connection."
    return "The playbook failed. The end of the log says more."


def _summary(status: str, state: State, systems: tuple[SystemView, ...]) -> str:
    over = [system for system in systems if system.state in OVER]
    if not systems:
        return "The run is over. No system took part." if state.done else "Waiting for the systems to begin."
    told = ", ".join(f"{system.name} {system.words.lower()}" for system in over)
    begun = f"{len(over)} of {len(systems)} system{'' if len(systems) == 1 else 's'} done"
    return f"{begun}: {told}." if told else f"{begun}."


def _duration(state: State, now: datetime) -> str:
    began = moment.parse((state.run or {}).get("created_at"))
    if began is None:
        return ""
    if not state.done:
        return f"for {moment.lasted(now - began)}"
    if state.ended is None:
        return ""
    return f"in {moment.lasted(datetime.fromtimestamp(state.ended, UTC) - began)}"
