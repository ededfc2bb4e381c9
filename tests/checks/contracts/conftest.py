from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from hopcheck.checks.contracts import Breach, Contracts
from hopcheck.checks.contracts.breach import Found
from hopcheck.trace import Draft, Event, Redactor, Store

Seen = Callable[..., Event]


@pytest.fixture(scope="session")
def directory() -> Path:
    return Path(__file__).parents[3] / "contracts"


@pytest.fixture(scope="session")
def contracts(directory: Path) -> Contracts:
    return Contracts.load(directory)


@pytest.fixture(autouse=True)
def breaches_name_what_was_exercised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Holds every instance of these tests, good or bad, to what `Contracts.exercised` promises."""
    find = Contracts.find

    def watched(self: Contracts, event: Event, opening: Event | None = None) -> Found | None:
        found = find(self, event, opening)
        if found is None:
            return None

        def check(event: Event, opening: Event | None) -> list[Breach]:
            breaches = found.check(event, opening)
            named = {clause for breach in breaches for clause in breach.clauses}
            exercised = set()
            found.exercise(event, opening, exercised)
            assert named <= exercised, breaches
            return breaches

        return replace(found, check=check)

    monkeypatch.setattr(Contracts, "find", watched)


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    store = Store(tmp_path_factory.mktemp("trace"), Redactor(b"run key", ["topsecretpsk"]))

    def event(
        protocol: str,
        op: str,
        edge: str,
        attrs: dict[str, Any],
        payload: Any = None,
        *,
        source: str = "",
        target: str = "",
        exchange: str | None = "x",
    ) -> Event:
        left, _, right = edge.replace("<>", ">").partition(">")
        data = payload if payload is None or isinstance(payload, bytes) else orjson.dumps(payload)
        return store.append(
            Draft("tap", edge, protocol, op, source or left, target or right, exchange, None, attrs, data)
        )

    yield event
    store.close()
