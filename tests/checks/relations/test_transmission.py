import pytest
from checks_scenes import complete


def args(world, tag, place, value):
    changed = list(world.draft(tag).attrs["args"])
    changed[place] = value
    return world.bend(tag, args=changed)


@pytest.mark.parametrize(
    ("clause", "bend"),
    [
        ("H-037", lambda w: args(w, "T:u1", 0, "https://cert.example/elsewhere")),
        ("H-037", lambda w: args(w, "T:u1", 3, {"Content-Type": "text/plain"})),
        ("H-037", lambda w: args(w, "T:u1/answer", 0, 201)),
        ("H-037", lambda w: w.bend("17:u1/answer", payload=b"{}")),
        ("H-058", lambda w: w.without("T:u1", "T:u1/answer")),
        ("H-058", lambda w: args(w, "T:u1", 2, "another")),
        ("H-058", lambda w: w.without("17:u1", "17:u1/answer")),
    ],
)
def test_broken(state, clause, bend):
    assert state(complete(), clause) == "pass"
    assert state(bend(complete()), clause) == "fail"
