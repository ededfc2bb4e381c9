from __future__ import annotations

import pytest

from hopcheck.flow import Processes, Sighting, judge, load_order, parse
from hopcheck.flow.process import Process


@pytest.fixture(scope="module")
def process(flow, order):
    return Process(flow, order, order.outcome("complete"))


def after(process, *arrows):
    state = process.start()
    for arrow in arrows:
        state = process.step(state, arrow, None)
        assert state is not None, arrow
    return state


def test_what_is_expected(process):
    assert process.expected(process.start()) == {1, 2, 3}
    assert process.expected(after(process, 3)) == {1, 2, 4, 7}
    assert process.expected(after(process, 1, 2, 3, 4, 5, 6, 11, 12, 13, 17)) == {1, 2, 7, 14, 17, 18}


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        (1, 6, True),
        (1, 5, False),
        (2, 13, True),
        (2, 6, False),
        (3, 7, True),
        (3, 17, False),
        (13, 17, True),
        (17, 25, True),
        (21, 29, False),
        (23, 24, False),
        (24, 25, True),
        (23, 25, True),
        (25, 27, True),
    ],
)
def test_kept_pairs(process, one, other, kept):
    assert process.keeps_order(one, other) == process.keeps_order(other, one) == kept


def test_states_are_told_apart_by_their_future(process):
    one, other = after(process, 1, 2, 3), after(process, 3, 2, 1)
    assert one.identity() == other.identity()
    assert one.identity() != process.relax(one).identity() != process.start().identity()


def test_whole_passes_are_counted(process, order):
    state = after(process, 3, 7, 8, 9, 10)
    state = process.step(state, 7, "second")
    assert process.complete(state, order.loop("passes")) == 1


def test_blockers(process):
    assert process.blockers(after(process, 3), 6) == (1, 5)
    assert process.blockers(process.start(), 7) == (3,)
    assert process.blockers(process.relax(process.start()), 7) == ()


def test_a_plain_diagram_is_judged_by_its_lifelines():
    diagram = parse("sequenceDiagram\nA->>B: x\nloop l\nB->>C: y\nend\nalt a\nA->>B: p\nelse b\nA->>B: q\nend")
    order = load_order({"outcomes": {"done": {"demanded": [1, 3, 4], "optional": [2]}}}, diagram)

    def blamed(*arrows):
        verdict = judge(Processes(diagram, order), "done", [Sighting(n, *arrow) for n, arrow in enumerate(arrows)])
        return verdict.forbidden and verdict.forbidden.arrow

    assert blamed((1,), (2,), (2,), (3,)) is None
    assert blamed((1,), (3,), (4,)) == 4
    assert blamed((2,), (1,)) == 2
    assert blamed((2,), (1, None, "late")) is None
    assert blamed((1,), (2,), (3,), (2,)) == 2
    assert blamed((1,), (2,), (3,), (2, None, "late")) is None


def test_a_process_is_made_once_for_each_outcome(flow, order):
    processes = Processes(flow, order)
    assert processes.of("complete") is processes.of("complete")
    assert processes.of("complete", [12, 11]) is processes.of("complete", {11, 12})
    assert len({processes.of("complete"), processes.of("complete", [11]), processes.of("failed")}) == 3
    with pytest.raises(KeyError):
        processes.of("unheard of")
