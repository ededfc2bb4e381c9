"""Arrows 3 to 6 and 11 to 13: from Execute to the worker, by run label, correlation id and message id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from hopcheck.checks.history import Exchange, History, body, member, request_id, segment
from hopcheck.checks.instance import Instance, Run
from hopcheck.checks.predicate import resolve
from hopcheck.trace import Event

LABEL = "playbook-run"
Calls = Mapping[tuple[str | None, str], Event]


def read_runs(history: History) -> list[Run]:
    """Every press of Execute, with the dispatch requests that bear its label, or none and were made for it."""
    dispatches = [history.exchange(event) for event in history.arrow(4)]
    runs = []
    for event in history.arrow(3):
        execute = history.exchange(event)
        run_id = member(body(execute.answered), "id")
        if not isinstance(run_id, str):
            run_id = next((_labels(d)[0] for d in dispatches if _labels(d) and _serves(d.asked, execute)), None)
        run = Run(_plan(event), execute, run_id)
        run.dispatches = [d for d in dispatches if (run_id in _labels(d) if _labels(d) else _serves(d.asked, execute))]
        runs.append(run)
    return runs


def read_instances(history: History, runs: list[Run]) -> list[Instance]:
    """One instance per work request of each run, followed to the worker's Dispatch."""
    instances = [instance for run in runs for dispatch in run.dispatches for instance in _items(run, dispatch)]
    _recipients(history, runs)
    _messages(history, instances)
    _deliveries(history, instances)
    _downloads(history, instances)
    _handovers(history, instances)
    for instance in instances:
        instance.unwatched = history.hops.unwatched
    return instances


def _plan(event: Event) -> str:
    steps = str(event.attrs.get("path", "")).split("/")
    return steps[steps.index("playbook_runs") - 1] if "playbook_runs" in steps else ""


def _labels(dispatch: Exchange) -> list[str]:
    items = body(dispatch.asked)
    labels = [member(item, "labels", LABEL) for item in items] if isinstance(items, list) else []
    return [label for label in labels if isinstance(label, str)]


def _serves(inner: Event, outer: Exchange) -> bool:
    rid = request_id(inner)
    return outer.holds(inner) if rid is None else rid == request_id(outer.asked)


def _items(run: Run, dispatch: Exchange) -> Iterable[Instance]:
    items, results = body(dispatch.asked), body(dispatch.answered)
    for position, item in enumerate(items if isinstance(items, list) else []):
        if member(item, "labels", LABEL) in (run.run_id, None):
            result = member(results, position)
            yield Instance(
                str(member(item, "recipient")), run, item, result if isinstance(result, Mapping) else None, dispatch
            )


def _recipients(history: History, runs: list[Run]) -> None:
    for event in history.named("dispatcher-internal.connectionStatusV2.request"):
        answers = body(history.answer(event))
        run = next((run for run in runs if _serves(event, run.execute)), None)
        for each in answers if isinstance(answers, list) and run is not None else ():
            if run is not None and isinstance(recipient := member(each, "recipient"), str):
                run.recipients[recipient] = each


def _messages(history: History, instances: list[Instance]) -> None:
    for event in history.arrow(5):
        exchange, document = history.exchange(event), body(event)
        asked = [
            i
            for i in instances
            if i.host == segment(event, "connections") and i.dispatch is not None and i.dispatch.asked.seq < event.seq
        ]
        still_open = [i for i in asked if i.dispatch is not None and i.dispatch.holds(event)]
        same_url = [i for i in still_open or asked if i.url == member(document, "payload")]
        fits = same_url or still_open
        owner = next((i for i in fits if not i.messages), fits[-1] if fits else None)
        if owner is not None:
            owner.messages.append(exchange)


def _deliveries(history: History, instances: list[Instance]) -> None:
    by_id: dict[tuple[str, str], Instance] = {}
    for instance in instances:
        for key in (instance.message_id, instance.correlation_id):
            if key is not None:
                by_id.setdefault((instance.host, key), instance)
    for events, place in ((history.arrow(6, "published"), "published"), (history.arrow(6), "delivered")):
        for event in events:
            host = addressee(event)
            # The connector's own leg is many hosts': there the topic alone tells.
            by_topic = event.host is None and event.attrs.get("leg") == "connector"
            if host is None or not (by_topic or event.host == host):
                continue
            ids = (member(body(event), "message_id"), member(body(event), "metadata", "crc_dispatcher_correlation_id"))
            owner = next((by_id[host, each] for each in ids if isinstance(each, str) and (host, each) in by_id), None)
            if owner is not None:
                getattr(owner, place).append(event)


def _downloads(history: History, instances: list[Instance]) -> None:
    by_url: dict[tuple[str, str], list[Instance]] = defaultdict(list)
    for instance in instances:
        told = member(body(instance.delivered[0]), "content") if instance.delivered else None
        for target in {_target(url) for url in (instance.url, told) if isinstance(url, str)}:
            by_url[instance.host, target].append(instance)
    calls = {(event.host, str(resolve(event, "args.1"))): event for event in history.arrow(13)}
    for get in history.arrow(11):
        fits = by_url.get((asker(get) or "", str(get.attrs.get("target"))), [])
        owner = _oldest_open(get, fits, calls)
        if owner is not None:
            owner.gets.append(history.exchange(get))


def addressee(event: Event) -> str | None:
    """The host that a topic names: ``<prefix>/<client id>/data/in`` and its likes."""
    steps = str(event.attrs.get("topic")).split("/")
    return steps[-3] if len(steps) > 3 else None


def asker(event: Event) -> str | None:
    """The host a request came from: its certificate's name, else the tap's own knowledge; None where they differ."""
    name = resolve(event, "tls.client_cn") or event.host
    return name if isinstance(name, str) and event.host in (None, name) else None


def _oldest_open(get: Event, fits: list[Instance], calls: Calls) -> Instance | None:
    """The oldest instance that was asked and has no playbook yet; else the last one, where it is one too many."""
    asked = [i for i in fits if i.delivered and i.delivered[0].seq < get.seq] or fits
    fresh = [i for i in asked if not i.gets]
    unserved = [i for i in asked if (call := calls.get((i.host, i.message_id or ""))) is None or call.seq > get.seq]
    order = sorted(fresh or unserved or asked, key=_delivered_at)
    return None if not order else order[0] if fresh else order[-1]


def _delivered_at(instance: Instance) -> Any:
    return instance.delivered[0].seq if instance.delivered else float("inf")


def _handovers(history: History, instances: list[Instance]) -> None:
    by_id = {(i.host, i.message_id): i for i in instances if i.message_id is not None}
    for event in history.arrow(13):
        if (owner := by_id.get((event.host or "", resolve(event, "args.1")))) is not None:
            owner.handovers.append(history.exchange(event))
    for part, place in (("begin", "begins"), ("end", "ends")):
        for event in history.arrow(13, part):
            if (owner := by_id.get((event.host or "", resolve(event, "args.1")))) is not None:
                getattr(owner, place).append(event)


def _target(url: str) -> str:
    split = urlsplit(url)
    return split.path + (f"?{split.query}" if split.query else "")
