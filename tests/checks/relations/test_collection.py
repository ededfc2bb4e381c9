import json

import pytest
from checks_scenes import complete
from checks_world import MACHINE


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


def test_unknown_machine_is_not_judged(state):
    world = complete().body("1/online", lambda b: b["content"].update(canonical_facts=None))
    assert json.loads(world.draft("1/online").payload)["content"]["canonical_facts"] is None
    assert state(world, "H-071") == "not_exercised"
