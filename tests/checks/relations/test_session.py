import pytest
from checks_scenes import complete, pinged
from checks_world import publish


def hyphens_missing(body):
    del body["content"]["dispatchers"]["rhc-worker-playbook"]


def told_to_reconnect(world):
    world.insert(pinged().only(lambda tag: tag == "ping"), before="expect")
    return world.body("ping", lambda body: body["content"].update(command="reconnect", arguments={"delay": "5"}))


def answered(world):
    other = publish("host", "broker", "rhc", "control/in", {"type": "command", "response_to": "online-1"}, 9)
    return world.add("late", other)


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-011", complete, lambda w: w.without("1/online", "1/delivered")),
        ("H-013", complete, lambda w: w.body("1/online", hyphens_missing)),
        ("H-018", pinged, lambda w: w.without("pong")),
        ("H-018", pinged, lambda w: w.repeat("pong", "again")),
        ("H-018", pinged, lambda w: w.bend("pong", host="another")),
        ("H-018", pinged, lambda w: w.body("pong", lambda b: b.update(message_id=b["response_to"]))),
        ("CON-46", complete, told_to_reconnect),
        ("CON-46", complete, answered),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_quirk_that_is_not_there_fails_nothing(judged):
    verdict = judged(complete().without("1/throwaway"))
    assert verdict.clauses["H-005"].state == "not_exercised"
    assert [f.clause for f in verdict.findings] == ["H-005"]
    assert verdict.verdict == "pass"


def test_quirk_is_seen(state):
    assert state(complete(), "H-005") == "pass"
