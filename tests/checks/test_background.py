import pytest
from checks_scenes import complete, pinged
from checks_world import BASE, World, bent, kafka, request, response

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
