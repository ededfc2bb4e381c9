from hopcheck.checks.contracts import Contracts
from hopcheck.checks.hops import load_hops
from hopcheck.generated.runs.acts import ACTS, RESTARTS
from hopcheck.generated.runs.draw import draw
from hopcheck.generated.runs.moment import Kinds
from hopcheck.generated.runs.plan import KINDS, read
from hopcheck.home import CONTRACTS

PLANS = [draw(str(seed)) for seed in range(300)]
TALES = [tale for plan in PLANS for tale in plan.tales]


def test_a_seed_always_makes_the_same_plan():
    assert draw("7") == draw("7")
    assert draw("7") != draw("8")


def test_every_kind_of_story_and_act_comes_up():
    assert {tale.kind for tale in TALES} == set(KINDS)
    assert {act.what for tale in TALES for act in tale.acts} == set(ACTS)


def test_every_moment_is_one_of_the_diagram():
    moments = [each for tale in TALES for hold in tale.holds for each in (hold.held, hold.until)]
    moments += [act.at for tale in TALES for act in tale.acts]
    Kinds({each.kind for each in moments}, load_hops(CONTRACTS / "hops.yaml"), Contracts.load(CONTRACTS))
    assert len({each.kind for each in moments}) > 8


def test_where_several_hosts_play_no_message_is_kept():
    assert all(not tale.holds for plan in PLANS if plan.hosts > 1 for tale in plan.tales)


def test_a_plan_is_stored_and_read_again(tmp_path):
    for plan in PLANS[:50]:
        plan.write(tmp_path / "plan.json")
        assert read(tmp_path / "plan.json") == plan


def test_a_plan_is_told_with_all_that_is_in_it():
    plan = next(plan for plan in PLANS if any(t.holds for t in plan.tales) and any(t.acts for t in plan.tales))
    told = "\n".join(plan.lines())
    assert f"seed {plan.seed}" in told
    for tale in plan.tales:
        assert all(str(each) in told for each in (*tale.acts, *tale.holds))


def test_a_restart_is_declared_and_nothing_else():
    assert {name for name in ACTS if name.startswith("restart")} == set(RESTARTS)
