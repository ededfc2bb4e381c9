from checks_scenes import complete

from hopcheck.checks.sightings import events_by_arrow, sightings


def shown(told, world):
    read = told(world)
    return sightings(read.history, read.attribution.instances[0])


def test_every_arrow_but_the_derived_one(told):
    seen = shown(told, complete())
    assert {s.arrow for s, _ in seen} == set(range(1, 31)) - {26}
    assert [s.seq for s, _ in seen] == sorted(s.seq for s, _ in seen)


def test_uploads_and_passes_bear_keys(told):
    keys = {(s.arrow, s.key) for s, _ in shown(told, complete()) if s.key}
    assert {(17, "u1"), (21, "u1"), (25, "u2"), (30, "u2")} <= keys
    assert {key for arrow, key in keys if arrow in (7, 8, 9, 10)} == {key for arrow, key in keys if arrow == 7}


def test_observers_are_named(told):
    observers = {s.arrow: (s.observer or "").partition(":")[0] for s, _ in shown(told, complete())}
    assert {arrow for arrow, kind in observers.items() if kind == "dbus"} == {2, 13}
    assert {arrow for arrow, kind in observers.items() if kind == "kafka"} == {19, 28}


def test_post_counts_and_transmit_joins_it(told):
    world = complete()
    ((post, events),) = [each for each in shown(told, world) if each[0].arrow == 17]
    assert post.seq == world.seq("17:u1")
    assert {e.seq for e in events} == {world.seq(t) for t in ("17:u1", "17:u1/answer", "T:u1", "T:u1/answer")}


def test_post_alone_is_seen_and_transmit_alone_is_not(told):
    assert 17 in {s.arrow for s, _ in shown(told, complete().without("T:u1"))}
    assert 17 not in {s.arrow for s, _ in shown(told, complete().without("17:u1"))}


def test_failed_verification_is_no_arrow_15(told):
    assert 15 not in {s.arrow for s, _ in shown(told, complete().bend("15", status=1))}


def test_refused_fetch_has_no_end(told):
    assert 12 not in {s.arrow for s, _ in shown(told, complete().bend("12", status=403))}


def test_events_by_arrow_are_sorted_and_single(told):
    found = events_by_arrow(shown(told, complete()))
    assert all(seqs == sorted(set(seqs)) for seqs in found.values())
    assert len(found[8]) == 6
