"""An instance flattened: which events show which arrow, and the places that the flow is judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from hopcheck.checks.history import Exchange, History
from hopcheck.checks.instance import Instance
from hopcheck.checks.uploads import Upload
from hopcheck.flow import Sighting
from hopcheck.trace import Event

Shown = tuple[Sighting, list[Event]]
OBSERVERS = ("dbus:", "kafka:")


def sightings(history: History, instance: Instance) -> list[Shown]:
    """Every occurrence of every arrow, in the trace's order, with all events that belong to it.

    A second event under one message id is the same occurrence (rule 11); a second Dispatch or process is not.
    """
    shown = [each for part in _PARTS for each in part(history, instance)]
    return sorted(shown, key=lambda each: (each[0].seq, each[0].arrow))


def events_by_arrow(shown: Iterable[Shown]) -> dict[int, list[int]]:
    """For each arrow the seqs of all its events."""
    found: dict[int, set[int]] = defaultdict(set)
    for sighting, events in shown:
        found[sighting.arrow].update(event.seq for event in events)
    return {arrow: sorted(seqs) for arrow, seqs in found.items()}


def _see(
    arrow: int,
    event: Event,
    events: Iterable[Event | None],
    *,
    key: str | None = None,
    note: str = "",
    seq: int | None = None,
) -> Shown:
    observer = event.tap if event.tap.startswith(OBSERVERS) else None
    own = [each for each in (event, *events) if each is not None]
    return Sighting(event.seq if seq is None else seq, arrow, key=key, observer=observer, note=note), own


def _sessions(history: History, instance: Instance) -> Iterator[Shown]:
    for session in instance.sessions:
        if session.whole is not None:
            yield _see(1, session.events[0], session.events, seq=session.whole)
    for each in instance.registrations:
        if each.owned.answered is not None and each.started is not None:
            yield _see(2, each.owned.answered, [each.owned.asked, each.started])


def _requests(history: History, instance: Instance) -> Iterator[Shown]:
    if instance.run is not None:
        yield _question(3, instance.run.execute)
    if instance.dispatch is not None:
        yield _question(4, instance.dispatch)
    for message in instance.messages:
        yield _question(5, message)
    if instance.delivered:
        first, *again = instance.delivered
        yield _see(6, first, [*instance.published, *again])


def _status_loop(history: History, instance: Instance) -> Iterator[Shown]:
    for each in instance.run.passes if instance.run is not None else ():
        yield _see(7, each.poll.asked, [], key=each.key)
        for ask in each.asks:
            yield _see(8, ask.asked, [], key=each.key)
            yield from _end(history, 9, ask, each.key)
        yield from _end(history, 10, each.poll, each.key)


def _playbook(history: History, instance: Instance) -> Iterator[Shown]:
    for get in instance.gets:
        yield _see(11, get.asked, [])
        yield from _end(history, 12, get)
    for handover in instance.handovers:
        yield _question(13, handover)


def _processes(history: History, instance: Instance) -> Iterator[Shown]:
    for verifier in instance.verifiers:
        yield _see(14, verifier.asked, [])
        yield from _end(history, 15, verifier)
    for runner in instance.runners:
        yield _see(16, runner.asked, [])
        yield from _end(history, 24, runner)
    for collection in instance.collections:
        yield _question(22, collection)
    for tarball in instance.tarballs:
        yield _question(23, tarball.post)


def _uploads(history: History, instance: Instance) -> Iterator[Shown]:
    for upload in instance.uploads:
        yield from _upload(history, upload, 25 if upload is instance.final else 17)


def _upload(history: History, upload: Upload, first: int) -> Iterator[Shown]:
    staged, announced, asked, answered = (18, 19, 20, 21) if first == 17 else (27, 28, 29, 30)
    post, key = upload.post, upload.key
    transmit = [] if upload.transmit is None else upload.transmit.events
    note = "" if transmit else "no Transmit call carried it"
    yield _see(first, post.asked, [*transmit, post.answered], key=key, note=note)
    if upload.puts:
        again = [event for put in upload.puts for event in put.events]
        yield _see(staged, upload.puts[0].asked, again, key=key)
    for announce in upload.announces:
        yield _see(announced, announce, [], key=key)
    for get in upload.gets:
        yield _see(asked, get.asked, [], key=key)
        yield from _end(history, answered, get, key)


def _question(arrow: int, exchange: Exchange) -> Shown:
    """A solid arrow whose answer has no dashed one: the answer belongs to it."""
    return _see(arrow, exchange.asked, [exchange.answered])


def _end(history: History, arrow: int, exchange: Exchange, key: str | None = None) -> Iterator[Shown]:
    if exchange.answered is not None and history.is_arrow(arrow, exchange.answered):
        yield _see(arrow, exchange.answered, [], key=key)


_PARTS: tuple[Callable[[History, Instance], Iterator[Shown]], ...] = (
    _sessions,
    _requests,
    _status_loop,
    _playbook,
    _processes,
    _uploads,
)
