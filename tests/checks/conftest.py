from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from checks_world import CONTRACTS, World

from hopcheck.checks.attribution import attribute
from hopcheck.checks.clause import Told
from hopcheck.checks.contracts import upload_parts
from hopcheck.checks.history import History
from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import Verdict


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge(CONTRACTS)


@pytest.fixture
def judged(judge: Judge) -> Callable[[World], Verdict]:
    return lambda world: judge.judge(world.trace())


@pytest.fixture
def state(judged: Callable[[World], Verdict]) -> Callable[[World, str], str]:
    return lambda world, clause: judged(world).clauses[clause].state


@pytest.fixture
def told(judge: Judge) -> Callable[[World], Told]:
    def read(world: World) -> Told:
        trace = world.trace()
        history = History(trace, judge.check(trace)[0], judge.hops, upload_parts)
        return Told(history, attribute(history))

    return read
