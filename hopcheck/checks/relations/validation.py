"""The validator: which uploads it takes, and which it must refuse (server facts A.8)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import orjson

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.once import once
from hopcheck.checks.relations.connector import is_uuid
from hopcheck.checks.relations.events import DATA_FIELDS
from hopcheck.checks.relations.staging import routing
from hopcheck.checks.uploads import CORRELATION, STARTED, Upload, decompressed
from hopcheck.trace import Event, document

PLAYBOOK = "playbook"

NAMED: dict[str, tuple[type, ...]] = {
    "event": (str,),
    "uuid": (str,),
    "counter": (int,),
    "start_line": (int,),
    "end_line": (int,),
    "stdout": (str, type(None)),
    "event_data": (dict,),
}
OPTIONAL = {"stdout", "event_data"}
SMALL, LARGE = 1_048_576, 3_145_728
"""Bytes: what every Playbook Dispatcher takes, whatever its limit, and more than which none does."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """An upload of a direct host that was announced, and what the validator said of it.

    ``lines`` are its events, decompressed; None where that is bad, and for a line that is no JSON.
    """

    upload: Upload
    verdicts: list[Event]
    updates: list[Event]
    size: int
    lines: list[Any] | None
    compressed: bool

    @property
    def words(self) -> list[Any]:
        return [member(body(each), "validation") for each in self.verdicts]

    @property
    def valid(self) -> bool:
        """Whether every line is a good event, and there is one."""
        return bool(self.lines) and all(_fits(each) for each in self.lines or ())

    @property
    def named(self) -> bool:
        """Whether a run is named."""
        starts = (each for each in self.lines or () if member(each, "event") == STARTED)
        found = (member(each, "event_data", CORRELATION) for each in starts)
        return is_uuid(next((each for each in found if each is not None), None))

    def told(self, verdict: str, why: str) -> Judged:
        """That there is this verdict and no other."""
        if set(self.words) != {verdict}:
            got = ", ".join(map(str, self.words)) or "none"
            yield Violation(self.upload.announces[0], f"validation {verdict} of {why}", got, absent=not self.words)

    def refused(self, why: str) -> Judged:
        """That there is the verdict failure, and no update."""
        yield seen(*self.upload.announces, *self.verdicts)
        yield from self.told("failure", why)
        for update in self.updates:
            yield Violation(update, f"no update of {why}", "one")


@clause("SRV-062")
def wrong_sizes_are_refused(told: Told) -> Judged:
    """What was announced as empty, or as more than any limit, is refused and not fetched."""
    for each in judgements(told):
        if each.size == 0 or each.size > LARGE:
            why = f"{each.size} bytes"
            yield from each.refused(why)
            for get in each.upload.gets:
                yield Violation(get.asked, f"no fetch of {why}", "one")


@clause("SRV-064")
def compressed_uploads_are_taken(told: Told) -> Judged:
    """A good upload is taken, and its events are passed on, also where it is compressed."""
    for each in judgements(told):
        if not each.compressed or not each.valid or not each.named or each.size > SMALL:
            continue
        yield seen(*each.upload.announces, *each.verdicts)
        yield from each.told("success", "a compressed upload")
        if not each.updates:
            yield Violation(each.upload.announces[0], "an update of a compressed upload", "none", absent=True)


@clause("SRV-065")
def bad_lines_are_refused(told: Told) -> Judged:
    """An upload with a line that is no JSON or breaks the schema is refused; blank lines do no harm."""
    for each in judgements(told):
        if each.lines is None or not 0 < each.size <= SMALL or not each.lines:
            continue
        if not each.valid:
            yield from each.refused("a bad line")
        elif each.named and _blank(each.upload):
            yield seen(*each.upload.announces, *each.verdicts)
            yield from each.told("success", "events and blank lines")


@clause("SRV-067")
def uploads_of_nothing_are_refused(told: Told) -> Judged:
    """An upload without events, or which names no run by a UUID, is refused."""
    for each in judgements(told):
        if each.lines is None or not 0 < each.size <= SMALL:
            continue
        if not each.lines:
            yield from each.refused("no events")
        elif each.valid and not each.named:
            yield from each.refused("events of no run")


@once
def judgements(told: Told) -> list[Judgement]:
    """Every upload of a playbook that was announced."""
    judged, verdicts = [], defaultdict[Any, list[Event]](list)
    updates: dict[Any, list[Event]] = defaultdict(list)
    for found, name in ((verdicts, "kafka.validation"), (updates, "kafka.runnerUpdates")):
        for record in told.history.named(name):
            found[member(body(record), "request_id")].append(record)
    for upload in told.attribution.uploads.by_key.values():
        if not upload.announces or upload.file is None or routing(upload)[0] != PLAYBOOK:
            continue
        size, opened = member(body(upload.announces[0]), "size"), decompressed(upload.file.data)
        judged.append(
            Judgement(
                upload,
                verdicts[upload.request_id],
                updates[upload.request_id],
                size if isinstance(size, int) else -1,
                None if opened is None else [_json(line) for line in opened.split(b"\n") if line.strip()],
                opened is not upload.file.data,
            )
        )
    return judged


@clause("SRV-066")
def unnamed_attributes_are_accepted(told: Told) -> Judged:
    """An upload is not refused that has all that the schema names, as it names it, and more."""
    for each in judgements(told):
        if not _good(each.upload) or not any(_unnamed(event) for event in each.upload.lines):
            continue
        for record in each.verdicts:
            yield seen(each.upload.post.asked, record)
            if (got := member(body(record), "validation")) != "success":
                yield Violation(record, "success for events with further attributes", str(got))


def _good(upload: Upload) -> bool:
    """Whether nothing but its further attributes can be a reason to refuse an upload."""
    return (
        upload.fetched_same
        and upload.file is not None
        and 0 < len(upload.file.data) <= SMALL
        and upload.correlation_id is not None
        and all(_named(event) for event in upload.lines)
    )


def _named(event: Any) -> bool:
    """Whether an event has what the schema names, of the types that it gives, and no text in it is empty."""
    data = member(event, "event_data") or {}
    return _fits(event) and all(data[name] for name in DATA_FIELDS & set(data))


def _fits(event: Any) -> bool:
    """Whether a line is an event."""
    if not isinstance(event, dict) or set(NAMED) - OPTIONAL - set(event):
        return False
    data = event.get("event_data", {})
    return (
        all(_is_a(event[name], types) for name, types in NAMED.items() if name in event)
        and 3 <= len(event["event"]) <= 50
        and min(event["start_line"], event["end_line"]) >= 0
        and all(isinstance(data[name], str) for name in DATA_FIELDS & set(data))
        and data.get("playbook") != ""
    )


def _is_a(value: Any, types: tuple[type, ...]) -> bool:
    return isinstance(value, types) and (not isinstance(value, bool) or bool in types)


def _unnamed(event: dict[str, Any]) -> bool:
    return bool(set(event) - set(NAMED) or set(event.get("event_data", {})) - DATA_FIELDS)


def _blank(upload: Upload) -> bool:
    """Whether a line between two others is blank."""
    return upload.file is not None and any(not line.strip() for line in upload.file.data.strip().split(b"\n"))


def _json(line: bytes) -> Any:
    try:
        return document.read(line)
    except orjson.JSONDecodeError:
        return None
