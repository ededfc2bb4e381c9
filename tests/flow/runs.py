"""Legal runs of the real diagram, by pairs written down by hand from DESIGN's rules 5 to 12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain as joined
from itertools import pairwise
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from hopcheck.flow import Sighting

HEAD = [3, 4, 5, 6, 11, 12, 13]
TAIL = [25, 27, 28, 29, 30]
OUTCOMES = {
    "complete": [1, 2, *HEAD, 14, 15, 16, 22, 23, 24, *TAIL],
    "refused": [1, 2, *HEAD, 14, *TAIL],
    "busy": [1, 2, *HEAD, *TAIL],
    "failed": [1, 2, *HEAD, 14, 15, 16, 24, *TAIL],
    "not_connected": [3],
    "disturbed": [1, 2, *HEAD, 14, 15, 16, 22, 23, 24, *TAIL],
}
MAYBE = {"failed": [22, 23], "not_connected": [1, 2, 4, 5]}
PAIRS = [
    (1, 6),
    (2, 13),
    (3, 4),
    (4, 5),
    (5, 6),
    (6, 11),
    (11, 12),
    (12, 13),
    (13, 14),
    (14, 15),
    (15, 16),
    (16, 22),
    (16, 24),
    (22, 23),
    (22, 24),
    (15, 23),
    (23, 25),
    (24, 25),
    (13, 25),
    (14, 25),
    (25, 27),
    (27, 28),
    (28, 29),
    (29, 30),
]
WITH_UPLOADS = {"complete", "refused", "failed", "disturbed"}
EFFECTS = [3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 22, 23, 24, 25, 27, 28]
OBSERVED = {2: "dbus", 13: "dbus", 19: "kafka", 28: "kafka"}

Token = tuple[int, str | None, int]


def token(arrow: int) -> Token:
    return arrow, "last" if arrow in TAIL else None, 0


def _chain(arrows: Iterable[int], key: str) -> list[Token]:
    return [(arrow, key, index) for index, arrow in enumerate(arrows)]


def _pass(rng: Random, key: str) -> list[Token]:
    return _chain([7, *[8, 9] * rng.randint(1, 3), 10], key)


def _upload(rng: Random, key: str) -> list[Token]:
    failures = [[20, 21] if rng.random() < 0.5 else [20] for _ in range(rng.randint(0, 2))]
    return _chain([17, 18, 19, *joined(*failures), 20, 21], key)


def legal(rng: Random, outcome: str) -> list[Token]:
    arrows = OUTCOMES[outcome] + [a for a in MAYBE.get(outcome, []) if rng.random() < 0.5]
    edges = [(token(a), token(b)) for a, b in PAIRS if a in arrows and b in arrows]
    events = [token(arrow) for arrow in arrows]
    chains = [_pass(rng, f"pass {n}") for n in range(rng.randint(0, 3))]
    edges += [(token(3), chain[0]) for chain in chains]
    if outcome in WITH_UPLOADS:
        uploads = [_upload(rng, f"upload {n}") for n in range(rng.randint(0, 3))]
        edges += [edge for chain in uploads for edge in ((token(13), chain[0]), (chain[0], token(25)))]
        chains += uploads
    for chain in chains:
        events += chain
        edges += pairwise(chain)
    events += [(arrow, None, n) for arrow in (1, 2) for n in range(1, rng.randint(1, 3)) if arrow in arrows]
    edges += [((arrow, None, 0), (arrow, None, n)) for arrow, _, n in events if arrow in (1, 2) and n]
    return _shuffled(rng, events, edges)


def _shuffled(rng: Random, events: list[Token], edges: list[tuple[Token, Token]]) -> list[Token]:
    before: dict[Token, set[Token]] = {event: set() for event in events}
    for first, then in edges:
        before[then].add(first)
    done: list[Token] = []
    while before:
        ready = rng.choice([event for event, waits in before.items() if not waits.intersection(before)])
        del before[ready]
        done.append(ready)
    return done


def exact(tokens: Iterable[Token]) -> list[Sighting]:
    return [Sighting(seq, arrow, key) for seq, (arrow, key, _) in enumerate(tokens, 1)]


def lagging(rng: Random, tokens: Iterable[Token], observers: Mapping[int, str]) -> list[Sighting]:
    last: dict[str, float] = {}
    told: list[tuple[float, int, Token, str | None]] = []
    for at, event in enumerate(tokens):
        observer = observers.get(event[0])
        when = float(at)
        if observer is not None:
            when = last[observer] = max(last.get(observer, 0.0), at + rng.choice([0, 0, 0.5, 1.5, 3.5, 9.5]))
        told.append((when, at, event, observer))
    told.sort(key=lambda item: item[:2])
    return [Sighting(seq, arrow, key, observer) for seq, (_, _, (arrow, key, _), observer) in enumerate(told, 1)]


often = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
rngs = st.randoms(use_true_random=False)
