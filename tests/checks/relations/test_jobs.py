import pytest
from checks_scenes import complete, refused
from checks_world import CORRELATION, RETURN_URL

WHOLE = {"crc_dispatcher_correlation_id": CORRELATION, "return_url": RETURN_URL, "response_interval": "0.4"}
REST = ("16", "24", "T", "17", "25")


def told_with(world, *names):
    """Let Dispatch have these entries of its metadata only."""
    args = list(world.draft("13").attrs["args"])
    args[3] = {name: WHOLE[name] for name in names}
    return world.bend("13", args=args)


def hurried():
    """A run of which uploads are sent while it lasts, and at its end."""
    return told_with(complete(), "crc_dispatcher_correlation_id", "return_url")


def idle(world):
    """Without a run and without uploads."""
    return world.only(lambda tag: tag.split(":")[0].split("/")[0] not in REST)


def fails(world):
    """Let the last Transmit never have got through."""
    return world.bend("T:u2/answer", op="error", error_name="org.freedesktop.DBus.Error.Failed")


def again(world):
    return world.repeat("T:u2", "T:again", before="END", exchange="again")


@pytest.mark.parametrize("lacking", ["return_url", "crc_dispatcher_correlation_id"])
def test_lacking_metadata_must_stop_the_worker(judged, lacking):
    def told(world):
        return [(f.got, f.role) for f in judged(world).findings if f.clause == "H-044"]

    rest = [name for name in WHOLE if name != lacking]
    assert told(complete()) == told(idle(told_with(complete(), *rest))) == []
    assert told(told_with(complete(), *rest)) == [
        ("spawn on rhc-worker-playbook>ansible-runner", "rhc-worker-playbook"),
        ("call on rhc<>rhc-worker-playbook", "rhc-worker-playbook"),
        ("call on rhc<>rhc-worker-playbook", "rhc-worker-playbook"),
    ]


def test_idle_worker_has_kept_the_rule(state):
    assert state(complete(), "H-044") == "not_exercised"
    assert state(idle(told_with(complete(), "return_url")), "H-044") == "pass"


def test_uploads_without_an_interval_are_far_apart(state):
    assert state(hurried(), "H-045") == "fail"
    assert state(hurried().without("17:u1", "T:u1"), "H-045") == "pass"
    assert state(complete(), "H-045") == "not_exercised"


@pytest.mark.parametrize("scene", [complete, refused])
def test_a_failed_last_upload_is_not_sent_again(judged, scene):
    def told(world):
        return [f.level for f in judged(world).findings if f.clause == "H-057"]

    assert judged(scene()).clauses["H-057"].state == "not_exercised"
    assert judged(fails(scene())).clauses["H-057"].state == "pass"
    assert told(fails(scene())) == told(again(scene())) == []
    assert told(again(fails(scene()))) == ["QUIRK"]


def test_a_refused_last_upload_is_not_sent_again(judged):
    world = complete()
    args = [500, *world.draft("T:u2/answer").attrs["args"][1:]]
    assert judged(world.bend("T:u2/answer", args=args)).clauses["H-057"].state == "pass"
    assert [f.got for f in judged(again(world)).findings if f.clause == "H-057"] == ["another"]


def test_a_transmit_that_is_no_form_tells_no_end(state):
    world = fails(complete())
    args = list(world.draft("T:u2").attrs["args"])
    args[3] = {"Content-Type": "text/plain"}
    assert state(world.bend("T:u2", args=args), "H-057") == "not_exercised"
