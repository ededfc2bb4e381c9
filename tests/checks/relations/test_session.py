import pytest
from checks_scenes import complete, pinged
from checks_world import DISPATCHER, HOST, WORKER, WORKER_PATH, World, dbus, kit


def hyphens_missing(body):
    del body["content"]["dispatchers"]["rhc-worker-playbook"]


def looked(features=None):
    """A good run after whose Dispatch the worker is asked what it can."""
    ask = ["com.redhat.Yggdrasil1.Worker1", "Features"]
    ends = (DISPATCHER, WORKER, WORKER_PATH)
    call = dbus("call", "org.freedesktop.DBus.Properties", "Get", ask, *ends, "ss", "xf")
    back = (WORKER, DISPATCHER, WORKER_PATH)
    told = dbus("return", "org.freedesktop.DBus.Properties", "Get", [features or {}], *back, "v", "xf")
    return complete().insert(World().add("look", call).add("look/answer", told), before="14")


def lists(dispatchers, tag="1/online"):
    return lambda w: w.body(tag, lambda b: b["content"].update(dispatchers=dispatchers))


NAMES = ("rhc_worker_playbook", "rhc-worker-playbook")


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("H-007", complete, lambda w: w.bend("1", client_id="another")),
        ("H-014", looked, lists({})),
        ("H-014", looked, lists({name: {"version": "1"} for name in NAMES})),
        ("H-011", complete, lambda w: w.without("1/online", "1/delivered")),
        ("H-013", complete, lambda w: w.body("1/online", hyphens_missing)),
        ("H-018", pinged, lambda w: w.without("pong")),
        ("H-018", pinged, lambda w: w.repeat("pong", "again")),
        ("H-018", pinged, lambda w: w.bend("pong", host="another")),
        ("H-018", pinged, lambda w: w.body("pong", lambda b: b.update(message_id=b["response_to"]))),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_the_id_that_is_kept_is_the_clients(judged):
    late = World().add("found", kit("found", client_id=HOST, path="/var/lib/yggdrasil/client-id", text=HOST))
    world = complete().insert(late, before="closed")
    assert judged(world).clauses["H-007"].state == "pass"
    verdict = judged(world.bend("found", text=""))
    assert [(f.role, f.host) for f in verdict.findings if f.clause == "H-007"] == [("rhc", HOST)]


def test_a_map_may_be_told_later(state):
    world = lists({})(looked().repeat("1/online", "again", before="16", packet_id=7))
    assert state(world, "H-014") == "pass"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda w: w.without("END"), id="a worker that was not heard of again"),
        pytest.param(
            lambda w: w.repeat("1/PUBACK", "bye", before="look", op="closed", by="client", clean=True),
            id="a session that ended",
        ),
    ],
)
def test_a_status_that_could_not_be_sent_is_not_missed(state, change):
    assert state(change(lists({})(looked())), "H-014") == "not_exercised"


def test_a_host_without_certificate_has_any_client_id(state):
    assert state(complete().bend("1", client_id="another", tls=None), "H-007") == "not_exercised"


def test_quirk_that_is_not_there_fails_nothing(judged):
    verdict = judged(complete().without("1/throwaway"))
    assert verdict.clauses["H-005"].state == "not_exercised"
    assert [f.clause for f in verdict.findings] == ["H-005"]
    assert verdict.verdict == "pass"


def test_quirk_is_seen(state):
    assert state(complete(), "H-005") == "pass"


MARK = {"fault": "a visitor of the kit's"}


def visited(world, *tags, **changes):
    """A visitor who does the same once more on a connection of its own."""
    for tag in tags:
        world.repeat(tag, f"visitor/{tag}", before="expect", connection="c-visitor", **changes)
    return world


@pytest.mark.parametrize("clause", ["H-005", "H-011", "CON-46"])
def test_a_visitor_of_the_kits_breaks_nothing_of_rhcs(state, clause):
    """It sends no throwaway and no status."""
    alone = {"client_id": "visitor", "host": "visitor"}
    assert state(visited(complete(), "1", "1/CONNACK", attrs=MARK | alone), clause) == "pass"


def test_whom_the_kit_did_not_send_is_held_to_it(state):
    other = {"client_id": "visitor"}
    assert state(visited(complete(), "1", "1/CONNACK", attrs=other), "H-011") == "fail"


@pytest.mark.parametrize("clause", ["H-005", "H-011"])
def test_a_visitor_of_the_kits_proves_nothing_of_rhcs(state, clause):
    world = complete().bend("1/CONNACK", **MARK)
    assert state(world, clause) == "not_exercised"


def test_a_visitors_status_is_not_rhcs(state):
    """Where rhc itself told none, a status that a visitor sent in its name does not stand in."""
    world = visited(complete(), "1/online", attrs=MARK).without("1/online", "1/delivered")
    assert state(world, "H-011") == "fail"


def test_a_visitors_worker_names_are_not_held_against_rhc(state):
    world = visited(complete(), "1/online", attrs=MARK).body("visitor/1/online", hyphens_missing)
    assert state(world, "H-013") == "pass"
