import json

import pytest
from checks_scenes import busy, complete, not_connected
from checks_world import CORRELATION, bent


def same_correlation(world):
    return world.body("5'", lambda b: b["metadata"].update(crc_dispatcher_correlation_id=CORRELATION))


def elsewhere(world):
    path = "/api/cloud-connector/v2/connections/somebody/message"
    return world.bend("5", attrs={"path": path, "target": path})


def tarball_fetched(world):
    world.add("late", bent(world.draft("20:u1"), path="/staging/tar", exchange="late"))
    return world


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("SRV-010", complete, lambda w: w.body("4/answer", lambda _: [{"code": 500, "message": "no"}])),
        ("SRV-010", complete, lambda w: w.body("4/answer", lambda b: b[0].update(id="7"))),
        ("SRV-011", not_connected, lambda w: w.body("4/answer", lambda _: [{"code": 500, "message": "no"}])),
        ("SRV-014", complete, lambda w: w.body("9:p1", lambda b: b["data"][0].update(service="tasks"))),
        ("SRV-016", busy, same_correlation),
        ("SRV-020", complete, elsewhere),
        ("SRV-020", complete, lambda w: w.body("5", lambda b: b.pop("directive") and None)),
        ("SRV-022", complete, lambda w: w.body("5", lambda b: b.update(directive="foreman_rh_cloud"))),
        ("SRV-022", complete, lambda w: w.body("5", lambda b: b["metadata"].update(more="x"))),
        ("SRV-022", complete, lambda w: w.body("5", lambda b: b["metadata"].update(response_interval=30))),
        ("SRV-023", complete, lambda w: w.body("5", lambda b: b.update(payload=b["payload"] + "=1"))),
        ("SRV-023", complete, lambda w: w.bend("5", payload=w.draft("5").payload.replace(b"&", b"\\u0026"))),
        ("SRV-027", complete, lambda w: w.repeat("5", "again", before="4/answer", exchange="again")),
        ("SRV-060", complete, tarball_fetched),
        ("SRV-063", complete, lambda w: w.repeat("20:u1", "again", exchange="again")),
        ("SRV-063", complete, lambda w: w.without("20:u1", "21:u1")),
        ("SRV-068", complete, lambda w: w.bend("valid:u1", timestamp=10**6)),
        ("SRV-068", complete, lambda w: w.without("valid:u1")),
        ("SRV-068", complete, lambda w: w.bend("update:u1", key="another")),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_refetch_after_a_lost_answer_is_allowed(state):
    world = complete().repeat("20:u1", "first", before="20:u1", exchange="first")
    assert state(world, "SRV-063") == "pass"


def test_what_the_kit_announces_again_may_be_fetched_again(state):
    again = bent(complete().draft("19:u1"), headers=[["x-hopcheck-case", ""]])
    world = complete().add("again", again).repeat("20:u1", "second", exchange="second")
    world.repeat("21:u1", "second answer", exchange="second")
    assert state(world, "SRV-063") == "pass"
    world.repeat("20:u1", "third", exchange="third")
    assert state(world, "SRV-063") == "fail"


def announced_by_the_kit(world, service, path="/staging/own"):
    headers = [["x-hopcheck-case", ""], *([] if service is None else [["service", service]])]
    body = {"request_id": "own", "url": f"http://store.example:9000{path}"}
    announce = bent(world.draft("19:u1"), headers=headers, payload=json.dumps(body).encode())
    return world.add("own", announce)


@pytest.mark.parametrize("service", [None, "advisor"])
def test_what_the_kit_announces_to_others_is_not_fetched(state, service):
    world = announced_by_the_kit(complete(), service)
    assert state(world, "SRV-060") == "pass"
    world.add("fetched", bent(world.draft("20:u1"), path="/staging/own", exchange="own"))
    assert state(world, "SRV-060") == "fail"
