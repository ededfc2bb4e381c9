from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.bench import CONTRACTS
from hopcheck.bench.kinds import KINDS, LINES, by_kind, measure
from hopcheck.checks.contracts import Contracts
from hopcheck.trace import load

STORED = Path(__file__).parents[1] / "corpus" / "complete" / "trace.jsonl"


@pytest.fixture(scope="module")
def contracts():
    return Contracts.load(CONTRACTS)


def test_every_message_has_one_kind():
    trace = load(STORED)
    kinds = by_kind(trace)
    assert sorted(kinds) == sorted(KINDS)
    assert sum(map(len, kinds.values())) == sum(event.protocol != "kit" for event in trace)
    assert {event.protocol for event in kinds[LINES]} == {"http"}


def test_every_kind_is_measured_and_uploads_by_line(contracts):
    trace = load(STORED)
    rates = measure(STORED, contracts)
    assert list(rates) == list(KINDS)
    assert rates["kafka"].messages == len(by_kind(trace)["kafka"])
    assert rates[LINES].messages > len(by_kind(trace)[LINES])
    assert all(rate.rate > 0 and 0 < rate.p50_us <= rate.p99_us for rate in rates.values())
