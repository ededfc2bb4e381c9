"""What a component's log says around an instant of the trace."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hopcheck.trace import Event

TAIL_BYTES = 1 << 20
_SUFFIXES = (".log", ".journal")
_STAMP = re.compile(r"(?:time=\"?|\[)?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)?")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Said:
    """Lines of the log ``file``; ``how`` they were found: "around", "about it" or "last"."""

    file: Path
    lines: tuple[str, ...]
    how: str


def said(
    logs: Path, role: str, host: str | None, event: Event | None, count: int, *, ended: bool = False
) -> Said | None:
    """The ``count`` lines to read of a role, on the host of that name; None where it has no log.

    Those at the instant of ``event`` where lines bear a time, else those that name an id of it; else the last ones.
    """
    file = _file(logs, role, host)
    if file is None:
        return None
    lines = [line for line in _tail(file) if line.strip()]
    if event is not None:
        for how, at in (("around", _at(lines, event)), ("about it", _about(lines, event))):
            if at is not None:
                start = max(0, min(at - count // 2, len(lines) - count))
                return Said(file, tuple(lines[start : start + count]), how)
    return Said(file, tuple(lines[-count:]), "last")


def _file(logs: Path, role: str, host: str | None) -> Path | None:
    """The role's own log, on that host or else on the first that has one; or the journal of the host's machine."""
    names = [f"{role}-{host}", role, str(host)] if host else [role]
    exact = [logs / f"{name}{suffix}" for name in names for suffix in _SUFFIXES]
    return next((path for path in [*exact, *sorted(logs.glob(f"{role}-*.log"))] if path.is_file()), None)


def _tail(file: Path) -> list[str]:
    with file.open("rb") as source:
        source.seek(max(0, file.stat().st_size - TAIL_BYTES))
        return source.read().decode(errors="replace").splitlines()


def _at(lines: Sequence[str], event: Event) -> int | None:
    """The last line that was written before the event was over; None where none bears a time."""
    instant = datetime.fromisoformat(event.wall).timestamp()
    times = [(number, when) for number, line in enumerate(lines) if (when := _time(line)) is not None]
    before = [number for number, when in times if when <= instant]
    return None if not times else before[-1] if before else times[0][0]


def _time(line: str) -> float | None:
    """Seconds of the epoch; a time without a zone is the machine's own."""
    found = _STAMP.search(line[:60])
    if found is None:
        return None
    day, clock, fraction, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0'):0<6}{zone or ''}").timestamp()
    except ValueError:
        return None


def _about(lines: Sequence[str], event: Event) -> int | None:
    """The last line with an id that the event bears; of ids that most lines have the rarest tells most."""
    found = [[n for n, line in enumerate(lines) if each in line] for each in sorted(_ids(event))]
    return min((at for at in found if at), key=len, default=[None])[-1]


def _ids(event: Event) -> set[str]:
    text = event.payload.text if event.payload is not None and event.payload.size < TAIL_BYTES else None
    return set(_UUID.findall(f"{event.attrs} {text or ''}"))
