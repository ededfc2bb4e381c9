"""The tap as a process of its own: HTTP tap and store, with or without a contract check of every message."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from hopcheck.bench import CONTRACTS, exchange
from hopcheck.checks.contracts import Checker, Contracts
from hopcheck.taps.http import HttpTap
from hopcheck.topology.roles import Secrets
from hopcheck.trace import Event, Redactor, Store


@dataclass(slots=True)
class Counted:
    """Exchanges by what became of them: whole on disk, named and found in order, found in breach, not recognised."""

    written: int = 0
    checked: int = 0
    breached: int = 0
    unknown: int = 0


class Judged:
    """Checks each event as it is appended, so before the tap lets the message go on: there is no queue to fall behind.

    An exchange counts once its response is judged; ``checked`` are those whose request and response broke nothing.
    """

    def __init__(self, contracts: Contracts, counted: Counted) -> None:
        self._check = Checker(contracts).check
        self._counted = counted
        self._wrong: set[str | None] = set()

    def __call__(self, event: Event) -> None:
        checked = self._check(event)
        if checked.message != f"{exchange.OPERATION}.{event.op}":
            self._counted.unknown += 1
        if checked.breaches:
            self._wrong.add(event.exchange)
        if event.op != "response":
            return
        if event.exchange in self._wrong:
            self._counted.breached += 1
        else:
            self._counted.checked += 1


def written(trace: Path) -> int:
    """Exchanges whose request and response, with its whole body, stand in a trace.jsonl."""
    asked, answered = set(), set()
    with trace.open("rb") as lines:
        for line in lines:
            event = orjson.loads(line)
            if event["op"] == "request":
                asked.add(event["exchange"])
            elif event["attrs"]["complete"] and event["payload"]["size"] == len(event["payload"]["text"].encode()):
                answered.add(event["exchange"])
    return len(asked & answered)


async def tap(directory: Path, upstream: int, *, check: bool) -> Counted:
    """Stand before ``upstream``, tell the own port on stdout, and count once stdin has ended."""
    counted = Counted()
    judged = Judged(Contracts.load(CONTRACTS), counted) if check else None
    store = Store(directory, Redactor(b"bench", Secrets().values()))
    if judged is not None:
        store.subscribe(judged)
    listener = HttpTap(
        store, edge=exchange.EDGE, source=exchange.SOURCE, target=exchange.TARGET, upstream=("127.0.0.1", upstream)
    )
    print(await listener.start(), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await listener.stop()
    store.close()
    counted.written = written(store.path)
    return counted


def main(arguments: list[str]) -> None:
    """``DIRECTORY UPSTREAM-PORT store|check``; prints the port, and `Counted` as JSON when stdin ends."""
    directory, upstream, mode = arguments
    print(json.dumps(asdict(asyncio.run(tap(Path(directory), int(upstream), check=mode == "check")))))


if __name__ == "__main__":
    main(sys.argv[1:])
