"""Run state: what the dispatcher makes of the events, and what Remediations shows of it."""

from __future__ import annotations

from collections import defaultdict

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member, segment
from hopcheck.checks.instance import Instance, Pass
from hopcheck.checks.once import once
from hopcheck.checks.uploads import FAILED, STATS, Upload
from hopcheck.trace import Event

FINAL = ("success", "failure")
RUN_HOSTS = "dispatcher-public.listRunHosts.response"
RUNS = "dispatcher-public.listRuns.response"


def told_status(upload: Upload) -> str:
    """The run status that an upload stands for (server facts A.9)."""
    names = {member(event, "event") for event in upload.lines}
    if FAILED in names or (STATS in names and "runner_on_failed" in names):
        return "failure"
    return "success" if STATS in names else "running"


@clause("SRV-081")
def finished_run_becomes_success(told: Told) -> Judged:
    """After playbook_on_stats without a failed event the run is a success."""
    yield from _becomes(told, "success")


@clause("SRV-082")
def failed_run_becomes_failure(told: Told) -> Judged:
    """After executor_on_failed, or playbook_on_stats with runner_on_failed, the run is a failure."""
    yield from _becomes(told, "failure")


@clause("SRV-083")
def unfinished_run_is_running(told: Told) -> Judged:
    """Until an upload tells the end the run is running."""
    for instance in told.attribution.instances:
        ends = [each.post.asked.seq for each in instance.uploads if each.finishes]
        for answer, status in _statuses(told, instance):
            if not ends or answer.seq < min(ends):
                yield seen(answer)
                if status in FINAL:
                    yield Violation(answer, "running", status, host=instance.host)


@clause("SRV-084")
def final_status_stays(told: Told) -> Judged:
    """A run that is a success or a failure does not change any more."""
    for instance in told.attribution.instances:
        settled: str | None = None
        for answer, status in _statuses(told, instance):
            if settled is not None:
                yield seen(answer)
                if status != settled:
                    yield Violation(answer, settled, status, host=instance.host)
                    break
            elif status in FINAL:
                settled = status


@clause("SRV-110")
def shown_status_is_the_aggregate(told: Told) -> Judged:
    """The run status in the UI is that of the dispatcher's runs of the same pass, put together; a system's its own."""
    for run in told.attribution.runs:
        for each in run.passes:
            shown, document = member(body(each.poll.answered), "status"), body(each.poll.answered)
            statuses = _dispatcher_statuses(told, each)
            own = str(each.poll.asked.attrs.get("path")).rstrip("/").rpartition("/")[2] == run.run_id
            if own and each.poll.status == 200 and (other := member(document, "id")) != run.run_id:
                yield Violation(each.poll.answered, f"the run {run.run_id}", str(other))
            if each.poll.status != 200 or member(document, "id") != run.run_id or statuses is None:
                continue
            yield seen(*each.poll.events)
            if shown != (asked := aggregate(statuses)):
                yield Violation(each.poll.answered, f"{asked} from {statuses}", str(shown))
    yield from _listed(told)
    yield from _answered(told)


@clause("SRV-111")
def console_is_the_stdout(told: Told) -> Judged:
    """The console of a system is the stdout of the dispatcher's host for that system in the same pass."""
    for run in told.attribution.runs:
        for each in run.passes:
            console, system = member(body(each.poll.answered), "console"), segment(each.poll.asked, "systems")
            hosts = [
                host for ask in each.asks for host in _data(ask.answered) if host.get("inventory_id", system) == system
            ]
            if each.poll.status != 200 or not isinstance(console, str) or not any("stdout" in host for host in hosts):
                continue
            yield seen(*each.poll.events)
            if console not in [host.get("stdout") for host in hosts]:
                yield Violation(each.poll.answered, "the dispatcher's stdout", f"{len(console)} other characters")


def _answered(told: Told) -> Judged:
    """A poll that waits for no answer itself is answered, where the same was asked again later and answered then."""
    for run in told.attribution.runs:
        later: set[object] = set()
        for each in reversed(run.passes):
            target = each.poll.asked.attrs.get("target")
            if each.poll.answered is not None:
                later.add(target)
            elif target in later and all(ask.answered is not None for ask in each.asks):
                yield Violation(each.poll.asked, "an answer", "none", role="remediations", absent=True)


