from __future__ import annotations

import time

import pytest

from hopcheck.flow import Processes, Sighting, judge

COMPLETE = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 22, 23, 24, 25, 27, 28, 29, 30]
UPLOAD = [17, 18, 19, 20, 21]
PASS = [7, 8, 9, 10]


def sightings(arrows, key="last", observers=()):
    """Arrows by number, or as (number, key), or as (number, key, observer)."""
    out = []
    for seq, item in enumerate(arrows, 1):
        arrow, own, observer = (*item, None)[:3] if isinstance(item, tuple) else (item, None, None)
        out.append(Sighting(seq, arrow, own or (key if arrow >= 25 else None), observer))
    return out


def keyed(arrows, key):
    return [(arrow, key) for arrow in arrows]


def insert(run, after, extra):
    place = run.index(after) + 1
    return [*run[:place], *extra, *run[place:]]


@pytest.fixture(scope="module")
def verdict(flow, order):
    processes = Processes(flow, order)

    def judged(run, outcome="complete", **options):
        return judge(processes, outcome, sightings(run), **{"derived": {26}, **options})

    return judged


def blame(verdict):
    return verdict.forbidden and verdict.forbidden.arrow


def test_a_complete_run(verdict):
    result = verdict(COMPLETE)
    assert result.ok
    assert len(result.demanded) == 21
    assert result.states == {
        n: "derived" if n == 26 else "seen" if n in COMPLETE else "not_demanded" for n in range(1, 31)
    }
    assert result.counts == dict.fromkeys(COMPLETE, 1)


def test_nothing_seen_is_all_missing_but_only_at_closure(verdict):
    assert [m.arrow for m in verdict([], derived=()).missing] == [*COMPLETE[:15], 25, 26, 27, 28, 29, 30]
    assert verdict([], derived=(), closed=False).ok


def test_the_witness_is_the_shortest_prefix(verdict, flow):
    run = [arrow for arrow in COMPLETE if arrow != 12]
    result = verdict(run)
    witness = result.forbidden
    assert (witness.arrow, witness.line, witness.sighting.seq) == (13, 46, 8)
    assert [s.arrow for s in witness.prefix] == run[:8]
    assert 12 in witness.expected
    assert "came before arrow 12 Remediations API -->> rhc: playbook file response (line 45)" in witness.reason
    assert [m.arrow for m in result.missing] == [12]
    assert (result.states[13], result.states[12]) == ("forbidden", "missing")


@pytest.mark.parametrize(
    ("run", "blamed"),
    [
        ([2, 1, *COMPLETE[2:]], None),  # rule 5: unordered
        ([3, 4, 5, 1, 6, 11, 12, 2, *COMPLETE[8:]], None),  # only 1 < 6 and 2 < 13
        ([*COMPLETE[:9], 1, 2, *COMPLETE[9:], 2, 1], None),  # both recur
        ([2, 3, 4, 5, 6, 1, *COMPLETE[6:]], 6),
        ([1, 3, 4, 5, 6, 11, 12, 13, 2, *COMPLETE[9:]], 13),
    ],
)
def test_sessions(verdict, run, blamed):
    assert blame(verdict(run)) == blamed


@pytest.mark.parametrize(
    ("extra", "after", "blamed"),
    [
        (keyed(PASS, "p"), 3, None),
        (keyed(PASS, "p"), 30, None),
        (keyed([7, 8, 9, 8, 9, 10], "p"), 15, None),
        (keyed([7, 8], "p"), 15, None),  # cut off by the trace's end
        ([(7, "p"), (7, "q"), (8, "q"), (8, "p"), (9, "p"), (10, "p"), (9, "q"), (10, "q")], 15, None),
        (keyed(PASS, "p"), 2, 7),
        (keyed([8, 9, 10], "p"), 4, 8),
        (keyed([7, 10], "p"), 4, 10),
        (keyed([7, 8, 10], "p"), 4, 10),
        (keyed([7, 8, 8], "p"), 4, 8),
        (keyed([*PASS, 8], "p"), 4, 8),
        (keyed([*PASS, 7], "p"), 4, 7),
        ([(7, "p"), (8, "q")], 4, 8),
    ],
)
def test_the_status_loop(verdict, extra, after, blamed):
    assert blame(verdict(insert(COMPLETE, after, extra))) == blamed


