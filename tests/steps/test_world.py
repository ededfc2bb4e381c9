from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import steps.world
from hopcheck.topology.story import ALONE, BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED, WRITE_CONFIG, System
from hopcheck.trace import Event, Trace
from steps.world import World

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("given", "story"),
    [
        ("a_plan_with_two_issues", COMPLETE),
        ("a_plan_on_one_system", ALONE),
        ("a_plan_that_fails", FAILED),
        ("an_altered_plan", REFUSED),
        ("an_absent_system", NOT_CONNECTED),
        ("a_busy_system", BUSY),
    ],
)
def test_a_given_picks_the_story_that_the_when_plays(world: Make, given: str, story: Any) -> None:
    made = world()
    made.played = None
    getattr(steps.world, given)(made)
    steps.world.the_user_executes(made)
    assert made.played.story is story


def test_the_run_is_the_scenarios_own(world: Make, run: Make) -> None:
    mine = run()
    assert world(run(label="other"), mine).runs == [mine]


def test_a_run_of_which_nothing_was_seen(world: Make, run: Make) -> None:
    with pytest.raises(AssertionError, match="nothing was seen of the run"):
        _ = world(run(label="other")).runs


def test_no_when_no_run(world: Make) -> None:
    made = world()
    made.played = None
    with pytest.raises(AssertionError, match="a When is missing"):
        _ = made.runs


def test_a_trace_is_judged_once_all_of_it_is_there_and_again_for_more_than_pings() -> None:
    trace = Trace([])
    judged: list[Trace] = []
    judge: Any = SimpleNamespace(judge=lambda seen: judged.append(seen) or len(judged))

    def happens(op: str) -> None:
        seq = len(trace.events) + 1
        trace.events.append(Event(seq, seq, seq, "", "", "", "mqtt", op, "", "", None, None, {}, None))

    late = ["PUBLISH"]
    stage = SimpleNamespace(trace=trace, catch_up=lambda: [happens(late.pop()) for _ in list(late)])
    made = World(stage, judge)  # type: ignore[arg-type]
    assert [made.verdict, made.verdict] == [1, 1]
    happens("PINGREQ")
    happens("PINGRESP")
    assert made.verdict == 1
    happens("PUBLISH")
    assert made.verdict == 2
    assert [len(seen) for seen in judged] == [1, 4]
    assert trace not in judged


def test_each_system_has_a_run_of_its_own(world: Make, run: Make, cast: Any) -> None:
    first, second = run(), run(host=cast[1].identity.client_id)
    made = world(second, first, cast=cast)
    assert made.runs == [first, second]
    assert made.run_on("mail") is second
    with pytest.raises(AssertionError, match="no system 'files'; it has web, mail"):
        made.run_on("files")
    with pytest.raises(AssertionError, match=r"nothing was seen of the run .* on host-2"):
        _ = world(first, cast=cast).runs


def test_a_table_is_a_plan_on_its_systems(world: Make) -> None:
    made = world()
    rows = [["system", "connection", "issues", "outcome"], ["web", "connected", "config", "complete"]]
    steps.world.a_plan_on_these_systems(made, rows)
    assert made.story.systems == (System("web", (WRITE_CONFIG,), uploads=0),)