def _listed(told: Told) -> Judged:
    """The status of a system in a list is that of its host in the same pass, a timeout being a failure."""
    for run in told.attribution.runs:
        for each in run.passes:
            answers = [ask.answered for ask in each.asks if ask.answered is not None]
            hosts = [host for answer in answers if told.history.name(answer) == RUN_HOSTS for host in _data(answer)]
            known: dict[object, set[object]] = defaultdict(set)
            for host in hosts:
                known[host.get("inventory_id")].add(
                    "failure" if host.get("status") == "timeout" else host.get("status")
                )
            for item in _data(each.poll.answered) if each.poll.status == 200 and hosts else ():
                yield seen(*each.poll.events)
                own = known[item.get("system_id")]
                if item.get("status") not in own:
                    yield Violation(
                        each.poll.answered, f"{own or 'nothing'} for {item.get('system_id')}", str(item.get("status"))
                    )


def aggregate(statuses: list[str]) -> str:
    """The status of a run of direct hosts: their dispatcher runs fold into one executor (server facts B.3)."""
    known = set(statuses)
    if known & {"failure", "timeout"}:
        return "failure"
    if "running" in known:
        return "running"
    if "success" in known:
        return "success"
    return "canceled" if known else "pending"


def _becomes(told: Told, asked: str) -> Judged:
    """The dispatcher's last word on a run that ends as ``asked``, given after it fetched an upload that tells so.

    That may be an interval upload: the last one brings nothing new where the runner's last event came before a tick.
    Where uploads told both ends, as when a run failed once it was through, the one that came first stays (SRV-084).
    """
    for instance in told.attribution.instances:
        final = instance.final
        if final is None or told_status(final) != asked:
            continue
        fetched = [
            get.answered.seq
            for upload in (*instance.uploads, final)
            if told_status(upload) == asked and upload.fetched_same
            for get in upload.gets
            if get.answered is not None
        ]
        later = [
            (answer, status) for answer, status in _statuses(told, instance) if fetched and answer.seq > min(fetched)
        ]
        if not later:
            continue
        yield seen(final.post.asked, later[-1][0])
        told_ends = {told_status(upload) for upload in instance.uploads if upload.fetched_same} & {*FINAL}
        if later[-1][1] not in {asked, *told_ends}:
            absent = later[-1][1] == "running"
            yield Violation(later[-1][0], asked, later[-1][1], absent=absent, host=instance.host)


def _statuses(told: Told, instance: Instance) -> list[tuple[Event, str]]:
    """What the dispatcher said of an instance's run, in order."""
    run_id = member(instance.result, "id")
    return _said(told).get(run_id, []) if isinstance(run_id, str) else []


@once
def _said(told: Told) -> dict[object, list[tuple[Event, str]]]:
    """Every answer about a run with the status that it tells, by run id."""
    said: dict[object, list[tuple[Event, str]]] = {}
    for answer in told.history.named(RUNS):
        for each in _data(answer):
            if isinstance(run_id := each.get("id"), str) and isinstance(status := each.get("status"), str):
                said.setdefault(run_id, []).append((answer, status))
    return said


def _dispatcher_statuses(told: Told, each: Pass) -> list[str] | None:
    """The statuses of the runs with hosts that a pass was told; None where it asked for no runs or got an error."""
    answers = [ask.answered for ask in each.asks if ask.answered is not None]
    runs = [a for a in answers if told.history.name(a) == RUNS and a.attrs.get("status") == 200]
    hosts = [a for a in answers if told.history.name(a) == RUN_HOSTS and a.attrs.get("status") == 200]
    if not runs or len(runs) + len(hosts) != len(each.asks):
        return None
    with_hosts = {member(host, "run", "id") for answer in hosts for host in _data(answer)}
    return [
        str(run.get("status")) for answer in runs for run in _data(answer) if not hosts or run.get("id") in with_hosts
    ]


def _data(answer: Event | None) -> list[dict[str, object]]:
    data = member(body(answer), "data")
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []
