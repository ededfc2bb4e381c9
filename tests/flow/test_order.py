from __future__ import annotations

import copy

import pytest

from hopcheck.flow import NotExecutable, OrderError, load_order, parse


def test_the_contract(order):
    assert [(loop.name, loop.arrows, loop.after) for loop in order.loops] == [
        ("passes", (7, 8, 9, 10), 3),
        ("uploads", (17, 18, 19, 20, 21), 13),
    ]
    assert order.sessions == {1: 6, 2: 13}
    assert order.loop_of(18) is order.loop("Event Data Upload")
    assert order.loop_of(25) is None
    assert set(order.outcomes) == {"complete", "not_connected", "refused", "busy", "failed", "disturbed"}


def test_complete_demands_all_but_the_loops(order, flow):
    inside = {arrow.number for loop in flow.loops for arrow in loop.arrows}
    assert order.outcome("complete").demanded == {*range(1, 31)} - inside
    assert [name for name, outcome in order.outcomes.items() if outcome.excuses_after_fault] == ["disturbed"]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("order", "sessions"), {1: 31}, "order.sessions.1"),
        (("order", "sessions"), {"x": 3}, "order.sessions"),
        (("order", "derived"), 26, "order.derived"),
        (("order", "derived"), [26, 26], "order.derived"),
        (("order", "observed"), [0], "order.observed.0"),
        (("order", "speed"), 1, "order.speed"),
        (("order", "loops", "passes", "label"), "Status", "order.loops.passes.label"),
        (("order", "loops", "passes", "after"), None, "order.loops.passes.after"),
        (("order", "loops", "uploads", "before"), {7: 25}, "order.loops.uploads.before.7"),
        (("order", "loops", "uploads"), [], "order.loops.uploads"),
        (("order", "repeats"), [8], "order.repeats.0"),
        (("order", "retries"), [{"request": 20}], "order.retries.0"),
        (("order", "retries"), [{"request": 20, "response": 21, "tries": 0}], "order.retries.0.tries"),
        (("order", "one_key"), [[25, "x"]], "order.one_key.0.1"),
        (("outcomes", "busy", "optional"), [7, 8, 9], "outcomes.busy"),
        (("outcomes", "busy", "optional"), [1, 7, 8, 9, 10], "outcomes.busy"),
        (("outcomes", "busy", "after_fault"), "maybe", "outcomes.busy.after_fault"),
        (("outcomes", "busy", "wanted"), [], "outcomes.busy.wanted"),
        (("outcomes",), [], "outcomes"),
    ],
)
def test_a_misfit_is_named_by_its_path(hops, flow, path, value, where):
    broken = copy.deepcopy(hops)
    parent = broken
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    with pytest.raises(OrderError) as caught:
        load_order(broken, flow)
    assert caught.value.path == where
    assert str(caught.value).startswith(f"{where}: ")


def test_a_diagram_beyond_the_oracle_is_refused():
    with pytest.raises(NotExecutable):
        load_order({}, parse("sequenceDiagram\ncritical x\nend"))


def test_a_diagram_without_relaxations():
    order = load_order({"outcomes": {"done": {"demanded": [1]}}}, parse("sequenceDiagram\nA->>B: x"))
    assert order.outcome("done").demanded == {1}
    with pytest.raises(KeyError, match="no loop"):
        order.loop("x")
