from __future__ import annotations

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.conform.plan import GENERATED, PlanError, Rules, chosen, items, lots, needed
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import ROLES


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(CONTRACTS)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load(CONTRACTS / "conformance.yaml")


def names(found):
    return [each.name for each in found]


def test_the_rules_fit_catalogue_and_cases(judge, rules):
    assert not list(rules.misfits(judge.catalogue, judge.cases.by_id))
    assert set(rules.stories) == set(ROLES)


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("stories: {inggress: [complete]}", "stories of inggress"),
        ("stories: {ingress: [completely]}", "'completely'"),
        ("capabilities: {x: {what: x, clauses: [ING-99], cases: []}}", "ING-99"),
        ("capabilities: {x: {what: x, clauses: [], cases: [nothing]}}", "'nothing'"),
        ("unexercised: {ingress: {SRV-008: because}}", "SRV-008"),
    ],
)
def test_what_names_nothing_is_a_misfit(judge, tmp_path, field, what):
    name = field.partition(":")[0]
    rest = "".join(f"{other}: {{}}\n" for other in ("capabilities", "stories", "unexercised") if other != name)
    (tmp_path / "rules.yaml").write_text(f"{field}\n{rest}")
    [told] = Rules.load(tmp_path / "rules.yaml").misfits(judge.catalogue, judge.cases.by_id)
    assert what in told


def test_a_field_that_is_missing_is_told(tmp_path):
    (tmp_path / "rules.yaml").write_text("capabilities: {}\nstories: {}\n")
    with pytest.raises(PlanError, match="unexercised"):
        Rules.load(tmp_path / "rules.yaml")


def test_every_case_of_a_role_is_played_with_all_capabilities(judge, rules):
    cases = judge.cases.by_id.values()
    for role in ROLES:
        played = items(role, rules, cases, rules.declared(()), foreign=False)
        assert names(played) == [*rules.stories[role], *(case.id for case in cases if case.role == role)]


def test_what_is_not_declared_is_not_played(judge, rules):
    cases = judge.cases.by_id.values()
    everything = set(names(items("playbook-dispatcher", rules, cases, rules.declared(()), foreign=True)))
    core = set(names(items("playbook-dispatcher", rules, cases, rules.declared(["core"]), foreign=True)))
    assert core < everything
    gone = everything - core
    assert "dispatch to a Satellite" in gone
    assert "cancel a run that nobody knows" in gone
    assert "dispatch with a negative timeout" in core
    declared = rules.declared(["cancel"])
    assert declared == ("core", "cancel")
    with pytest.raises(PlanError, match=r"satelite.*core, satellite"):
        rules.declared(["satelite"])


def test_a_foreign_component_is_spared_what_is_fatal(judge, rules):
    cases = judge.cases.by_id.values()
    [fatal] = [case.id for case in cases if case.fatal]
    for foreign in (False, True):
        played = names(items("cloud-connector", rules, cases, rules.declared(()), foreign=foreign))
        assert (fatal in played) == (not foreign)


def test_a_clause_selects_its_cases_and_the_stories_where_it_shows_by_itself(judge, rules):
    everything = items("ingress", rules, judge.cases.by_id.values(), rules.declared(()), foreign=True)
    assert names(chosen(everything, ["ING-17"], judge.catalogue)) == ["complete", "an upload while storage is away"]
    assert "complete" not in names(chosen(everything, ["an upload in both parts"], judge.catalogue))
    assert names(chosen(everything, ["STO-04"], judge.catalogue)) == ["complete"]
    assert names(chosen(everything, ["complete", "ING-17", "complete"], judge.catalogue)) == [
        "complete",
        "an upload while storage is away",
    ]
    assert chosen(everything, [], judge.catalogue) == everything
    with pytest.raises(PlanError, match="near it: ING-17"):
        chosen(everything, ["ING-170"], judge.catalogue)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_lots_hold_everything_once_and_cost_alike(judge, rules, count):
    everything = items("playbook-dispatcher", rules, judge.cases.by_id.values(), rules.declared(()), foreign=True)
    filled = lots(everything, count)
    assert len(filled) == count
    assert sorted(each.name for lot in filled for each in lot) == sorted(names(everything))
    costs = [sum(each.cost for each in lot) for lot in filled]
    assert max(costs) - min(costs) <= max(each.cost for each in everything)
    for lot in filled:
        assert lot == sorted(lot, key=everything.index)


def test_more_lots_than_items_leave_none_empty(judge, rules):
    everything = items("ansible-runner", rules, judge.cases.by_id.values(), rules.declared(()), foreign=False)
    assert [len(lot) for lot in lots(everything, 5)] == [1, 1]


def test_cases_need_less_than_stories(judge, rules):
    everything = items("ingress", rules, judge.cases.by_id.values(), rules.declared(()), foreign=True)
    assert needed("ingress", everything) == ROLES
    assert needed("ingress", [each for each in everything if each.case is not None]) == ("ingress", "s3")


def test_only_capabilities_that_concern_a_role_are_told(judge, rules):
    everything = rules.declared(())
    assert rules.concerning("ingress", everything, judge.catalogue) == ("core",)
    assert rules.concerning("cloud-connector", everything, judge.catalogue) == ("core", "satellite", "connector-v1")
    assert rules.concerning("rhc", ("core",), judge.catalogue) == ("core",)


def test_generated_requests_are_an_item_that_can_be_chosen_and_is_no_story(judge, rules):
    cases, declared = judge.cases.by_id.values(), rules.declared(())
    everything = items("ingress", rules, cases, declared, foreign=True, generated=5)
    assert everything[:-1] == items("ingress", rules, cases, declared, foreign=True)
    [alone] = chosen(everything, [GENERATED], {})
    assert (alone.generated, alone.story, needed("ingress", [alone])) == (5, False, ROLES)
    assert alone not in chosen(everything, ["ING-08"], judge.catalogue)


def test_hosts_of_an_older_generation_are_spared_what_does_not_bind_them(judge, rules):
    older = judge.of("rhel-8-9")
    own = rules.of(older.generation)
    assert own.stories["rhc"] == ("complete", "failed", "refused")
    assert own.stories["ingress"] == rules.stories["ingress"]
    everything = items(
        "rhc", own, older.cases.by_id.values(), rules.declared([]), foreign=False, unbound=older.disabled
    )
    assert "a ping" in names(everything)
    assert "a playbook that is not there" in names(everything)
    assert not {"busy", "new facts", "a command to cancel", "a stranger who transmits"} & set(names(everything))
