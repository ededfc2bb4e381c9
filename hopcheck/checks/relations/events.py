"""The event stream: what each upload holds, and how uploads of one run relate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import member
from hopcheck.checks.uploads import CORRELATION, STARTED

SHOWN = 5
FIELDS = {"counter", "end_line", "event", "event_data", "start_line", "stdout", "uuid", "runner_ident"}
DATA_FIELDS = {
    "crc_dispatcher_correlation_id",
    "crc_dispatcher_error_code",
    "crc_dispatcher_error_details",
    "host",
    "playbook",
    "playbook_uuid",
}


@clause("H-046")
def stream_begins_with_start(told: Told) -> Judged:
    """A run's first upload begins with executor_on_start, counter -1, no lines and the run's correlation id."""
    for instance in told.attribution.instances:
        for upload in instance.uploads[:1]:
            first, post = member(upload.lines, 0), upload.post.asked
            yield seen(post)
            asked = {"event": STARTED, "counter": -1, "start_line": 0, "end_line": 0}
            if (got := {name: member(first, name) for name in asked}) != asked:
                yield Violation(post, str(asked), str(got))
            elif (correlation_id := member(first, "event_data", CORRELATION)) != instance.correlation_id:
                yield Violation(post, f"correlation id {instance.correlation_id}", str(correlation_id))


@clause("SRV-070")
def start_is_repeated(told: Told) -> Judged:
    """Each upload holds executor_on_start with the run's correlation id, without which nobody knows whose it is."""
    for instance in told.attribution.instances:
        for upload in instance.uploads:
            yield seen(upload.post.asked)
            if upload.correlation_id != instance.correlation_id:
                yield Violation(
                    upload.post.asked, f"{STARTED} with {instance.correlation_id}", str(upload.correlation_id)
                )


@clause("H-052")
def runner_events_are_reduced(told: Told) -> Judged:
    """Runner events have only the agreed fields, and the correlation id."""
    for instance in told.attribution.instances:
        for upload in instance.uploads:
            for event in upload.lines:
                if not isinstance(event, dict) or str(event.get("event")).startswith("executor_"):
                    continue
                yield seen(upload.post.asked)
                inner = event.get("event_data")
                data = inner if isinstance(inner, dict) else {}
                extra = sorted(set(event) - FIELDS) + sorted(f"event_data.{n}" for n in set(data) - DATA_FIELDS)
                if extra:
                    yield Violation(upload.post.asked, f"no other fields in {event.get('event')}", ", ".join(extra))
                    break
                if data.get("crc_dispatcher_correlation_id") != instance.correlation_id:
                    yield Violation(
                        upload.post.asked,
                        f"correlation id {instance.correlation_id}",
                        str(data.get("crc_dispatcher_correlation_id")),
                    )
                    break


@clause("H-055")
def uploads_are_cumulative(told: Told) -> Judged:
    """Each upload's lines begin the next one's."""
    for instance in told.attribution.instances:
        for earlier, later in zip(instance.uploads, instance.uploads[1:], strict=False):
            yield seen(earlier.post.asked, later.post.asked)
            if later.lines[: len(earlier.lines)] != earlier.lines:
                yield Violation(
                    later.post.asked,
                    f"the {len(earlier.lines)} events of upload {earlier.key} first",
                    f"{len(later.lines)} events that do not begin so",
                )


@clause("SRV-071")
def no_event_is_left_out(told: Told) -> Judged:
    """ansible-runner counts its events from 1: an upload that has one of them has all before it."""
    for instance in told.attribution.instances:
        for upload in instance.uploads:
            if not (counters := _runner_counters(upload.lines)):
                continue
            yield seen(upload.post.asked)
            if lacking := sorted(set(range(1, max(counters))) - counters):
                yield Violation(
                    upload.post.asked,
                    f"every event up to {max(counters)}",
                    f"all but {', '.join(map(str, lacking[:SHOWN]))}{' …' if len(lacking) > SHOWN else ''}",
                )


@clause("SRV-091")
def no_upload_is_older(told: Told) -> Judged:
    """No upload has fewer events than the one before it, all of which that one had."""
    for instance in told.attribution.instances:
        for earlier, later in zip(instance.uploads, instance.uploads[1:], strict=False):
            if not earlier.lines or not later.lines:
                continue
            yield seen(earlier.post.asked, later.post.asked)
            if len(later.lines) < len(earlier.lines) and all(event in earlier.lines for event in later.lines):
                yield Violation(
                    later.post.asked,
                    f"nothing older than the {len(earlier.lines)} events of upload {earlier.key}",
                    f"{len(later.lines)} of them",
                )


@clause("H-056")
def one_upload_is_final(told: Told) -> Judged:
    """After the run there is one upload with all events, and none after it."""
    for instance in told.attribution.instances:
        exits = [each.answered for each in instance.runners if each.answered is not None and each.has_ended]
        if not exits and not instance.ends:
            continue
        final = instance.final
        yield seen(*exits, *([final.post.asked] if final is not None else ()))
        if final is None:
            yield Violation(exits[-1] if exits else instance.ends[-1], "a final upload", "none", absent=True)
            continue
        if exits and final.post.asked.seq < exits[-1].seq:
            yield Violation(final.post.asked, "the final upload after ansible-runner's exit", "before it")
        for late in instance.uploads[instance.uploads.index(final) + 1 :]:
            yield Violation(late.post.asked, "no upload after the final one", f"upload {late.key}")


def _runner_counters(lines: Iterable[Any]) -> set[int]:
    """The counters of the events that are ansible-runner's, not the worker's own."""
    counters = (member(event, "counter") for event in lines if not str(member(event, "event")).startswith("executor_"))
    return {counter for counter in counters if isinstance(counter, int)}
