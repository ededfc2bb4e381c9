"""Times of a run, in any of the formats of the flow, become what they are written like."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

NEAR = timedelta(days=2)
FAR = timedelta(days=45)
"""What is further from the run than this is no time of it, but says something: ``0001-01-01T00:00:00Z`` is none."""
DAY = timedelta(days=1)
UNITS = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}
_DAYS, _MONTHS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun", "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_RFC3339 = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_COMPACT = r"\d{8}T\d{6}Z"
_DIGITS = r"20\d{12}"
_EPOCH = r"1\d{9}(?:\.\d+|\d{3})?"
_HTTP = rf"(?:{_DAYS}), \d\d (?:{_MONTHS}) \d{{4}} \d\d:\d\d:\d\d GMT"
_ANSIBLE = r"[A-Z][a-z]+day \d\d [A-Z][a-z]+ \d{4} +\d\d:\d\d:\d\d [+-]\d{4}"
_TIME = re.compile(
    rf"\b(?:(?P<iso>{_RFC3339})|(?P<compact>{_COMPACT})|(?:(?P<digits>{_DIGITS})|(?P<epoch>{_EPOCH}))(?!\d)"
    rf"|(?P<http>{_HTTP})|(?P<ansible>{_ANSIBLE}))"
)
_DURATION = re.compile(r"\b\d+:\d\d:\d\d\.\d+\b")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d:\d\d)(?:([.,])(\d+))?(.*)")


def without_times(text: str, wall: datetime) -> str:
    """The text with each time near ``wall`` and each duration replaced by its format."""
    shorter = _TIME.sub(lambda match: _told(match, wall), text)
    return _DURATION.sub("<duration>", shorter)


def unit_of(number: float, wall: datetime) -> str | None:
    """``s``, ``ms``, ``us`` or ``ns`` where the number counts them since the epoch until about ``wall``."""
    near, now = NEAR.total_seconds(), wall.timestamp()
    return next((name for name, unit in UNITS.items() if abs(number / unit - now) < near), None)


def _told(match: re.Match[str], wall: datetime) -> str:
    kind = str(match.lastgroup)
    moment = _READ[kind](match[0])
    if moment is None or abs(moment - wall) > (NEAR if kind == "epoch" else FAR):
        return match[0]
    days = round((moment - wall) / DAY)
    later = f" {days:+d} days" if abs(moment - wall) > NEAR else ""
    if kind != "iso":
        return f"<{kind} time{later}>"
    parts = _ISO.fullmatch(match[0])
    assert parts is not None
    zone = "±hh:mm" if parts[6][:1] in ("+", "-") else parts[6]
    return f"<{'date time' if parts[2] == ' ' else 'time'}{later}{' .f' if parts[5] else ' '}{zone}>"


def _iso(text: str) -> datetime | None:
    parts = _ISO.fullmatch(text)
    if parts is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{parts[1]}T{parts[3]}{parts[6] or 'Z'}")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _compact(text: str) -> datetime | None:
    return _strptime(text, "%Y%m%dT%H%M%SZ")


def _digits(text: str) -> datetime | None:
    return _strptime(text, "%Y%m%d%H%M%S")


def _epoch(text: str) -> datetime | None:
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1e3 if seconds > 1e11 else seconds, UTC)


def _http(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _ansible(text: str) -> datetime | None:
    return _strptime(" ".join(text.split()), "%A %d %B %Y %H:%M:%S %z")


def _strptime(text: str, form: str) -> datetime | None:
    try:
        moment = datetime.strptime(text, form)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_READ: dict[str, Callable[[str], datetime | None]] = {
    "iso": _iso,
    "compact": _compact,
    "digits": _digits,
    "epoch": _epoch,
    "http": _http,
    "ansible": _ansible,
}
