from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.bench.offline import Rejected, measure
from hopcheck.trace import load

STORED = Path(__file__).parents[1] / "corpus" / "complete" / "trace.jsonl"


def test_a_good_trace_is_timed():
    trace = load(STORED)
    judged = measure(STORED)
    assert (judged.events, judged.runs) == (len(trace), 1)
    assert judged.read > 0
    assert judged.judge > 0


def test_the_time_of_another_says_nothing(tmp_path):
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b"".join(STORED.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(Rejected, match="is judged error: a trace that the kit closed"):
        measure(path)
