from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import EFFECTS, MAYBE, OBSERVED, OUTCOMES, PAIRS, WITH_UPLOADS, exact, lagging, legal, often, rngs, token

from hopcheck.flow import Processes, judge

LOOPS = [7, 8, 9, 10, 17, 18, 19, 20, 21]
outcomes = st.sampled_from(sorted(OUTCOMES))


@pytest.fixture(scope="module")
def judged(flow, order):
    processes = Processes(flow, order)

    def judge_it(outcome, sightings, **options):
        return judge(processes, outcome, sightings, derived={26}, **options)

    return judge_it


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
@often
@given(rng=rngs)
def test_every_legal_interleaving_holds(judged, outcome, rng):
    verdict = judged(outcome, exact(legal(rng, outcome)))
    assert verdict.ok, verdict


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
@often
@given(rng=rngs)
def test_lag_excuses_what_has_a_legal_placement(judged, outcome, rng):
    verdict = judged(outcome, lagging(rng, legal(rng, outcome), OBSERVED | {17: "dbus", 25: "dbus"}))
    assert verdict.ok, verdict


@settings(often, max_examples=60)
@given(rng=rngs, outcome=outcomes)
def test_no_prefix_of_a_legal_run_is_blamed(judged, rng, outcome):
    sightings = lagging(rng, legal(rng, outcome), OBSERVED)
    for length in range(len(sightings)):
        assert judged(outcome, sightings[:length], closed=False).forbidden is None


@often
@given(rng=rngs, outcome=outcomes)
def test_a_dropped_arrow_is_missing_and_blames_what_came_after_it(judged, rng, outcome):
    run = legal(rng, outcome)
    dropped = rng.choice(OUTCOMES[outcome])
    kept = [event for event in run if event[0] != dropped]
    verdict = judged(outcome, exact(kept))
    assert dropped in [missing.arrow for missing in verdict.missing]
    assert verdict.states[dropped] == "missing"
    after = {token(then) for first, then in PAIRS if first == dropped}
    if dropped == 25:
        kept = [event for event in kept if event[1] == "last"]
        assert verdict.forbidden.arrow == kept[0][0]
        return
    if dropped == 3:
        after |= {event for event in run if event[0] == 7}
    if dropped == 13:
        after |= {event for event in run if event[0] == 17}
    blamed = next((event for event in kept if event in after), None)
    assert (verdict.forbidden and verdict.forbidden.arrow) == (blamed and blamed[0])
    if blamed:
        assert verdict.forbidden.prefix == tuple(exact(kept)[: kept.index(blamed) + 1])


@often
@given(rng=rngs, outcome=outcomes.filter(lambda outcome: len(OUTCOMES[outcome]) > 1))
def test_swapped_arrows_blame_the_one_that_came_too_early(judged, rng, outcome):
    run = legal(rng, outcome)
    always = OUTCOMES[outcome]
    first, then = rng.choice([pair for pair in PAIRS if pair[0] in always and pair[1] in always and pair[0] > 2])
    early, late = run.index(token(first)), run.index(token(then))
    run[early], run[late] = run[late], run[early]
    verdict = judged(outcome, exact(run))
    assert verdict.forbidden.arrow == then
    assert verdict.forbidden.sighting.seq == early + 1
    assert first in verdict.forbidden.expected
    assert f"line {verdict.forbidden.line}" in verdict.forbidden.reason


@often
@given(rng=rngs, outcome=outcomes)
def test_swaps_inside_a_pass_are_blamed(judged, rng, outcome):
    run = legal(rng, outcome)
    steps = [index for index, event in enumerate(run) if event[0] in LOOPS]
    inner = [
        (a, b)
        for a in steps
        for b in steps
        if a < b
        and run[a][1] == run[b][1]
        and run[a][0] < run[b][0]
        and run[a][2] + 1 == run[b][2]
        and run[a][0] not in (8, 20)
    ]
    if not inner:
        return
    early, late = rng.choice(inner)
    then = run[late][0]
    run[early], run[late] = run[late], run[early]
    verdict = judged(outcome, exact(run))
    assert (verdict.forbidden.arrow, verdict.forbidden.sighting.seq) == (then, early + 1)


@often
@given(rng=rngs, outcome=outcomes)
def test_a_second_effect_is_blamed(judged, rng, outcome):
    run = legal(rng, outcome)
    again = rng.choice([event for event in run if event[0] in EFFECTS])
    place = rng.randint(run.index(again) + 1, len(run))
    verdict = judged(outcome, exact([*run[:place], again, *run[place:]]))
    assert (verdict.forbidden.arrow, verdict.forbidden.sighting.seq) == (again[0], place + 1)
    assert "already" in verdict.forbidden.reason


@often
@given(rng=rngs, outcome=outcomes)
def test_a_second_effect_is_blamed_under_lag_too(judged, rng, outcome):
    run = legal(rng, outcome)
    again = rng.choice([event for event in run if event[0] in EFFECTS])
    place = rng.randint(run.index(again) + 1, len(run))
    verdict = judged(outcome, lagging(rng, [*run[:place], again, *run[place:]], OBSERVED))
    assert verdict.forbidden is not None


@often
@given(rng=rngs, outcome=outcomes)
def test_what_the_outcome_excludes_is_blamed(judged, rng, outcome):
    excluded = {*range(1, 31)} - {1, 2, 26, *OUTCOMES[outcome], *MAYBE.get(outcome, []), 7, 8, 9, 10}
    excluded -= set(LOOPS) if outcome in WITH_UPLOADS else set()
    if not excluded:
        return
    run = legal(rng, outcome)
    stranger = rng.choice(sorted(excluded))
    place = rng.randint(0, len(run))
    verdict = judged(outcome, exact([*run[:place], (stranger, "stranger", 0), *run[place:]]))
    assert (verdict.forbidden.arrow, verdict.forbidden.sighting.seq) == (stranger, place + 1)


@often
@given(rng=rngs)
def test_a_fault_excuses_what_follows_but_not_its_order(judged, rng):
    run = legal(rng, "disturbed")
    fault = rng.randint(0, len(run))
    lost = [event for event in run[fault:] if rng.random() < 0.5]
    kept = exact([event for event in run if event not in lost])
    assert judged("disturbed", kept, disturbed_after=fault).ok
    # a 30 before its 29 has a legal reading: the first try went unseen, and this is the second
    late = [(a, b) for a, b in PAIRS if fault <= run.index(token(a)) and a > 2 and b != 30]
    if late:
        first, then = rng.choice(late)
        early, place = run.index(token(first)), run.index(token(then))
        run[early], run[place] = run[place], run[early]
        assert judged("disturbed", exact(run), disturbed_after=fault).forbidden is not None
