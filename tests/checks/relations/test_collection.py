import json

import pytest
from checks_scenes import complete
from checks_world import HOST, MACHINE, World, kit, request

PING = "/api/apicast-tests/ping"


def another_machine(world):
    payload = world.draft("23").payload.replace(MACHINE.encode(), (MACHINE[:-1] + "0").encode())
    return world.bend("23", payload=payload)


@pytest.mark.parametrize(
    ("clause", "bend"),
    [
        ("H-070", lambda w: w.bend("22/exit", status=1)),
        ("H-070", lambda w: w.bend("23/answer", status=201)),
        ("H-071", another_machine),
    ],
)
def test_broken(state, clause, bend):
    assert state(complete(), clause) == "pass"
    assert state(bend(complete()), clause) == "fail"


def test_a_test_of_the_connection_is_no_collection(state):
    assert state(probing(complete()).bend("22/exit", status=1), "H-070") == "not_exercised"


def test_unknown_machine_is_not_judged(state):
    world = complete().body("1/online", lambda b: b["content"].update(canonical_facts=None))
    assert json.loads(world.draft("1/online").payload)["content"]["canonical_facts"] is None
    assert state(world, "H-071") == "not_exercised"


def strange(world):
    """A host that was not registered while it collected."""
    world.insert(World().add("unregistered", kit("unregistered", client_id=HOST)), before="22")
    return world.add("registered", kit("registered", client_id=HOST))


def quiet(world):
    """Without the tarball and whatever came of it."""
    return world.only(lambda tag: "tar" not in tag and not tag.startswith("23")).bend("22/exit", status=1)


def test_stranger_asks_nobody(judged):
    def told(world):
        return [f.got for f in judged(world).findings if f.clause == "H-072"]

    assert judged(complete()).clauses["H-072"].state == "not_exercised"
    assert judged(quiet(strange(complete()))).clauses["H-072"].state == "pass"
    assert told(strange(complete())) == ["0", "/api/ingress/v1/upload"]
    assert told(quiet(strange(complete())).bend("22/exit", status=0)) == ["0"]


def test_who_registers_is_no_stranger(state):
    world = strange(complete()).bend("22", argv=["/usr/bin/insights-client", "--register"])
    assert state(world, "H-072") == "not_exercised"


def test_who_was_registered_again_is_no_stranger(state):
    world = strange(complete())
    assert state(world.move("registered", before="22"), "H-072") == "not_exercised"


def probing(world):
    """What was a collection tests the connection."""
    world.insert(World().add("ping", request("insights-client>ingress", "GET", PING, "ping", host=HOST)), before="23")
    return world.bend("22", argv=["/usr/bin/insights-client", "--test-connection"])


@pytest.mark.parametrize(
    ("lacks", "told"), [("ping", "a GET of apicast-tests/ping"), ("23", "a POST to the upload URL")]
)
def test_connection_is_tested_both_ways(judged, lacks, told):
    assert judged(complete()).clauses["H-073"].state == "not_exercised"
    assert judged(probing(complete())).clauses["H-073"].state == "pass"
    findings = judged(probing(complete()).without(lacks)).findings
    assert [(f.expected, f.role) for f in findings if f.clause == "H-073"] == [(told, "insights-client")]
