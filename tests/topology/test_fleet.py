from __future__ import annotations

import pytest

from hopcheck.topology.fleet import COLUMNS, fleet
from hopcheck.topology.story import FAILS, WRITE_CONFIG, WRITE_MOTD, System

WEB = ("web", "connected", "config, message of the day", "complete")


def test_a_row_is_a_system() -> None:
    rows = (WEB, ("mail", "not connected", "config", "not_connected"), ("f", "connected", "config", "complete"))
    assert list(fleet([COLUMNS, *rows])) == [
        System("web", (WRITE_CONFIG, WRITE_MOTD), "complete", True, 2),
        System("mail", (WRITE_CONFIG,), "not_connected", False, 0),
        System("f", (WRITE_CONFIG,), "complete", True, 0),
    ]


def test_nothing_is_waited_for_where_the_play_fails() -> None:
    (system,) = fleet([COLUMNS, ("web", "connected", "message of the day, one that cannot be fixed", "failed")])
    assert (system.issues, system.uploads) == ((WRITE_MOTD, FAILS), 0)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            (("system", "outcome"), ("web", "complete")),
            "columns are system, outcome; they have to be system",
        ),
        ((COLUMNS,), "no system"),
        ((COLUMNS, WEB, WEB), "two systems are called 'web'; give each its own name"),
        ((COLUMNS, ("../web", *WEB[1:])), "is no name"),
        (
            (COLUMNS, ("web", "away", *WEB[2:])),
            "there is no connection 'away'; connection is one of: connected; not",
        ),
        (
            (COLUMNS, ("web", "connected", "motd", "complete")),
            "web: there is no issue 'motd'; issue is one of: con",
        ),
        ((COLUMNS, (*WEB[:3], "happy")), "web: there is no outcome 'happy'; outcome is one of: complete;"),
    ],
)
def test_a_table_that_is_wrong_says_where(rows: tuple[tuple[str, ...], ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        list(fleet(rows))
