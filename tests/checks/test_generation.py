import json

import pytest
from checks_scenes import complete, failing, refused
from checks_world import CONTRACTS, HOST, kit

from hopcheck.checks.clause import relations
from hopcheck.checks.generation import PRESENT, Generation, GenerationError, hidden_arrows, load, merged, names
from hopcheck.checks.judge import Judge
from hopcheck.checks.relations.rhel_8_9 import NAME

DBUS, RUNNER = "rhc<>rhc-worker-playbook", "rhc-worker-playbook>ansible-runner"


@pytest.fixture(scope="module")
def older(judge):
    return judge.of(NAME)


def said(status):
    """A connection-status as rhcd 0.2 tells it."""
    content = {name: value for name, value in status["content"].items() if name != "client_version"}
    listed = content["dispatchers"] and {name: None for name in content["dispatchers"] if "_" not in name}
    return {**status, "content": content | {"dispatchers": listed}}


def as_rhel_8(world, *, unseen=(DBUS, RUNNER)):
    """The run as taps see it of hosts with rhcd 0.2: nothing of gRPC, nothing inside the worker."""
    unseen_tags = {tag for tag, draft in world.steps if draft.edge in unseen}
    world.only(lambda tag: tag not in unseen_tags)
    for tag in ("1/online", "1/delivered"):
        world.body(tag, said)
    will = world.draft("1").attrs["will"]
    world.bend("1", will={**will, "payload": json.dumps(said(json.loads(will["payload"])))})
    world.steps.insert(0, ("run", kit("run", runtime="process", generation=NAME)))
    return world


def findings(verdict):
    return {(each.kind, each.role, each.clause, each.arrow) for each in verdict.findings}


@pytest.mark.parametrize("scene", [complete, failing, refused])
@pytest.mark.parametrize("unseen", [(DBUS,), (DBUS, RUNNER)])
def test_run_of_the_older_generation_passes_under_its_own_contracts(judge, scene, unseen):
    verdict = judge.judge(as_rhel_8(scene(), unseen=unseen).trace())
    assert findings(verdict) == set()
    assert verdict.verdict == "pass"
    assert verdict.generation == NAME


def test_verdict_says_what_it_does_not_speak_of(judge):
    verdict = judge.judge(as_rhel_8(complete()).trace())
    dbus, runner = verdict.not_judged
    assert dbus.startswith(f"{DBUS} (arrows 2, 13): ")
    assert "gRPC" in dbus
    assert runner.startswith(f"{RUNNER} (arrows 16, 24): ")
    assert verdict.summary()["not_judged"] == [dbus, runner]
    assert set(verdict.runs[0].demanded).isdisjoint({2, 13, 16, 24})
    assert {3, 6, 12, 14, 15, 22, 23, 25, 30} <= set(verdict.runs[0].demanded)


def test_disabled_clauses_say_why(judge):
    verdict = judge.judge(as_rhel_8(complete()).trace())
    disabled = {name for name, each in verdict.clauses.items() if each.state == "disabled"}
    assert disabled == set(verdict.disabled)
    assert {"H-008", "H-015", "H-022", "H-034", "H-049", "H-059"} <= disabled
    assert "H-013" not in disabled
    assert verdict.as_dict()["clauses"]["H-022"]["why"] == "cancel came with 0.4.2"
    assert verdict.clauses["H-047"].state == "pass"


def test_present_generation_has_nothing_disabled_and_speaks_of_all(judge):
    verdict = judge.judge(complete().trace())
    assert (verdict.generation, verdict.not_judged, verdict.disabled) == (PRESENT, (), {})
    assert verdict.clause_counts["disabled"] == 0
    assert "not_judged" not in verdict.summary()


def test_older_host_fails_under_the_present_contracts(judge):
    verdict = judge.judge_as_own(as_rhel_8(complete()).trace())
    missing = {each.arrow for each in verdict.findings if each.kind == "missing"}
    assert {2, 13, 16, 24} <= missing


def test_newer_host_fails_under_the_older_contracts(older):
    verdict = older.judge_as_own(complete().trace())
    assert ("breach", "rhc", "H-012", None) in findings(verdict)
    assert ("breach", "rhc", "H-013", None) in findings(verdict)


