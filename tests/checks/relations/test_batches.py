import pytest
from checks_scenes import complete, not_connected

FAILED = {"code": 500, "message": "Unexpected error during processing"}


def unreadable(world):
    return world.body("5/answer", lambda b: b.update(id="7")).body("4/answer", lambda _: [FAILED])


def overloaded():
    return not_connected().bend("5/answer", status=500).body("4/answer", lambda _: [FAILED])


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("SRV-009", complete, lambda w: w.body("4/answer", lambda b: b * 2)),
        ("SRV-009", complete, lambda w: w.bend("4/answer", payload=b"[]")),
        ("SRV-009", complete, lambda w: w.bend("4/answer", payload=b"{}")),
        ("SRV-012", overloaded, lambda w: w.body("4/answer", lambda _: [{"code": 404, "message": "no"}])),
        ("SRV-012", overloaded, lambda w: w.body("4/answer", lambda b: b[0].update(id="x"))),
        ("SRV-012", lambda: unreadable(complete()), lambda w: w.body("4/answer", lambda b: b[0].update(code=201))),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


@pytest.mark.parametrize("scene", [complete, not_connected])
def test_a_usual_reply_says_nothing_of_others(state, scene):
    assert state(scene(), "SRV-012") == "not_exercised"
