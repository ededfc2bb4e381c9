import pytest
from checks_scenes import complete, refused
from checks_world import PREPARED, SIGNED, text_file


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