@pytest.mark.parametrize(
    ("extra", "after", "blamed"),
    [
        (keyed(UPLOAD, "u"), 13, None),  # before verification
        (keyed(UPLOAD, "u"), 24, None),
        (keyed([17, 18, 19, 20, 20, 21], "u"), 16, None),  # a try without response
        (keyed([17, 18, 19, 20, 21, 20, 20, 21], "u"), 16, None),
        (keyed([17, 18, 19, 20, 21, 20, 21, 20, 21, 20], "u"), 16, 20),  # three tries
        (keyed([17, 18, 19, 21], "u"), 16, 21),
        (keyed([17, 18, 19, 20, 21, 21], "u"), 16, 21),
        ([(17, "u"), (17, "v"), (18, "v"), (18, "u"), (19, "u"), (19, "v")], 16, None),
        ([(17, "u"), 24, (25, "last"), (18, "u"), (19, "u"), (20, "u"), (21, "u")], 23, None),
        (keyed(UPLOAD, "u"), 12, 17),
        (keyed(UPLOAD, "u"), 25, 17),
        (keyed([17, 19], "u"), 16, 19),
        (keyed([17, 17], "u"), 16, 17),
    ],
)
def test_the_event_loop(verdict, extra, after, blamed):
    run = insert(COMPLETE, after, extra)
    if 24 in extra:
        run = [*run[: run.index(24) + 6], 27, 28, 29, 30]
    assert blame(verdict(run)) == blamed


def test_the_last_upload_has_one_key(verdict):
    result = verdict([*COMPLETE[:-4], (27, "other"), 28, 29, 30])
    assert blame(result) == 27
    assert "'other'" in result.forbidden.reason
    assert "'last'" in result.forbidden.reason


def test_the_last_fetch_may_be_tried_again(verdict):
    assert verdict(insert(COMPLETE, 28, [29])).ok
    assert blame(verdict(insert(COMPLETE, 28, [29, 29, 29]))) == 29


def test_the_arrow_without_wire(verdict):
    assert [m.arrow for m in verdict(COMPLETE, derived=()).missing] == [26]
    assert blame(verdict(insert(COMPLETE, 25, [26]))) == 26


def test_collection_and_the_runners_end_are_not_ordered(verdict):
    assert verdict([*COMPLETE[:13], 24, 23, *COMPLETE[15:]]).ok


@pytest.mark.parametrize(
    ("outcome", "run", "demanded"),
    [
        ("not_connected", [3], 1),
        ("not_connected", [1, 3, 4, 5, 2], 1),
        ("refused", [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 25, 27, 28, 29, 30], 16),
        ("busy", [1, 2, 3, 4, 5, 6, 11, 12, 13, 25, 27, 28, 29, 30], 15),
        ("failed", [arrow for arrow in COMPLETE if arrow not in (22, 23)], 19),
        ("failed", COMPLETE, 19),
    ],
)
def test_outcomes(verdict, outcome, run, demanded):
    result = verdict(run, outcome)
    assert result.ok
    assert len(result.demanded) == demanded


def test_an_outcome_does_not_excuse_another(verdict):
    assert blame(verdict(COMPLETE, "refused")) == 15
    assert blame(verdict(COMPLETE, "busy")) == 14
    assert blame(verdict(COMPLETE, "not_connected")) == 6
    assert {m.arrow for m in verdict([3, 4]).missing} >= {6, 30}
    assert "outcome is 'refused'" in verdict(COMPLETE, "refused").forbidden.reason


def test_a_late_optional_arrow_is_out_of_order(verdict):
    result = verdict([*COMPLETE[:12], 24, 25, 22], "failed")
    assert blame(result) == 22
    assert "came after arrow 24" in result.forbidden.reason


def test_a_fault_excuses_only_what_follows(verdict):
    assert verdict([1, 2, 3, 4, 5, 6, 11, 13, 25], "disturbed", disturbed_after=7).ok
    assert blame(verdict([1, 2, 3, 4, 5, 6, 11, 13, 25], "disturbed", disturbed_after=8)) == 13
    assert blame(verdict([1, 2, 3, 4, 5, 6, 11, 13, 12], "disturbed", disturbed_after=7)) == 12
    assert not verdict([1, 2, 3], "disturbed").ok
    assert not verdict([1, 2, 3], "complete", disturbed_after=3).ok


