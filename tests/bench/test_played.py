from __future__ import annotations

import pytest

from hopcheck.bench.played import RUNNER, VERIFICATION, before, main
from hopcheck.trace import Event, Trace


def event(protocol, op, t, edge):
    return Event(1, t, t, "", "tap", edge, protocol, op, "a", "b", "x", None, {}, None)


def test_before_is_from_the_press_to_the_verifier():
    trace = Trace(
        [
            event("kit", "stimulus", 10**9, "kit"),
            event("process", "spawn", 3 * 10**9, VERIFICATION),
            event("process", "spawn", 9 * 10**9, RUNNER),
        ]
    )
    assert before(trace) == 2.0


def test_only_known_measurements(tmp_path):
    with pytest.raises(KeyError, match="weigh-me"):
        main(["weigh-me", str(tmp_path)])
