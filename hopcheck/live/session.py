"""A run of pytest's shows its live page: a plugin that the kit's own names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hopcheck.exit_status import HARNESS_ERROR
from hopcheck.giving_up import end
from hopcheck.life.called import called
from hopcheck.live.companion import Companion
from hopcheck.topology.process import StartError
from hopcheck.topology.topology import Topology

LIVE = pytest.StashKey[tuple[Companion, Topology, Callable[[str], None]]]()


def show(config: pytest.Config, topology: Topology, port: int | None, tell: Callable[[str], None]) -> None:
    """Serve the page from now on until the session is over. Ends the session where that cannot be."""
    try:
        live = Companion(topology.settings.report, port)
    except StartError as error:
        end(f"cannot start: {error}", HARNESS_ERROR)
    config.stash[LIVE] = live, topology, tell
    topology.live = live.url
    tell(f"live at {live.url}")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The page ends with the run: whoever looks at it gets the verdict first."""
    if LIVE in config.stash:
        live, topology, tell = config.stash[LIVE]
        live.end()
        tell(f"to see it again: {called()} live {topology.settings.report}")
