from checks_scenes import busy, complete
from checks_world import text_file

from hopcheck.checks.executions import option


def test_processes_of_a_run(told):
    instance = told(complete()).attribution.instances[0]
    assert [each[0].status for each in (instance.verifiers, instance.runners, instance.collections)] == [0, 0, 0]
    assert [each.key for each in instance.tarballs] == ["tar"]


def test_second_playbook_has_no_processes(told):
    late = told(busy()).attribution.instances[1]
    assert (late.verifiers, late.runners, late.collections) == ([], [], [])


def test_verifier_may_be_seen_before_the_bus_monitor(told, judged):
    world = complete().move("14", before="13")
    assert len(told(world).attribution.instances[0].verifiers) == 1
    assert judged(world).verdict == "pass"


def errand(*arguments):
    part = complete().only(lambda tag: tag in ("22", "22/exit", "23", "23/answer", "18:tar", "18:tar/answer", "19:tar"))
    part.only(lambda tag: not tag.startswith("track"))
    for tag in ("22", "22/exit"):
        part.bend(tag, argv=["insights-client", *arguments])
    return part.other({'"tar"': '"rar"', "/tar": "/rar"}, "'")


def test_registration_and_its_upload_are_background(judged):
    verdict = judged(complete().insert(errand("--register"), before="expect"))
    assert [f.kind for f in verdict.findings if f.kind != "clause"] == []


def test_other_runs_of_insights_client_are_unmapped(judged):
    verdict = judged(complete().insert(errand(), before="expect"))
    assert {f.kind for f in verdict.findings} >= {"unmapped"}


def test_option(told):
    history = told(complete().bend("16", argv=["python3", "--ident=a", "--playbook", "b", "--last"])).history
    event = next(e for e in history.trace if e.op == "spawn" and "--ident=a" in e.attrs["argv"])
    assert [option(event, name) for name in ("--ident", "--playbook", "--last", "--none")] == ["a", "b", None, None]


def stranger():
    """The verification of a playbook that no run has."""
    part = complete().only(lambda tag: tag in ("14", "15"))
    return part.bend("15", stdin=text_file("another")).other({}, "-")


def test_what_is_verified_is_nobodys_once_all_have_ended(told):
    late = told(busy().insert(stranger(), before="closed")).attribution.instances[1]
    assert late.verifiers == []


def test_a_wrong_playbook_is_that_of_the_one_that_lasts(told):
    late = told(busy().insert(stranger(), before="END'")).attribution.instances[1]
    assert len(late.verifiers) == 1
