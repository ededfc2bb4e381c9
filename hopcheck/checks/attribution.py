"""From a history to instances of the diagram: who did what in which run on which host (rules 1 to 11)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from hopcheck.checks.executions import read_executions, sent_during
from hopcheck.checks.history import Exchange, History
from hopcheck.checks.instance import Expectation, Instance, Run, Session, expectation
from hopcheck.checks.predicate import resolve
from hopcheck.checks.runs import asker, read_instances, read_runs
from hopcheck.checks.sessions import registrations, sessions
from hopcheck.checks.status_loop import read_passes
from hopcheck.checks.uploads import Upload, Uploads, read_uploads
from hopcheck.trace import Event


@dataclass(frozen=True)
class Attribution:
    """What belongs to whom.

    ``served`` gives for a request to the dispatcher (by seq) the UI request it was made for, ``errands`` the uploads
    of insights-client outside any run, ``sessions`` every MQTT session of every host.
    """

    runs: list[Run]
    instances: list[Instance]
    uploads: Uploads
    sessions: list[Session]
    served: dict[int, Event]
    errands: list[Upload]

    def disturbed(self, host: str | None) -> bool:
        """Whether a fault was declared that excuses what was seen of a host, or of a server where ``host`` is None.

        A host that has runs of its own, none of which declared one, is not excused by what another suffered.
        """
        faults = {i.host for i in self.instances if i.expectation is not None and i.expectation.fault is not None}
        return bool(faults) and (host is None or host in faults or host not in {i.host for i in self.instances})

    @property
    def tarballs(self) -> list[Upload]:
        """Uploads of insights-client, whose staging and announce are background."""
        return [each for instance in self.instances for each in instance.tarballs] + self.errands


def attribute(history: History) -> Attribution:
    """Find the runs, give every instance its own, and match the scenario's expectations to them."""
    runs = read_runs(history)
    instances = read_instances(history, runs)
    served = read_passes(history, runs)
    uploads = read_uploads(history)
    errands = read_executions(history, instances, uploads)
    _give_uploads(history, instances, uploads)
    instances += _expect(history, runs, instances)
    every_session, every_registration = sessions(history), registrations(history)
    for instance in instances:
        instance.sessions = [each for each in every_session if each.host == instance.host]
        instance.registrations = [each for each in every_registration if each.host == instance.host]
    instances.sort(key=_place)
    return Attribution(runs, instances, uploads, every_session, served, _errand_uploads(history, uploads, errands))


def _give_uploads(history: History, instances: list[Instance], uploads: Uploads) -> None:
    by_correlation = {i.correlation_id: i for i in instances if i.correlation_id is not None}
    by_message = {i.message_id: i for i in instances if i.message_id is not None}
    for upload in uploads.on(history.hops.arrows[17].hop.edges[0]):
        owner = by_correlation.get(upload.correlation_id or "")
        if owner is None and upload.transmit is not None:
            owner = by_message.get(str(resolve(upload.transmit.asked, "args.2")))
        if owner is not None and owner.host == asker(upload.post.asked):
            owner.uploads.append(upload)
    for call in uploads.lone:
        owner = by_message.get(str(resolve(call.asked, "args.2")))
        if owner is not None and owner.host == call.asked.host:
            owner.lone_transmits.append(call)
    for instance in instances:
        instance.uploads.sort(key=lambda each: each.begin)


def _expect(history: History, runs: list[Run], instances: list[Instance]) -> list[Instance]:
    """Match the n-th expectation of a plan and host to the n-th run of that plan; returns what nobody dispatched."""
    wanted: dict[tuple[str, str], list[Expectation]] = defaultdict(list)
    for event in history.kit("expect"):
        each = expectation(event)
        wanted[each.plan, each.client_id].append(each)
    missing = []
    for (plan, host), expected in wanted.items():
        of_plan = [run for run in runs if run.plan == plan]
        for position, each in enumerate(sorted(expected, key=lambda e: (e.order, e.seq))):
            run = of_plan[position] if position < len(of_plan) else None
            found = next((i for i in instances if run is not None and i.run is run and i.host == host), None)
            if found is None:
                missing.append(found := Instance(host, run))
            found.expectation = each
    known = {id(instance.run) for instance in (*instances, *missing)}
    return missing + [Instance("", run) for run in runs if id(run) not in known]


def _errand_uploads(history: History, uploads: Uploads, errands: list[Exchange]) -> list[Upload]:
    edge = history.hops.arrows[23].hop.edges[0]
    return [each for each in uploads.on(edge) if sent_during(each, errands)]


def _place(instance: Instance) -> tuple[int, float, str]:
    """Runs in the order they were executed, those never executed where they were announced; hosts as announced."""
    run, expected = instance.run, instance.expectation
    first = run.execute.asked.seq if run is not None else expected.seq if expected is not None else 0
    return first, float("inf") if expected is None else expected.seq, instance.host
