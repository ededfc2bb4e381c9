"""The command insights-client: insights-core's phases, one after the other in this process (facts 5.5)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from fakes.insights_client import core, paths

OK, BAD = 100, 101


def run() -> int:
    """Run the phases with ``sys.argv``; the command's exit status."""
    if os.getuid() != 0:
        print("Insights client must be run as root.", file=sys.stderr)
        return 1
    core.without_rpm()
    core.supply_verifier(paths.PUBLIC_KEY, paths.REVOCATION_LIST)
    core.gpg_home(paths.GPG_HOME)
    from insights.client.phase import v2

    for phase in v2.get_phases():
        status = run_phase(phase["name"], getattr(v2, phase["name"]))
        if status != 0:
            return exit_status(status)
    return 0


def run_phase(name: str, phase: Callable[[], None]) -> int:
    """Exit status of one phase, which ends like a program of its own."""
    os.environ["INSIGHTS_PHASE"] = name
    try:
        phase()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        print(ended.code, file=sys.stderr)
        return 1
    return 0


def exit_status(phase_status: int) -> int:
    """What the command makes of a phase that ended it: 100 is success, all else is 1 (H-068)."""
    return 0 if phase_status == OK else 1