def test_a_fault_may_repeat_what_it_declares(verdict):
    again = insert(COMPLETE, 12, [11, 12])
    assert blame(verdict(again)) == 11
    assert verdict(again, repeatable=(11, 12)).ok
    assert blame(verdict([*COMPLETE[:6], 12, 11, *COMPLETE[8:]], repeatable=(11, 12))) == 12
    upload = keyed([17, 18, 18, *UPLOAD[2:]], "u")
    assert blame(verdict(insert(COMPLETE, 16, upload))) == 18
    assert verdict(insert(COMPLETE, 16, upload), repeatable={18}).ok


def test_passes_are_demanded_by_name_or_label(verdict):
    run = insert(COMPLETE, 13, keyed(PASS, "p") + keyed(UPLOAD, "u"))
    assert verdict(run, demanded_passes={"passes": 1, "Event Data Upload": 1}).ok
    result = verdict(run, demanded_passes={"passes": 2, "uploads": 1})
    assert [m.arrow for m in result.missing] == PASS
    assert "demands 2" in result.missing[0].reason
    assert result.demanded >= {*PASS, *UPLOAD}
    assert [m.arrow for m in verdict([*COMPLETE, (7, "p")], demanded_passes={"passes": 1}).missing] == [8, 9, 10]
    assert verdict(COMPLETE, demanded_passes={"passes": 0}).ok
    with pytest.raises(KeyError, match="no loop 'laps'"):
        verdict(run, demanded_passes={"laps": 1})


def test_an_observer_may_tell_late_but_not_never(verdict):
    late = [1, 2, *COMPLETE[2:8], 14, 15, (13, None, "dbus"), *COMPLETE[11:]]
    assert verdict(late).ok
    exact = [1, 2, *COMPLETE[2:8], 14, 15, 13, *COMPLETE[11:]]
    assert blame(verdict(exact)) == 14
    assert blame(verdict([1, *COMPLETE[2:8], 14, (13, None, "dbus"), 15, (2, None, "dbus"), *COMPLETE[11:]])) == 14


def test_an_observed_event_never_moves_to_a_later_place(verdict):
    assert blame(verdict([1, 2, *COMPLETE[2:7], (13, None, "dbus"), 12, *COMPLETE[9:]])) == 13


def test_two_observers_explain_one_exact_event(verdict):
    run = [*COMPLETE[:9], (17, "u"), (18, "u"), (20, "u"), (19, "u", "kafka"), (21, "u")]
    assert verdict(run, closed=False).ok
    run = [*COMPLETE[:8], (18, "u"), (20, "u"), (19, "u", "kafka"), (13, None, "dbus"), (17, "u", "wire"), (21, "u")]
    assert verdict(run, closed=False).ok


def test_what_an_observer_may_still_tell_is_not_blamed_before_closure(verdict):
    run = [*COMPLETE[:8], 14]
    assert verdict(run, closed=False).ok
    assert blame(verdict(run)) == 14
    assert blame(verdict([*COMPLETE[:8], 15], closed=False)) == 15


def test_lag_does_not_excuse_a_second_effect(verdict):
    assert blame(verdict([*COMPLETE[:9], *COMPLETE[9:12], (13, None, "dbus")])) == 13


def test_sightings_are_read_by_sequence_number(flow, order):
    assert judge(Processes(flow, order), "complete", sightings(COMPLETE)[::-1], derived={26}).ok


def test_an_unknown_outcome(verdict):
    with pytest.raises(KeyError, match="no outcome 'happy'"):
        verdict(COMPLETE, "happy")


def test_ten_thousand_sightings_in_well_under_a_second(verdict):
    passes = [(arrow, str(n)) for n in range(2500) for arrow in PASS]
    began = time.process_time()
    assert verdict(insert(COMPLETE, 3, passes)).ok
    assert blame(verdict([*insert(COMPLETE, 3, passes), 13])) == 13
    assert time.process_time() - began < 2


def test_many_lagging_uploads_are_judged_in_time(verdict):
    uploads = [
        item
        for n in range(1000)
        for item in [(18, str(n)), (17, str(n), "dbus"), (20, str(n)), (19, str(n), "kafka"), (21, str(n))]
    ]
    began = time.process_time()
    assert verdict(insert(COMPLETE, 16, uploads)).ok
    assert blame(verdict(insert(insert(COMPLETE, 16, uploads), 24, [14]))) == 14
    assert blame(verdict([*insert(COMPLETE, 16, uploads), (13, None, "dbus")])) == 13
    assert blame(verdict(insert(COMPLETE, 16, [*uploads, (17, "0", "dbus")]))) == 17
    assert time.process_time() - began < 4
