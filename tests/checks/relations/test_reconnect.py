import json

import pytest
from checks_scenes import complete
from checks_world import kit, owned


def connects(world, name, before="expect"):
    """rhc connects once more."""
    for tag in ("1", "1/CONNACK"):
        world.repeat(tag, f"{name}/{tag}", before=before, connection=name)
    return world


def tells(world, name, message_id, **content):
    world.repeat("1/online", f"{name}/online", before="expect", connection=name)
    return world.body(f"{name}/online", lambda b: b.update(message_id=message_id, content={**b["content"], **content}))


def twice():
    """A process that was seen to connect two times."""
    return connects(connects(complete(), "first"), "second")


def another_will(world):
    will = world.draft("second/1").attrs["will"]
    payload = json.dumps({**json.loads(will["payload"]), "message_id": "will-2"})
    return world.bend("second/1", will={**will, "payload": payload})


def own_status(world):
    return tells(world, "second", "online-2")


@pytest.mark.parametrize(("clause", "bend"), [("H-004", another_will), ("H-017", own_status)])
def test_a_quirk_that_is_not_there_fails_nothing(judged, clause, bend):
    assert judged(twice()).clauses[clause].state == "pass"
    verdict = judged(bend(twice()))
    assert verdict.clauses[clause].state == "not_exercised"
    assert [f.level for f in verdict.findings if f.clause == clause] == ["QUIRK"]


@pytest.mark.parametrize("clause", ["H-004", "H-017"])
def test_one_session_shows_nothing(state, clause):
    assert state(complete(), clause) == "not_exercised"


def asked_again(world):
    """Another process asks for the daemon's name."""
    name = "com.redhat.Yggdrasil1"
    return world.add("again", owned(name, ":1.20", "again"))


@pytest.mark.parametrize(("clause", "bend"), [("H-004", another_will), ("H-017", own_status)])
@pytest.mark.parametrize("before", ["second/1", "expect"])
def test_another_process_has_a_will_and_a_status_of_its_own(judged, clause, bend, before):
    """The bus is seen late, so it may have asked for its name before it connected."""
    world = asked_again(bend(twice())).move("again", before=before)
    assert [f for f in judged(world).findings if f.clause == clause] == []


@pytest.mark.parametrize(("clause", "bend"), [("H-004", another_will), ("H-017", own_status)])
def test_what_befell_the_host_may_have_ended_the_process(judged, clause, bend):
    world = bend(twice())
    client_id = world.draft("1").host
    world.add("befell", kit("fault", what="reboot", host_name="host", client_id=client_id))
    world.move("befell", before="second/1")
    assert [f for f in judged(world).findings if f.clause == clause] == []


def test_a_status_that_tells_something_new_is_another_matter(judged):
    world = tells(twice(), "second", "online-2", dispatchers={})
    assert [f for f in judged(world).findings if f.clause == "H-017"] == []


def test_a_status_that_is_delivered_again_is_no_new_one(judged):
    world = tells(twice(), "second", "online-1")
    assert [f for f in judged(world).findings if f.clause == "H-017"] == []
