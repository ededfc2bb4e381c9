"""What the playbook worker makes of a message's metadata, whoever sent the message: the flow, or the kit by itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.contracts.multipart import MultipartError, parse
from hopcheck.checks.executions import option
from hopcheck.checks.history import Exchange
from hopcheck.checks.once import once
from hopcheck.checks.predicate import resolve
from hopcheck.checks.relations.handover import END, PLAYBOOK_WORKER
from hopcheck.trace import Event

NEEDED = {"return_url", "crc_dispatcher_correlation_id"}
INTERVAL_S = 300.0
LAST = (b'"executor_on_failed"', b'"playbook_on_stats"')


@dataclass(frozen=True, slots=True)
class Job:
    """A Dispatch to the playbook worker, what it transmitted for it, and its END."""

    dispatch: Event
    metadata: dict[str, str]
    transmits: list[Exchange]
    end: Event | None

    @property
    def is_whole(self) -> bool:
        """Whether the message says where to upload to, and for what."""
        return set(self.metadata) >= NEEDED


@clause("H-044")
def nothing_runs_without_metadata(told: Told) -> Judged:
    """A Dispatch without return_url or correlation id runs nothing and uploads nothing."""
    jobs = read_jobs(told)
    whole = {(job.dispatch.host, job.metadata["crc_dispatcher_correlation_id"]) for job in jobs if job.is_whole}
    for job in jobs:
        if job.is_whole:
            continue
        yield seen(job.dispatch, job.end)
        runs = [
            spawn
            for spawn in told.history.named("process.ansibleRunner.spawn", host=job.dispatch.host)
            if _during(job, spawn) and (spawn.host, option(spawn, "--ident")) not in whole
        ]
        for wrong in [*runs, *(each.asked for each in job.transmits)]:
            yield Violation(wrong, "no run and no upload", f"{wrong.op} on {wrong.edge}", role=PLAYBOOK_WORKER)


@clause("H-045")
def uploads_are_five_minutes_apart(told: Told) -> Judged:
    """Where a message names no response_interval, all uploads but the last follow 300 seconds of none.

    That is put to the test as far as a run lasts: a worker that waits for less, but longer than the run, passes.
    """
    for job in read_jobs(told):
        if "response_interval" in job.metadata or not job.is_whole or job.end is None:
            continue
        times = [job.dispatch, *(each.asked for each in job.transmits[:-1])]
        yield seen(job.dispatch, *(each.asked for each in job.transmits))
        for before, upload in pairwise(times):
            if (passed := (upload.t - before.t) / 1e9) < INTERVAL_S:
                yield Violation(
                    upload, f"an upload {INTERVAL_S:g} s after the one before it", f"one after {passed:.2f} s"
                )


@clause("H-057")
def last_upload_is_tried_once(told: Told) -> Judged:
    """A last upload that was refused, or never got through, is not sent again."""
    for job in read_jobs(told):
        last = [each for each in job.transmits if _tells_the_end(each.asked)]
        if not last or last[0].answered is None or not _failed(last[0]):
            continue
        yield seen(*last[0].events, job.end)
        for again in last[1:]:
            yield Violation(again.asked, "no upload after the last one", "another")


@once
def read_jobs(told: Told) -> list[Job]:
    """Every Dispatch to the playbook worker, in order."""
    history, jobs = told.history, []
    for call in history.named("dbus.Worker1.Dispatch.call", target=PLAYBOOK_WORKER):
        own = {"host": call.host}
        message = resolve(call, "args.1")
        transmits = [
            e for e in history.named("dbus.Dispatcher1.Transmit.call", **own) if resolve(e, "args.2") == message
        ]
        ends = [
            event
            for event in history.named("dbus.Worker1.Event.signal", **own)
            if (resolve(event, "args.0"), resolve(event, "args.1")) == (END, message)
        ]
        metadata = resolve(call, "args.3") or {}
        jobs.append(Job(call, metadata, [history.exchange(e) for e in transmits], ends[0] if ends else None))
    return jobs


def _during(job: Job, event: Event) -> bool:
    return event.seq > job.dispatch.seq and (job.end is None or event.seq < job.end.seq)


def _failed(transmit: Exchange) -> bool:
    answer = transmit.answered
    status = None if answer is None or answer.op != "return" else resolve(answer, "args.0")
    return not isinstance(status, int) or status >= 400


def _tells_the_end(transmit: Event) -> bool:
    kind = (resolve(transmit, "args.3") or {}).get("Content-Type", "")
    try:
        parts = parse(str(kind), b"" if transmit.payload is None else transmit.payload.data)
    except MultipartError:
        return False
    return any(word in part.data for part in parts for word in LAST)
