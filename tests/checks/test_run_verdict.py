import pytest
from checks_scenes import complete
from checks_world import World, kit


def test_seconds_count_from_the_press(judged):
    world = complete()
    arrows = {a.number: a for a in judged(world).runs[0].arrows}
    assert arrows[3].first_s == pytest.approx((world.seq("3") - world.seq("stimulus")) / 1000)
    assert arrows[1].first_s < 0
    assert arrows[26].first_s is None


def test_arrows_speak_of_roles(judged):
    arrows = {a.number: a for a in judged(complete()).runs[0].arrows}
    assert (arrows[3].source, arrows[3].target, arrows[3].text, arrows[3].line) == (
        "remediations-ui",
        "remediations",
        "execute playbook request",
        31,
    )
    assert (arrows[20].source, arrows[20].target) == ("playbook-dispatcher", "s3")


def test_recurring_effect_needs_a_declared_fault(judged):
    def world():
        return complete().repeat("13", "again", before="14", exchange="again")

    fault = {"outcome": "disturbed", "fault": "delivered twice", "repeatable": [13]}
    assert "forbidden" in {f.kind for f in judged(world()).findings}
    assert "forbidden" not in {f.kind for f in judged(world().bend("expect", **fault)).findings}


def test_what_precedes_the_fault_is_demanded(judged):
    def world(before):
        cut = complete().bend("expect", outcome="disturbed", fault="cut")
        return cut.insert(World().add("fault", kit("fault")), before=before)

    assert judged(world("16").without("22", "22/exit")).runs[0].ok
