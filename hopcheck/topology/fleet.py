"""Several systems in one plan, given as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hopcheck.topology.story import FAILS, WRITE_CONFIG, WRITE_MOTD, System

COLUMNS = ("system", "connection", "issues", "outcome")
CONNECTIONS = {"connected": True, "not connected": False}
ISSUES = {"config": WRITE_CONFIG, "message of the day": WRITE_MOTD, "one that cannot be fixed": FAILS}
OUTCOMES = ("complete", "failed", "not_connected")
WORDS = {"connection": tuple(CONNECTIONS), "issue": tuple(ISSUES), "outcome": OUTCOMES}
"""What may stand in a row besides its system's name; of the issues, several."""
UPLOADS = 2
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong in a row of a table, whose head is row 0, and what may stand there."""

    row: int
    wrong: str
    fix: str


def flaws(table: Sequence[Sequence[str]]) -> Iterator[Flaw]:
    """All that is wrong with a table of systems, which has the columns `COLUMNS`, issues joined by commas."""
    head, *rows = table
    if tuple(head) != COLUMNS:
        yield Flaw(0, f"the table's columns are {', '.join(head)}", f"they have to be {', '.join(COLUMNS)}")
        return
    if not rows:
        yield Flaw(0, "the table has no system", "write a row for each system")
    names = [row[0] for row in rows]
    for at, (name, connection, issues, outcome) in enumerate(rows, 1):
        if not NAME.fullmatch(name):
            yield Flaw(at, f"{name!r} is no name of a system", "a-z, 0-9 and hyphens make one")
        elif names.count(name) > 1:
            yield Flaw(at, f"two systems are called {name!r}", "give each its own name")
        chosen = [each.strip() for each in issues.split(",")]
        words = [("connection", connection), *(("issue", each) for each in chosen), ("outcome", outcome)]
        for what, word in words:
            if word not in (known := WORDS[what]):
                yield Flaw(at, f"{name}: there is no {what} {word!r}", f"{what} is one of: {'; '.join(known)}")


def fleet(table: Sequence[Sequence[str]]) -> Iterator[System]:
    """The systems of a table. Raises ValueError that says what is wrong with it first, see `flaws`."""
    for flaw in flaws(table):
        raise ValueError(f"{flaw.wrong}; {flaw.fix}")
    for name, connection, issues, outcome in table[1:]:
        chosen = tuple(ISSUES[each.strip()] for each in issues.split(","))
        # The second issue's task waits, so that there is something to follow while it does.
        uploads = UPLOADS if CONNECTIONS[connection] and WRITE_MOTD in chosen and FAILS not in chosen else 0
        yield System(name, chosen, outcome, CONNECTIONS[connection], uploads)
