import pytest
from checks_scenes import complete, pinged
from checks_world import BASE, World, bent, dbus, kafka, kit, request, response

REFUSED = {"op": "refused", "exchange": "odd"}


def findings(judged, world):
    return [(f.kind, f.event) for f in judged(world).findings if f.kind == "unmapped"]


def test_answer_follows_its_question(judged):
    version = request("remediations>playbook-dispatcher", "GET", "/internal/version", "v")
    world = complete().insert(World().add("v", version).add("v/answer", response(version, 200, "x")), before="closed")
    assert judged(world).findings == ()


@pytest.mark.parametrize("tag", ["18:u1", "19:u1", "11", "13", "14", "16", "22", "6"])
def test_nobodys_arrow_is_unmapped(judged, tag):
    strangers = {
        "18:u1": {"path": "/staging/odd"},
        "11": {"attrs": {"target": f"{BASE}/odd/playbook"}},
        "13": {"args": ["rhc_worker_playbook", "odd", "", {}, {}]},
        "16": {"argv": ["python3", "-m", "ansible_runner", "run", "--ident", "odd", "--playbook", "/a.yaml", "/b"]},
        "6": {"payload": b'{"type": "data", "message_id": "odd"}'},
        "19:u1": {"payload": b'{"request_id": "odd"}'},
    }
    world = complete().repeat(tag, "odd", before="closed", exchange="odd", **strangers.get(tag, {}))
    assert findings(judged, world) == [("unmapped", world.seq("odd"))]


def test_tarballs_own_announce_is_background_and_anothers_is_not(judged):
    assert judged(complete()).findings == ()
    late = World().add("odd", kafka("platform.upload.announce", {"request_id": "odd"}, service="advisor"))
    world = complete().insert(late, before="closed")
    assert findings(judged, world) == [("unmapped", world.seq("odd"))]


def test_platform_services_need_no_name(judged):
    draft = bent(request("a>b", "GET", "/api/inventory/v1/hosts", "p"), edge="platform")
    assert judged(complete().insert(World().add("p", draft), before="closed")).findings == ()


def test_reset_needs_a_declared_fault(judged):
    def world():
        late = World().add("odd", bent(request("rhc>ingress", "GET", "/", "odd"), **REFUSED, attrs={"reason": "tls"}))
        return complete().insert(late, before="closed")

    assert findings(judged, world()) == [("unmapped", world().seq("odd"))]
    assert findings(judged, world().bend("expect", fault="bad certificate", outcome="disturbed")) == []


def test_commands_beside_ping_need_a_declared_fault(judged):
    def world():
        return pinged().body("ping", lambda b: b["content"].update(command="disconnect"))

    assert findings(judged, world()) == [("unmapped", world().seq("ping"))]
    assert findings(judged, world().bend("expect", fault="told to leave", outcome="disturbed")) == []


VISIT = {"what": "a visitor", "host_name": "web", "client_id": "c"}


def visited(*inside, left=True):
    """A good run, and a visit after it, with these events while it lasts."""
    late = World().add("visit", kit("visit", **VISIT))
    for number, draft in enumerate(inside):
        late.add(f"in-{number}", draft)
    if left:
        late.add("left", kit("left", **VISIT))
    return complete().insert(late, before="closed")


def turned_away(edge="rhc>ingress"):
    return bent(request(edge, "GET", "/", edge), op="refused", attrs={"reason": "TLS"})


def test_a_visitor_may_be_refused_while_it_is_there(judged):
    assert judged(visited(turned_away(), turned_away("rhc>remediations"))).findings == ()


@pytest.mark.parametrize("before", ["visit", "closed"])
def test_who_is_refused_before_or_after_a_visit_is_no_visitor(judged, before):
    world = visited(turned_away()).insert(World().add("odd", turned_away()), before=before)
    assert findings(judged, world) == [("unmapped", world.seq("odd"))]


def test_a_visit_that_nobody_ended_excuses_nothing(judged):
    world = visited(turned_away(), left=False)
    assert findings(judged, world) == [("unmapped", world.seq("in-0"))]


def test_a_visitor_is_excused_only_for_being_refused(judged):
    world = visited(request("rhc>ingress", "GET", "/odd", "odd"))
    assert findings(judged, world) == [("unmapped", world.seq("in-0"))]


def test_each_visit_ends_with_its_own_leaving(judged):
    again = World().add("visit'", kit("visit", **VISIT)).add("odd", turned_away()).add("left'", kit("left", **VISIT))
    world = visited(turned_away()).insert(again, before="closed")
    between = World().add("between", turned_away())
    assert judged(world).findings == ()
    world.insert(between, before="visit'")
    assert findings(judged, world) == [("unmapped", world.seq("between"))]


def machine_call(source, target):
    call = dbus(
        "call", "org.freedesktop.systemd1.Manager", "StartUnit", ["x.service", "replace"], ":1.9", ":1.1", "/s", "ss"
    )
    return bent(call, source=source, target=target)


def test_what_the_machines_own_services_say_to_each_other_is_background(judged):
    world = complete().insert(World().add("m", machine_call(":1.9", ":1.1")), before="closed")
    assert judged(world).findings == ()


@pytest.mark.parametrize(
    ("source", "target", "role"),
    [
        ("rhc-worker-playbook", ":1.1", "rhc-worker-playbook"),
        ("rhc", ":1.1", "rhc"),
        (":1.1", "rhc", None),
        (":1.1", "rhc-worker-playbook", None),
    ],
)
def test_a_role_that_calls_a_service_of_the_machine_is_a_finding(judged, source, target, role):
    world = complete().insert(World().add("m", machine_call(source, target)), before="closed")
    (finding,) = [each for each in judged(world).findings if each.kind == "unmapped"]
    assert (finding.event, finding.role) == (world.seq("m"), role)
    assert "dbus.machine.org.freedesktop.systemd1.Manager.StartUnit.call" in finding.got


def test_a_service_that_no_prefix_names_is_a_finding(judged):
    odd = bent(machine_call(":1.9", ":1.1"), interface="org.example.Odd")
    world = complete().insert(World().add("m", odd), before="closed")
    assert findings(judged, world) == [("unmapped", world.seq("m"))]
