from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hopcheck.conform.diff.moment import unit_of, without_times

WALL = datetime(2026, 11, 26, 14, 48, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-11-26T14:48:35.304Z", "<time .fZ>"),
        ("2026-11-26T14:48:35.30451296Z", "<time .fZ>"),
        ("2026-11-26T14:48:35Z", "<time Z>"),
        ("2026-11-26T15:48:35+01:00", "<time ±hh:mm>"),
        ("2026-11-26T14:48:35", "<time >"),
        ("2026-11-26 14:48:35.1Z", "<date time .fZ>"),
        ("20261126T144835Z", "<compact time>"),
        ("insights-vm-20261126144841/data", "insights-vm-<digits time>/data"),
        ("plan-1795704515317.yml", "plan-<epoch time>.yml"),
        ("Thu, 26 Nov 2026 14:48:35 GMT", "<http time>"),
        ("Thursday 26 November 2026  14:48:35 +0000 (0:00:00.021)", "<ansible time> (<duration>)"),
        ("from 2026-11-26T14:48:35Z to 2026-12-26T14:48:35Z", "from <time Z> to <time +30 days Z>"),
    ],
)
def test_times_become_their_format(text: str, told: str) -> None:
    assert without_times(text, WALL) == told


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00Z",
        "2021-11-26T14:48:35Z",
        "1500000000",
        "20211126T144835Z",
        "2026-99-26T14:48:35Z",
        "0369233",
    ],
)
def test_what_is_far_from_the_run_or_no_time_stays(text: str) -> None:
    assert without_times(text, WALL) == text


@pytest.mark.parametrize(("factor", "unit"), [(1, "s"), (1e3, "ms"), (1e6, "us"), (1e9, "ns")])
def test_numbers_that_count_since_the_epoch(factor: float, unit: str) -> None:
    assert unit_of(WALL.timestamp() * factor, WALL) == unit
    assert unit_of(WALL.timestamp() * factor * 2, WALL) is None
