"""Memory of a long run: a store that is written to and every event judged, a hundred thousand of them."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from hopcheck.bench import CONTRACTS
from hopcheck.bench.memory import pss_kb
from hopcheck.checks.contracts import Checker, Contracts
from hopcheck.topology.roles import Secrets
from hopcheck.trace import Draft, Event, Redactor, Store, load

EVENTS = 100_000
SAMPLES = 10


def again(events: Iterable[Event]) -> Iterator[Draft]:
    """The events as a tap would hand them over, from the beginning again and again; exchanges are new each time."""
    known = [event for event in events if event.protocol != "kit"]
    for turn in count():
        for event in known:
            exchange = None if event.exchange is None else f"{event.exchange}/{turn}"
            payload = None if event.payload is None else bytes(bytearray(event.payload.data))
            yield Draft(
                event.tap,
                event.edge,
                event.protocol,
                event.op,
                event.source,
                event.target,
                exchange,
                event.host,
                sent(event.attrs),
                payload,
            )


def sent(attrs: dict[str, Any]) -> dict[str, Any]:
    """Attributes as they were before the store redacted identities; as a tap's they are shared with no other event."""
    own: dict[str, Any] = orjson.loads(orjson.dumps(attrs))
    for pair in own.get("headers") or ():
        if isinstance(pair[1], dict):
            pair[1] = b64encode(orjson.dumps(pair[1]["decoded"])).decode()
    return own


def grow(source: Path, directory: Path, events: int, samples: int = SAMPLES) -> list[int]:
    """kB of this process after each ``samples``-th part of ``events``; the first is that before any."""
    drafts = again(load(source))
    store = Store(directory, Redactor(b"bench", Secrets().values()))
    check = Checker(Contracts.load(CONTRACTS)).check
    store.subscribe(lambda event: void(check(event)))
    found = [pss_kb(os.getpid())]
    for number, draft in enumerate(drafts, 1):
        store.append(draft)
        if number % (events // samples) == 0:
            found.append(pss_kb(os.getpid()))
        if number == events:
            break
    store.close()
    return found


def void(_: object) -> None:
    """A live check has no use for what kept its contract."""


def main(arguments: list[str]) -> None:
    """``TRACE EVENTS``; prints kB as JSON."""
    with tempfile.TemporaryDirectory(prefix="hopcheck-bench-") as directory:
        print(json.dumps(grow(Path(arguments[0]), Path(directory), int(arguments[1]))))


if __name__ == "__main__":
    main(sys.argv[1:])
