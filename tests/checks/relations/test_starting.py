import pytest
from checks_scenes import FACTS, complete
from checks_world import HOST, World, kit

NEWS = {**FACTS, "fqdn": "renamed.example.com"}


def tried():
    what = "a start without a broker"
    late = World().add("tried", kit("tried", role="rhc", client_id=HOST, what=what, status=1))
    return complete().insert(late, before="closed")


def written():
    world = complete().repeat("1/online", "news", before="closed")
    world.body("news", lambda b: b["content"].update(canonical_facts=NEWS))
    late = World().add("written", kit("written", client_id=HOST, facts=NEWS))
    return world.insert(late, before="news")


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-009", tried, lambda w: w.bend("tried", status=0)),
        ("H-009", tried, lambda w: w.bend("tried", status=None)),
        ("H-015", written, lambda w: w.without("news")),
        ("H-015", written, lambda w: w.bend("news", host="another")),
        ("H-015", written, lambda w: w.body("news", lambda b: b["content"].update(canonical_facts=FACTS))),
        ("H-015", written, lambda w: w.move("news", before="written")),
    ],
)
def test_broken(judged, clause, scene, bend):
    assert judged(scene()).clauses[clause].state == "pass"
    verdict = judged(bend(scene()))
    assert verdict.clauses[clause].state == "fail"
    assert [(f.role, f.host) for f in verdict.findings if f.clause == clause] == [("rhc", HOST)]


def test_another_try_is_another_matter(state):
    assert state(tried().bend("tried", what="something else"), "H-009") == "not_exercised"
