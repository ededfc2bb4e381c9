import pytest
from checks_scenes import complete, refused
from checks_world import HOST, PREPARED, SIGNED, World, kit, text_file

from hopcheck.checks.relations.verification import misfit


def reads(text):
    """Let the verifier be given another playbook."""
    return lambda world: world.bend("15", stdin=text_file(text))


def accepts(world):
    return world.bend("15", status=0)


def half_signed(status):
    """A run whose second play is not signed, as is one that was told to expect no refusal."""
    return reads(SIGNED + PREPARED)(refused()).bend("15", status=status).bend("expect", outcome="complete")


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-062", refused, accepts),
        ("H-062", lambda: half_signed(1), accepts),
        ("H-063", complete, lambda w: w.bend("15", payload=b"another")),
        ("H-068", refused, lambda w: w.bend("15", status=101)),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_plays_that_are_all_good_prove_nothing(state):
    assert state(complete(), "H-062") == "not_exercised"


def test_a_verifier_that_was_not_heard_out_is_not_judged(state):
    assert state(refused().without("15"), "H-062") == "not_exercised"


def announced(world, clause, verified):
    """The kit has said what must become of the playbook that the verifier reads."""
    about = {"client_id": HOST, "sha256": text_file(SIGNED)["sha256"], "what": "a play"}
    said = World().add("verify", kit("verify", clause=clause, verified=verified, **about))
    return world.insert(said, before="14")


@pytest.mark.parametrize("clause", ["H-065", "H-067"])
@pytest.mark.parametrize(("scene", "verified", "found"), [(complete, True, "pass"), (complete, False, "fail")])
def test_the_verifier_decides_as_the_kit_said(judged, clause, scene, verified, found):
    verdict = judged(announced(scene(), clause, verified))
    assert verdict.clauses[clause].state == found
    assert {f.role for f in verdict.findings if f.clause == clause} == (
        {"insights-client"} if found == "fail" else set()
    )


@pytest.mark.parametrize("clause", ["H-065", "H-067"])
def test_what_the_kit_said_nothing_of_is_not_judged(state, clause):
    other = {"H-065": "H-067", "H-067": "H-065"}[clause]
    assert state(complete(), clause) == state(announced(complete(), other, False), clause) == "not_exercised"
    assert state(announced(complete(), clause, False).without("15"), clause) == "not_exercised"


def test_a_play_that_cannot_be_verified_is_refused(judged):
    world = reads(SIGNED + PREPARED)(complete())
    assert judged(complete()).clauses["H-066"].state == "pass"
    assert [(f.got, f.role) for f in judged(world).findings if f.clause == "H-066"] == [
        ("one without a signature", "insights-client")
    ]


VARS = {"insights_signature": b"x", "insights_signature_exclude": "/hosts,//vars//insights_signature/"}


@pytest.mark.parametrize(
    ("play", "wrong"),
    [
        ({"hosts": "all", "vars": VARS}, None),
        ({"hosts": "all", "vars": {**VARS, "insights_signature_exclude": "vars"}}, None),
        ({"hosts": "all"}, "one without vars"),
        ({"hosts": "all", "vars": {**VARS, "insights_signature": ""}}, "one without a signature"),
        ({"hosts": "all", "vars": {"insights_signature": b"x"}}, "one without an exclude list"),
        ({"vars": VARS}, "one that excludes /hosts, which it has not"),
        ({"vars": {**VARS, "insights_signature_exclude": "/vars/x"}}, "one that excludes /vars/x, which it has not"),
        ({"hosts": "all", "vars": {**VARS, "insights_signature_exclude": "/tasks"}}, "one that excludes /tasks"),
        ({"vars": {**VARS, "insights_signature_exclude": "/vars/a/b"}}, "one that excludes /vars/a/b"),
        ({"vars": {**VARS, "insights_signature_exclude": ""}}, "one that excludes "),
    ],
)
def test_misfits(play, wrong):
    assert misfit(play) == wrong
