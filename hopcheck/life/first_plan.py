"""The plan that `up` makes, so that its user finds one to execute in the Remediations UI."""

from __future__ import annotations

from collections.abc import Callable

from hopcheck.topology.gate import leave_open
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import System
from hopcheck.trace import TraceTimeout

NAME = "Two issues on every host"


def first_plan(stage: Stage, progress: Callable[[str], None]) -> str | None:
    """Make it, and let tasks that would wait for a story go on; its id.

    None where the run has no UI, or where the plan is refused, which ``progress`` is told: what is up is of use all
    the same.
    """
    hosts = list(stage.topology.hosts.values())
    for host in hosts:
        leave_open(host)
    if not hosts or "remediations-ui" not in stage.topology.settings.roles:
        return None
    try:
        return stage.user.plan(NAME, [(System(), host.identity) for host in hosts])
    except TraceTimeout as error:
        progress(str(error).partition("\n")[0])
        return None
