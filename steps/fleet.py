"""Several systems in one plan, given as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from hopcheck.topology.story import FAILS, WRITE_CONFIG, WRITE_MOTD, System

COLUMNS = ("system", "connection", "issues", "outcome")
CONNECTIONS = {"connected": True, "not connected": False}
ISSUES = {"config": WRITE_CONFIG, "message of the day": WRITE_MOTD, "one that cannot be fixed": FAILS}
OUTCOMES = {each: each for each in ("complete", "failed", "not_connected")}
UPLOADS = 2
T = TypeVar("T")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


def fleet(table: Sequence[Sequence[str]]) -> Iterator[System]:
    """The systems of a table with the columns `COLUMNS`, issues joined by commas.

    Raises ValueError that names the row and what is allowed there.
    """
    head, *rows = table
    if tuple(head) != COLUMNS:
        raise ValueError(f"the table's columns are {', '.join(head)}; want {', '.join(COLUMNS)}")
    if not rows:
        raise ValueError("the table has no system")
    names = [row[0] for row in rows]
    for name, connection, issues, outcome in rows:
        if not NAME.fullmatch(name) or names.count(name) > 1:
            raise ValueError(f"{name!r} is no name of a system, or another one has it: want a-z, 0-9 and hyphens")
        connected = _one_of(CONNECTIONS, connection, name)
        chosen = tuple(_one_of(ISSUES, each.strip(), name) for each in issues.split(","))
        # The second issue's task waits, so that there is something to follow while it does.
        uploads = UPLOADS if connected and WRITE_MOTD in chosen and FAILS not in chosen else 0
        yield System(name, chosen, _one_of(OUTCOMES, outcome, name), connected, uploads)


def _one_of(known: dict[str, T], word: str, system: str) -> T:
    if word not in known:
        raise ValueError(f"{system}: {word!r} is not one of {', '.join(known)}")
    return known[word]
