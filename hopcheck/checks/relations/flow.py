"""What the diagram says beside its order: the loop's end, and activations (rules 15 and 16)."""

from __future__ import annotations

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, body, member
from hopcheck.checks.instance import Run
from hopcheck.trace import Event

TERMINAL = ("success", "failure", "canceled")


@clause("FLOW-001")
def ui_is_told_the_end(told: Told) -> Judged:
    """The last poll of a dispatched run shows a terminal status, and no system that still runs."""
    for run in told.attribution.runs:
        if not any(i.run is run and (i.handovers or i.playbooks) for i in told.attribution.instances):
            continue
        polls = [each.poll for each in run.passes if each.poll.status == 200]
        if is_over(run.last_shown):
            yield seen(run.execute.asked, *(polls[-1].events if polls else ()))
        elif (role := _who_kept_the_end(told, run)) is not None:
            yield Violation(
                polls[-1].answered if polls else run.execute.asked,
                " or ".join(TERMINAL) + " of every system",
                _shown(run.last_shown),
                role=role,
                absent=True,
            )


@clause("FLOW-002")
def tarball_is_sent_while_the_client_runs(told: Told) -> Judged:
    """The tarball is sent inside insights-client's run."""
    for instance in told.attribution.instances:
        for tarball in instance.tarballs:
            yield seen(tarball.post.asked)
            if not any(each.holds(tarball.post.asked) for each in instance.collections):
                yield Violation(tarball.post.asked, "inside insights-client's run", "outside")


@clause("FLOW-003")
def collection_runs_inside_the_playbook(told: Told) -> Judged:
    """insights-client starts and ends inside ansible-runner's run."""
    for instance in told.attribution.instances:
        for each in instance.collections:
            yield seen(*each.events)
            outlives = each.answered is None and any(each.holds(end) for end in _ends(instance.runners))
            if outlives or not all(instance.running(event) for event in each.events):
                yield Violation(each.events[-1], "inside ansible-runner's run", "outside")


@clause("FLOW-004")
def what_starts_also_ends(told: Told) -> Judged:
    """Verifier, ansible-runner and insights-client end by themselves, each after it started."""
    for instance in told.attribution.instances:
        collections = [each for each in instance.collections if each.has_ended]
        for each in (*instance.verifiers, *instance.runners, *instance.collections):
            yield seen(*each.events)
            # A run waits for its collection.
            waits = each in instance.runners and len(collections) < len(instance.collections)
            if not each.has_ended and not waits:
                yield Violation(each.asked, "an exit", "none", role=each.asked.target, absent=True)


@clause("FLOW-005")
def execute_is_pressed_once(told: Told) -> Judged:
    """The UI sends one execute request for one press of the button."""
    presses = told.history.kit("stimulus")
    sent = [run.execute.asked for run in told.attribution.runs]
    for number, press in enumerate(presses):
        until = presses[number + 1].seq if number + 1 < len(presses) else float("inf")
        own = [event for event in sent if press.seq < event.seq < until]
        if own:
            yield seen(*own)
        for again in own[1:]:
            yield Violation(again, "one execute request after one press", "another")


def is_over(shown: object) -> bool:
    """Whether a run as it is shown is at its end: a failure shows while other systems still run (server facts B.3)."""
    return member(shown, "status") in TERMINAL and not _open(shown)


def _open(shown: object) -> int:
    """How many systems still run, or are still to run, by a run's counts."""
    executors = member(shown, "executors")
    counts = [
        member(each, "counts", name)
        for each in (executors if isinstance(executors, list) else ())
        for name in ("running", "pending")
    ]
    return sum(count for count in counts if isinstance(count, int))


def _shown(shown: object) -> str:
    return f"{member(shown, 'status')}" + (f", {count} still running" if (count := _open(shown)) else "")


def _who_kept_the_end(told: Told, run: Run) -> str | None:
    """Who kept a run's end from the user; None where the run has none, which missing arrows say.

    Nobody here, where the last events were never fetched; the UI, where it asked no more afterwards; else the
    dispatcher, where it was asked and had no end to tell of all that it had fetched; else Remediations.
    """
    instances = [each for each in told.attribution.instances if each.run is run]
    fetched = [
        get.answered.seq for i in instances for upload in i.uploads for get in upload.gets if get.answered is not None
    ]
    later = [
        each
        for each in run.passes
        if each.poll.answered is not None and each.poll.asked.seq > max(fetched, default=run.execute.asked.seq)
    ]
    if not all(i.final is not None and i.final.fetched_same for i in instances):
        return None
    if not later:
        return "remediations-ui"
    statuses = [
        member(each, "status")
        for ask in later[-1].asks
        if told.history.is_arrow(9, ask.answered)
        for each in member(body(ask.answered), "data") or ()
        if member(each, "host") is None
    ]
    return "playbook-dispatcher" if set(statuses) - {*TERMINAL, "timeout"} else "remediations"


def _ends(processes: list[Exchange]) -> list[Event]:
    return [each.answered for each in processes if each.answered is not None]
