"""The logs of all participants as one, in the order of time."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path

from hopcheck.report.page.exchange import Exchange
from hopcheck.report.page.stamp import shift, stamp
from hopcheck.trace import Trace
from hopcheck.trace.redaction import Redactor

SUFFIXES = (".log", ".journal")
SHOWN_BYTES = 200_000
"""Of each log, half at either end."""
SHOWN_LINE = 2_000
STAMPED, ANSWERED, FOLLOWS = 0, 1, 2
"""How the time of a line is known: it tells it; it tells of an answer whose time the trace has; it is not, and the
line stands after the one that it followed."""
_ACCESS = re.compile(r'"([A-Z]+) (\S+) HTTP/[\d.]+" (\d{3})\b')
_SECRET = re.compile(
    r"""(?i)((?:authorization|x-rh-identity|b64_identity|[\w-]*psk|password|secret|token|cookie)["']?\s*[:=]\s*["']?)"""
    r"""((?:basic |bearer )?[^\s"',;&]{6,})"""
)


@dataclass(frozen=True, slots=True)
class Line:
    """``at`` is in seconds of the epoch, ``how`` one of `STAMPED`, `ANSWERED` and `FOLLOWS`; None: before any known."""

    at: float | None
    source: str
    text: str
    how: int


@dataclass(frozen=True, slots=True)
class Logs:
    """``sources`` have a line at least; ``left_out`` says how many bytes of which are not here."""

    sources: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: Mapping[str, int]


def read(directory: Path, trace: Trace, exchanges: Sequence[Exchange]) -> Logs:
    """The logs of a report's ``logs``; none where there is no such directory.

    Secrets are replaced as in the trace. Lines of a log without stamps have the times of the answers they tell of.
    """
    files = sorted(path for path in directory.glob("*") if path.suffix in SUFFIXES) if directory.is_dir() else []
    redactor = Redactor(_key(trace))
    began, ended = _span(trace)
    answers = _answers(exchanges)
    lines: list[Line] = []
    left_out = {}
    for path in files:
        texts, cut = _lines(path)
        if cut:
            left_out[path.stem] = cut
        texts = [_clean(text, redactor) for text in texts]
        lines += _timed(path.stem, texts, answers.get(path.stem, {}), began, ended)
    # Python's sort is stable: what follows a line stays after it.
    lines.sort(key=lambda line: -inf if line.at is None else line.at)
    return Logs(tuple(dict.fromkeys(sorted(line.source for line in lines))), tuple(lines), left_out)


def _timed(
    source: str,
    texts: Sequence[str],
    answers: Mapping[tuple[str, str, str], Sequence[float]],
    began: float,
    ended: float,
) -> Iterator[Line]:
    stamps = [stamp(text) for text in texts]
    by = shift([told[0] for told in stamps if told is not None and not told[1]], began, ended)
    left = {about: deque(times) for about, times in answers.items()}
    last: float | None = None
    for text, told in zip(texts, stamps, strict=True):
        how = STAMPED
        if told is not None:
            last = told[0] if told[1] else told[0] + by
        elif (found := _ACCESS.search(text)) and (times := left.get((found[1], found[2].partition("?")[0], found[3]))):
            how, last = ANSWERED, times.popleft()
        else:
            how = FOLLOWS
        yield Line(last, source, text, how)


def _answers(exchanges: Iterable[Exchange]) -> dict[str, dict[tuple[str, str, str], list[float]]]:
    """By role: when it answered each method, path and status."""
    found: dict[str, dict[tuple[str, str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for each in exchanges:
        last = each.events[-1]
        if each.first.op == "request" and "status" in last.attrs:
            about = str(each.first.attrs["method"]), str(each.first.attrs["path"]), str(last.attrs["status"])
            found[each.target][about].append(datetime.fromisoformat(last.wall).timestamp())
    return found


def _lines(path: Path) -> tuple[list[str], int]:
    """Lines, of a long file those at its ends, and how many bytes between them are left out."""
    size = path.stat().st_size
    if size <= SHOWN_BYTES:
        return path.read_text("utf-8", "replace").splitlines(), 0
    half = SHOWN_BYTES // 2
    with path.open("rb") as file:
        head = file.read(half)
        file.seek(size - half)
        tail = file.read(half)
    first, last = (part.decode("utf-8", "replace").splitlines() for part in (head, tail))
    return [*first[:-1], f"… {size - SHOWN_BYTES} bytes are left out here …", *last[1:]], size - SHOWN_BYTES


def _clean(text: str, redactor: Redactor) -> str:
    shown = _SECRET.sub(lambda found: found[1] + redactor.digest(found[2]), redactor.text(text))
    return shown if len(shown) <= SHOWN_LINE else f"{shown[:SHOWN_LINE]} … of {len(shown)} characters"


def _key(trace: Trace) -> bytes:
    """The run's, so that a secret has the same digest here as in the trace."""
    seed = next((str(event.attrs.get("seed")) for event in trace if event.op == "run" and event.protocol == "kit"), "")
    return seed.encode() if not re.fullmatch(r"(?:[0-9a-f]{2})+", seed) else bytes.fromhex(seed)


def _span(trace: Trace) -> tuple[float, float]:
    walls = [event.wall for event in (*trace.events[:1], *trace.events[-1:])]
    began, ended = (datetime.fromisoformat(wall).timestamp() for wall in (walls or ["1970-01-01T00:00:00+00:00"] * 2))
    return began, ended
