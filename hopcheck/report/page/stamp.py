"""When a line of a log was written, by the stamp that it begins with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

_ISO = re.compile(r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s?(Z|[+-]\d\d:?\d\d)?")
_EPOCH = re.compile(r"(?<![\w.])(1[5-9]\d{8}|2\d{9})(?:\.(\d{1,9}))?(?![\w-])")
_HEAD = 120
"""A stamp further inside is what the line is about."""
_ZONE = timedelta(minutes=15)


def stamp(line: str) -> tuple[float, bool] | None:
    """Seconds of the epoch, and whether the zone was told: a stamp without one is taken as UTC.

    Understands ISO 8601 and its like with a space, and the epoch itself. None where there is no stamp.
    """
    head = line[:_HEAD]
    if found := _ISO.search(head):
        parts = [int(each) for each in found.groups()[:6]]
        try:
            moment = datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc, arg-type]
        except ValueError:
            return None
        return moment + _fraction(found[7]) - _offset(found[8]), found[8] is not None
    if found := _EPOCH.search(head):
        return int(found[1]) + _fraction(found[2]), True
    return None


def shift(stamps: Sequence[float], began: float, ended: float) -> float:
    """What to add to stamps without a zone so that the most of them fall into the run: whole quarters of an hour."""
    if not stamps:
        return 0.0
    quarter = _ZONE.total_seconds()
    last = max(stamps)
    steps = round((began - last) / quarter), round((ended - last) / quarter), 0
    slack = quarter / 3
    return max(
        (step * quarter for step in steps),
        key=lambda by: (sum(began - slack <= each + by <= ended + slack for each in stamps), -abs(by)),
    )


def _fraction(digits: str | None) -> float:
    return float(f"0.{digits}") if digits else 0.0


def _offset(zone: str | None) -> float:
    if zone in (None, "Z"):
        return 0.0
    assert zone is not None
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
