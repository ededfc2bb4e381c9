"""rhcd of RHEL 8 and 9, wrong: what it tells of itself, and what it makes of an answer."""

from __future__ import annotations

from typing import Any

from fakes.faults.seam import around, put
from fakes.rhcd import connection_status, daemon
from fakes.rhcd.daemon import Daemon
from fakes.rhcd.workers import Workers

PROGRAM = "fakes.rhcd"
"""What is bent here, in the place of the role's present program."""


def rhcd_forgets_a_reconnect() -> None:
    """Only the first connect is told."""
    told: set[int] = set()

    @around(Daemon, "_connected")
    def _(inner: Any, self: Daemon) -> None:
        if id(self) not in told:
            told.add(id(self))
            inner(self)


def rhcd_takes_the_prefix_of_its_successor() -> None:
    """Topics begin with yggdrasil, whatever topic-prefix says."""

    @around(daemon, "Topics")
    def _(inner: Any, prefix: str, client_id: str) -> Any:
        return inner("yggdrasil", client_id)


def rhcd_spells_workers_both_ways() -> None:
    """A worker is listed with underscores, too, as yggdrasil 0.4 does."""
    inner = Workers.dispatchers.fget  # type: ignore[attr-defined]

    def both(self: Workers) -> Any:
        listed = inner(self)
        return listed | {name.replace("-", "_"): features for name, features in listed.items()}

    put(Workers, "dispatchers", property(both))


def rhcd_tells_its_version() -> None:
    """A connection-status has client_version."""

    @around(connection_status, "online")
    def _(inner: Any, *arguments: Any) -> Any:
        status = inner(*arguments)
        status["content"]["client_version"] = "0.2.7"
        return status


def rhcd_hands_errors_over() -> None:
    """A response with status 400 or above is given to the worker."""
    put(daemon, "ERROR", 1000)