@pytest.mark.parametrize("name", ["rhc_worker_playbook", "rhc_worker-playbook"])
def test_names_with_underscores_are_wrong(judge, name):
    world = as_rhel_8(complete())
    for tag in ("1/online", "1/delivered"):
        world.body(tag, lambda status: status["content"].update(dispatchers={name: {}}))
    verdict = judge.judge(world.trace())
    assert ("breach", "rhc", "H-013", None) in findings(verdict)
    assert verdict.clauses["H-013"].state == "fail"


def again(world, *, told):
    """A second session of the host; ``told`` with a status that says online."""
    for tag in (
        "1",
        "1/CONNACK",
        "1/throwaway",
        "1/SUBSCRIBE",
        "1/SUBACK",
        *(("1/online", "1/PUBACK") if told else ()),
    ):
        world.repeat(tag, f"again/{tag}", before="closed", connection="again")
    return world


def test_every_connect_is_told(judge):
    verdict = judge.judge(again(as_rhel_8(complete()), told=True).trace())
    assert verdict.clauses["H-017"].state == "pass"
    assert verdict.clauses["H-017"].evidence


def test_connect_that_is_not_told_is_a_failure(judge):
    verdict = judge.judge(again(as_rhel_8(complete()), told=False).trace())
    assert ("clause", "rhc", "H-017", None) in findings(verdict)
    assert verdict.verdict == "fail"


def test_one_connect_does_not_show_what_a_reconnect_would(judge):
    assert judge.judge(as_rhel_8(complete()).trace()).clauses["H-017"].state == "not_exercised"


def test_uploads_come_after_the_download(judge):
    world = as_rhel_8(complete())
    early = [tag for tag in world.tags if tag.startswith("17:u1")]
    for tag in early:
        world.move(tag, before="11")
    verdict = judge.judge(world.trace())
    assert ("forbidden", 17) in {(each.kind, each.arrow) for each in verdict.findings}


def test_error_that_goes_further_is_a_failure(judge):
    world = as_rhel_8(complete())
    world.bend("12", status=404)
    verdict = judge.judge(world.trace())
    assert ("clause", "rhc", "H-031", None) in findings(verdict)


def test_every_relation_of_a_generation_has_its_clause_and_the_other_way_round():
    for name in names(CONTRACTS)[1:]:
        own = load(CONTRACTS, name)
        assert set(relations(name)) == {each.id for each in own.clauses.values() if each.judged == "relation"}


def test_what_a_generation_names_is_there(older):
    known = {case.id for case in older.cases.by_id.values()}
    assert set(older.generation.left_out) <= known
    assert hidden_arrows(older.hops) == [2, 13, 16, 24]
    assert hidden_arrows(older.hops, DBUS) == [2, 13]
    assert not hidden_arrows(Judge(CONTRACTS).hops)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Generation("old", disabled={"H-999": "no"}), "old: H-999 is no clause"),
        (Generation("old", disabled={"H-001": "no"}, clauses={"H-001": None}), "H-001 cannot be both"),
    ],
)
def test_generation_that_does_not_fit_the_catalogue(judge, wrong, said):
    with pytest.raises(GenerationError, match=said):
        wrong.reads(judge.catalogue)


def test_unknown_generation_is_told_with_the_nearest():
    with pytest.raises(
        GenerationError, match=r"no generation 'rhel-8', meant is perhaps 'rhel-8-9'; there are rhel-10,"
    ):
        load(CONTRACTS, "rhel-8")


@pytest.mark.parametrize(
    ("tree", "patch", "made"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}),
        ({"a": [1]}, {"a": {"b": False}}, {"a": {"b": False}}),
        (1, {"a": {"b": 2}}, {"a": {"b": 2}}),
        ({"a": 1}, 3, 3),
    ],
)
def test_merge_patch(tree, patch, made):
    assert merged(tree, patch) == made


def test_host_is_named(judge):
    verdict = judge.judge(again(as_rhel_8(complete()), told=False).trace())
    assert {each.host for each in verdict.findings if each.clause == "H-017"} == {HOST}
