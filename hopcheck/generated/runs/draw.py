"""From a seed to a plan.

A generator of our own and not Hypothesis' state machine: a run takes seconds, so it has to be decided as a whole before
it begins, as data that can be stored, read, cut down part by part and played again by a later version of anything.
"""

from __future__ import annotations

import random

from hopcheck.generated.runs.acts import ANY_TIME, RESTARTS
from hopcheck.generated.runs.moment import hold, moment
from hopcheck.generated.runs.plan import COMPLETE, MANY_HOSTS, ONE_HOST, Act, Plan, Tale
from hopcheck.taps.hold import Hold

MOST_UPLOADS, MOST_TALES, MOST_WORDS = 4, 3, 200_000


def draw(seed: str) -> Plan:
    """The plan of a seed, always the same."""
    of = random.Random(seed)
    hosts = of.choice((1, 1, 2))
    kinds = ONE_HOST if hosts == 1 else MANY_HOSTS
    weights = [6 if kind == COMPLETE else 1 for kind in kinds]
    tales = [_tale(of, kind) for kind in of.choices(kinds, weights, k=of.randint(1, MOST_TALES))]
    return Plan(seed, tuple(tales), hosts, of.choice(("0.1", "0.2", "0.4")), of.choice(("0.1", "0.2", "0.5")))


def _tale(of: random.Random, kind: str) -> Tale:
    uploads = of.randint(1, MOST_UPLOADS) if kind in (COMPLETE, *MANY_HOSTS) else 0
    acts = tuple(_act(of, uploads) for _ in range(of.choice((0, 0, 1)))) if uploads else ()
    # A hold counts the messages of one host: of several nobody knows whose comes first.
    holds = tuple(_holds(of, uploads)) if kind == COMPLETE else ()
    words = of.choice((0, 0, 1, of.randint(2, MOST_WORDS))) if kind == COMPLETE else 0
    return Tale(kind, uploads, words, acts, holds)


def _act(of: random.Random, uploads: int) -> Act:
    what = of.choice((*ANY_TIME, *ANY_TIME, *RESTARTS))
    return Act(what, moment(f"17#{of.randint(1, uploads)}"))


def _holds(of: random.Random, uploads: int) -> list[Hold]:
    """Orders that the diagram leaves open, each brought about by keeping somebody waiting whom nobody waits for.

    The dispatcher's fetches and the status loop run beside the host's uploads; that a request was answered comes
    before nothing that follows from the request.
    """
    nth = of.randint(1, uploads)
    later = of.randint(nth, uploads)
    beside = (
        f"20#{nth} until 17#{later + 1}",
        f"21#{nth} until 19#{later + 1}",
        f"21#{nth} until 13.end#1",
        f"9#{of.randint(1, 3)} until 19#{later}",
        f"10#{of.randint(1, 3)} until 21#{later}",
        f"9#{of.randint(1, 3)} until 13.end#1",
    )
    late_answers = (
        "5.answer#1 until 13.begin#1",
        f"5.answer#1 until 19#{nth}",
        f"4.answer#1 until 21#{nth}",
        "4.answer#1 until 11.answer#1",
    )
    slow_hosts = ("6#1 until 4.answer#1", "12#1 until 4.answer#1")
    # Of one group only: together they could wait for each other.
    orders = of.choice((beside, beside, late_answers, slow_hosts))
    return [hold(text) for text in of.sample(orders, of.choice((0, 1, 1, 2)))]
