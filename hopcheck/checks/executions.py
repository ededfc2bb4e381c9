"""Arrows 14 to 16 and 22 to 24: verification, ansible-runner, and the collection it starts."""

from __future__ import annotations

from collections.abc import Sequence

from hopcheck.checks.history import Exchange, History
from hopcheck.checks.instance import RUNNER, Instance
from hopcheck.checks.predicate import resolve
from hopcheck.checks.runs import asker
from hopcheck.checks.uploads import Upload, Uploads
from hopcheck.trace import Event


def read_executions(history: History, instances: Sequence[Instance], uploads: Uploads) -> list[Exchange]:
    """Give each instance its processes and its tarball; returns the runs of insights-client that belong to none."""
    for event in history.arrow(16):
        ident = option(event, "--ident")
        owner = next((i for i in instances if i.correlation_id == ident and _on(event, i)), _at_work(event, instances))
        if owner is not None:
            owner.runners.append(history.exchange(event))
    for event in history.arrow(14):
        exchange = history.exchange(event)
        if (verified := _verified(exchange, instances)) is not None:
            verified.verifiers.append(exchange)
    errands = []
    for event in history.arrow(22):
        exchange = history.exchange(event)
        owner = next((i for i in instances if _on(event, i) and i.running(event)), _without_runner(event, instances))
        if owner is not None:
            owner.collections.append(exchange)
        else:
            errands.append(exchange)
    for upload in uploads.on(history.hops.arrows[23].hop.edges[0]):
        if (owner := _collected(upload, instances, errands)) is not None:
            owner.tarballs.append(upload)
    return errands


def sent_during(upload: Upload, errands: Sequence[Exchange]) -> bool:
    """Whether an upload was sent while one of these runs of insights-client lasted."""
    post = upload.post.asked
    return any(each.holds(post) and each.asked.host == asker(post) for each in errands)


def _verified(exchange: Exchange, instances: Sequence[Instance]) -> Instance | None:
    """The oldest instance on that host whose playbook the verifier was given and which has none yet.

    The bus monitor may lag behind, so the message to the host, not its Dispatch, must have been seen before. A playbook
    that is nobody's can only be meant for one that has not ended.
    """
    event = exchange.asked
    asked = [
        i
        for i in instances
        if _on(event, i) and (i.handovers or i.playbooks) and i.delivered and i.delivered[0].seq < event.seq
    ]
    asked.sort(key=lambda i: i.delivered[0].seq)
    stdin = None if exchange.answered is None else resolve(exchange.answered, "stdin.sha256")
    same = [i for i in asked if stdin is None or stdin in i.playbooks]
    lasting = [i for i in asked if not any(end.seq < event.seq for end in i.ends)]
    return next((i for i in same or lasting if not i.verifiers), None)


def _at_work(event: Event, instances: Sequence[Instance]) -> Instance | None:
    """The instance that a run under a foreign ident can only be of: the one on that host that waits for its run."""
    waiting = [
        i
        for i in instances
        if _on(event, i)
        and not i.runners
        and i.delivered
        and i.delivered[0].seq < event.seq
        and not any(end.seq < event.seq for end in i.ends)
    ]
    return waiting[0] if len(waiting) == 1 else None


def _without_runner(event: Event, instances: Sequence[Instance]) -> Instance | None:
    """Where ansible-runner is none that can be seen: the one on that host whose playbook was verified last."""
    here = [i for i in instances if _on(event, i) and RUNNER in i.unwatched and not i.runners and i.verified(event)]
    return max(here, key=lambda i: i.verifiers[-1].asked.seq, default=None)


def _collected(upload: Upload, instances: Sequence[Instance], errands: Sequence[Exchange]) -> Instance | None:
    post = upload.post.asked
    here = [i for i in instances if i.host == asker(post)]
    inside = next((i for i in here if any(each.holds(post) for each in i.collections)), None)
    if inside is not None or sent_during(upload, errands):
        return inside
    started = [i for i in here if any(each.asked.seq < post.seq for each in i.collections)]
    return started[-1] if started else next((i for i in here if i.running(post)), None)


def option(event: Event, name: str) -> str | None:
    """The value of a command-line option of a process, None where it was not given."""
    argv = [str(each) for each in event.attrs.get("argv") or ()]
    for position, each in enumerate(argv):
        if each == name and position + 1 < len(argv):
            return argv[position + 1]
        if each.startswith(name + "="):
            return each.partition("=")[2]
    return None


def _on(event: Event, instance: Instance) -> bool:
    return event.host == instance.host
