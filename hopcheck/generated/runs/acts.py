"""What may be done in the middle of a run, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hopcheck.topology.stage import Stage

ANNOUNCES = "platform.upload.announce"
Do = Callable[["Stage"], None]


def _cancel(stage: Stage) -> None:
    """The user presses Cancel, which a run on a host of its own does not heed: only a Satellite's can be stopped."""
    execute = stage.trace.where(edge="remediations-ui>remediations", op="response")
    runs = [e for e in execute if e.payload is not None and e.attrs.get("status") == 201]
    plan = stage.trace.where(protocol="kit", op="stimulus")[-1].attrs["plan"]
    run = next(e.payload.json["id"] for e in reversed(runs) if e.payload is not None and "id" in (e.payload.json or {}))
    stage.user.cancel(plan, run)


def _cut(leg: str, stage: Stage) -> None:
    """Every MQTT connection of one side breaks; whoever had it comes back."""
    stage.topology.tell("disturbance", what=f"cut {leg}")
    stage.call(stage.topology.cut(leg))


def _restart(role: str, stage: Stage) -> None:
    stage.topology.tell("fault", what=f"restart {role}")
    stage.restart(role)


def _announce_again(stage: Stage) -> None:
    """The last announce comes a second time: what was fetched may be fetched again, and nothing changes."""
    from hopcheck.generated.runs.again import deliver_again

    records = stage.trace.where(protocol="kafka", op="record", topic=ANNOUNCES)
    if records:
        deliver_again(stage, records[-1])


ANY_TIME: Mapping[str, Do] = {
    "cancel": _cancel,
    "announce again": _announce_again,
    "cut host": partial(_cut, "host"),
    "cut connector": partial(_cut, "connector"),
}
"""After these a run goes on as ever."""
RESTARTS: Mapping[str, Do] = {
    f"restart {role}": partial(_restart, role)
    for role in ("playbook-dispatcher", "cloud-connector", "ingress", "remediations")
}
"""After these what was under way may be missing: the run declares a fault. S3's stand-in keeps its objects in memory,
and one that lost them all is no S3 any more.
"""
ACTS: Mapping[str, Do] = {**ANY_TIME, **RESTARTS}
