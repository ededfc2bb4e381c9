from __future__ import annotations

import pytest

from hopcheck.report.page.stamp import shift, stamp

NOON = 1_767_355_445.0  # 2026-01-02 12:04:05 UTC


@pytest.mark.parametrize(
    ("line", "seconds", "told"),
    [
        ("2026-01-02 12:04:05,250 INFO up", NOON + 0.25, False),
        ("2026/01/02 12:04:05 up", NOON, False),
        ("2026-01-02T12:04:05.250Z up", NOON + 0.25, True),
        ("2026-01-02T12:04:05.250000+0000 host rhc[12]: up", NOON + 0.25, True),
        ("2026-01-02T13:34:05+01:30 up", NOON, True),
        ("2026-01-02T09:04:05-03:00 up", NOON, True),
        ("1767355445: mosquitto starts", NOON, True),
        ('{"level":"info","ts":1767355445.5,"msg":"up"}', NOON + 0.5, True),
        ('time="2026-01-02T12:04:05Z" level=info', NOON, True),
    ],
)
def test_the_usual_stamps_are_understood(line: str, seconds: float, told: bool) -> None:
    assert stamp(line) == (pytest.approx(seconds, abs=1e-4), told)


@pytest.mark.parametrize(
    "line", ["", "up", 'ingress: "POST /api HTTP/1.1" 202', "2026-13-42 99:00:00 x", "pid 1234567890123"]
)
def test_what_is_no_stamp_is_none(line: str) -> None:
    assert stamp(line) is None


@pytest.mark.parametrize("hours", [-8, -3.5, 0, 1, 5.75])
def test_stamps_of_another_zone_are_brought_into_the_run(hours: float) -> None:
    began, ended = NOON, NOON + 20
    stamps = [began + hours * 3600 + each for each in (0.5, 3, 19)]
    assert shift(stamps, began, ended) == -hours * 3600


def test_lines_of_an_earlier_run_do_not_move_the_others() -> None:
    stamps = [NOON - 86_400, NOON - 86_399, NOON + 1, NOON + 2, NOON + 3]
    assert shift(stamps, NOON, NOON + 20) == 0
    assert shift([], NOON, NOON + 20) == 0
