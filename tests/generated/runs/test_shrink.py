from dataclasses import replace

from hopcheck.generated.runs.moment import hold, moment
from hopcheck.generated.runs.plan import Act, Plan, Tale
from hopcheck.generated.runs.shrink import shrink

GUILTY = hold("4.answer#1 until 11.answer#1")
OTHER = hold("21#1 until 13.end#1")
TALE = Tale("complete", 4, 9, (Act("cancel", moment("17#1")),), (OTHER, GUILTY))
PLAN = Plan("7", (Tale("failed"), TALE, Tale("busy")), hosts=1)


def guilty(plan: Plan) -> bool:
    return any(GUILTY in tale.holds for tale in plan.tales)


def test_only_what_it_takes_is_left():
    assert shrink(PLAN, guilty) == replace(PLAN, tales=(Tale("complete", 1, 0, (), (GUILTY,)),))


def test_what_needs_two_stories_keeps_them():
    small = shrink(PLAN, lambda plan: guilty(plan) and plan.tales[-1].kind == "busy")
    assert [tale.kind for tale in small.tales] == ["complete", "busy"]


def test_where_nothing_can_go_nothing_goes():
    assert shrink(PLAN, lambda plan: plan == PLAN) == PLAN


def test_one_host_where_one_is_enough():
    fleet = replace(PLAN, hosts=2, tales=(TALE,))
    assert shrink(fleet, guilty).hosts == 1


def test_it_ends_after_so_many_plays():
    asked = []
    shrink(PLAN, lambda plan: bool(asked.append(plan)) or guilty(plan), most=3)
    assert len(asked) == 3


def test_nothing_is_tried_twice():
    asked = []
    shrink(PLAN, lambda plan: bool(asked.append(plan)), most=100)
    assert len(asked) == len(set(asked))
