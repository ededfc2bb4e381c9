"""Times and durations as people say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))
JUST_NOW_S = 45


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: ``iso`` as it came, ``exact`` in UTC for a title, ``ago`` as of now."""

    iso: str
    exact: str
    ago: str


def moment(text: str | None, now: datetime | None = None) -> Moment | None:
    """An RFC 3339 time; None where it is none."""
    at = parse(text)
    if at is None or text is None:
        return None
    passed = (now or datetime.now(UTC)) - at
    return Moment(text, at.strftime("%Y-%m-%d %H:%M:%S UTC"), ago(passed))


def parse(text: str | None) -> datetime | None:
    """An RFC 3339 time in UTC; None where it is none."""
    try:
        return datetime.fromisoformat(text or "").astimezone(UTC)
    except ValueError:
        return None


def ago(passed: timedelta) -> str:
    """How long ago, in one unit."""
    seconds = passed.total_seconds()
    if seconds < JUST_NOW_S:
        return "just now"
    for size, name in UNITS:
        if seconds >= size:
            return f"{_count(int(seconds // size), name)} ago"
    return "1 minute ago"


def lasted(duration: timedelta) -> str:
    """A duration, in seconds up to two minutes."""
    seconds = max(0, int(duration.total_seconds()))
    if seconds < 120:
        return _count(seconds, "second")
    minutes, rest = divmod(seconds, 60)
    return f"{_count(minutes, 'minute')} {_count(rest, 'second')}" if minutes < 60 else _count(minutes // 60, "hour")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
