from hashlib import sha256

import pytest
from checks_scenes import BUSY, RUNNER, busy, complete, failed, failing, refused
from checks_world import CORRELATION, PREPARED, SIGNED, STATE, STREAM, jsonl, stream_form, text_file

from hopcheck.checks.relations.execution import plays

PLAYBOOK = f"{STATE}/{CORRELATION}.yaml"


def sends(world, tag, events):
    """Let an upload carry other events, on the bus as well."""
    key, body = tag.partition(":")[2], stream_form(jsonl(events))
    args = list(world.draft(f"T:{key}").attrs["args"])
    args[4] = {"bytes": len(body), "sha256": sha256(body).hexdigest()}
    return world.bend(tag, payload=body).bend(f"T:{key}", payload=body, args=args)


def under(ident):
    return [ident if word == CORRELATION else word for word in ["python3", *RUNNER]]


def runs(world, tag="END"):
    return world.insert(complete().only(lambda each: each == "16"), before=tag)


def second_run(world):
    spawn = complete().only(lambda each: each == "16")
    argv = ["python3", *RUNNER]
    argv[argv.index(CORRELATION)] = CORRELATION[:-2] + "99"
    return world.insert(spawn.other({}, "'").bend("16'", argv=argv), before="22")


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-047", complete, lambda w: w.bend("15", stdin=text_file("another"))),
        ("H-047", refused, runs),
        ("H-048", refused, lambda w: sends(w, "25:u2", failed(BUSY))),
        ("H-048", refused, lambda w: sends(w, "25:u2", [*STREAM[:2], failed("X")[1]])),
        ("H-048", refused, runs),
        ("H-049", busy, lambda w: sends(w, "25:u9'", [*failed(BUSY, CORRELATION[:-2] + "99"), STREAM[1]])),
        ("H-049", busy, lambda w: sends(w, "25:u9'", failed("X", CORRELATION[:-2] + "99"))),
        ("H-049", busy, second_run),
        ("H-050", failing, lambda w: sends(w, "25:u2", STREAM)),
        ("H-051", complete, lambda w: sends(w, "25:u2", [*STREAM, failed("X")[1]])),
        ("H-059", complete, lambda w: w.bend("16", files={PLAYBOOK: text_file(SIGNED)})),
        ("H-061", complete, lambda w: w.bend("24", files={})),
        ("H-061", complete, lambda w: w.bend("16", argv=under("another"))),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def gathering():
    """A good run whose play has a key that Ansible is not to get."""
    return complete().bend("15", stdin=text_file(SIGNED + "  gather_facts: true\n"))


def test_a_quirk_of_play_keys_is_seen(state):
    assert state(gathering(), "H-060") == "pass"
    assert state(complete(), "H-060") == "not_exercised"


def test_a_worker_without_the_quirk_of_play_keys_fails_nothing(judged):
    files = {PLAYBOOK: text_file(PREPARED + "  gather_facts: true\n")}
    verdict = judged(gathering().bend("16", files=files))
    assert verdict.clauses["H-060"].state == "not_exercised"
    assert [f.level for f in verdict.findings if f.clause == "H-060"] == ["QUIRK"]


@pytest.mark.parametrize("text", ["", "a: b", "- 1\n- 2", "{", "- :\n -"])
def test_no_playbook_has_no_plays(text):
    assert plays(text) == []


@pytest.mark.parametrize(("ident", "role"), [(CORRELATION, "ansible-runner"), ("another", "rhc-worker-playbook")])
def test_status_that_lacks_is_held_against_whoever_chose_the_place(judged, ident, role):
    findings = judged(complete().bend("16", argv=under(ident)).bend("24", files={})).findings
    assert [each.role for each in findings if each.clause == "H-061"] == [role]


def test_run_without_its_status_is_no_good_one(state):
    world = sends(complete(), "25:u2", [*STREAM, failed("X")[1]])
    assert state(world, "H-051") == "fail"
    assert state(world.bend("24", files={}), "H-051") == "not_exercised"
