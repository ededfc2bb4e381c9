import pytest
from checks_scenes import complete
from checks_world import kit

from hopcheck.checks.relations.staging import object_content


def headers(world, tag, **changes):
    changes = {name.replace("_", "-"): value for name, value in changes.items()}
    kept = [[name, changes.pop(name, value)] for name, value in world.draft(tag).attrs["headers"]]
    return world.bend(tag, headers=[*kept, *([n, v] for n, v in changes.items())])


@pytest.mark.parametrize(
    ("clause", "bend"),
    [
        ("ING-07", lambda w: w.bend("17:u1/answer", status=201)),
        ("ING-08", lambda w: w.body("17:u1/answer", lambda b: b.update(request_id="x"))),
        ("ING-08", lambda w: w.body("17:u1/answer", lambda b: b.update(upload={"org_id": "x"}))),
        ("ING-08", lambda w: w.body("17:u1/answer", lambda b: b["upload"].update(account_number="7"))),
        ("ING-09", lambda w: w.without("19:u1")),
        ("ING-09", lambda w: w.repeat("19:u1", "again")),
        ("ING-09", lambda w: headers(w, "19:u1", service="advisor")),
        ("ING-10", lambda w: w.body("19:u1", lambda b: b.update(size=1))),
        ("ING-10", lambda w: w.body("19:u1", lambda b: b.update(principal="x"))),
        ("ING-10", lambda w: w.body("19:u1", lambda b: b.update(b64_identity="e30="))),
        ("ING-10", lambda w: w.body("19:u1", lambda b: b.pop("timestamp") and None)),
        ("ING-11", lambda w: w.move("19:u1", before="18:u1/answer")),
        ("ING-11", lambda w: w.bend("18:u1/answer", status=500)),
        ("ING-12", lambda w: w.bend("19:u1", key="x")),
        ("ING-16", lambda w: w.without("track:u1:success")),
        ("ING-16", lambda w: w.bend("track:u1:success", offset=0)),
        ("STO-01", lambda w: w.bend("18:u1", payload=b"other")),
        ("STO-01", lambda w: headers(w, "18:u1", content_type="text/plain")),
        ("STO-02", lambda w: headers(w, "18:u1", x_amz_meta_requestid="other")),
        ("STO-02", lambda w: headers(w, "18:u1", x_amz_meta_org="other")),
        ("STO-03", lambda w: w.bend("21:u1", payload=b"other")),
        ("STO-03", lambda w: w.bend("21:u1", status=403)),
        ("STO-03", lambda w: headers(w, "20:u1", host="other.example")),
        ("STO-03", lambda w: headers(w, "20:u1", authorization="AWS4 x")),
        ("STO-03", lambda w: w.bend("20:u1", attrs={"target": w.draft("20:u1").attrs["target"] + "0"})),
    ],
)
def test_broken(state, clause, bend):
    assert state(complete(), clause) == "pass"
    assert state(bend(complete()), clause) == "fail"


def test_signed_stream_is_unframed(state):
    world = complete()
    data = world.draft("18:u1").payload
    framed = b"%x;chunk-signature=0\r\n" % len(data) + data + b"\r\n0;chunk-signature=0\r\n\r\n"
    headers(world, "18:u1", content_encoding="aws-chunked").bend("18:u1", payload=framed)
    assert object_content(list(world.events())[world.index("18:u1")]) == data
    assert state(world, "STO-01") == "pass"


def test_account_of_the_identity_is_repeated(state):
    world = complete()
    for answer in ("17:u1/answer", "25:u2/answer", "23/answer"):
        world.body(answer, lambda b: b["upload"].update(account_number=None))
    assert state(world, "ING-08") == "fail"


def test_nothing_may_be_left_of_a_test(state):
    world = complete().bend("17:u1/answer", status=200)
    world.bend("17:u1", payload=b"test=test", attrs={**world.draft("17:u1").attrs, "query": [["test", "test"]]})
    assert state(world, "ING-14") == "fail", "it was staged"
    world.without("18:u1", "18:u1/answer", "19:u1", "track:u1:received")
    assert state(world, "ING-14") == "fail", "it was tracked"
    assert state(world.without("track:u1:success"), "ING-14") == "pass"


def test_only_what_is_not_stored_is_answered_500(state):
    world = complete()
    assert state(world, "ING-17") == "not_exercised"
    assert state(world.bend("17:u1/answer", status=500, payload=b""), "ING-17") == "fail"
    assert state(world.bend("18:u1/answer", status=503), "ING-17") == "pass"
    assert state(world.without("18:u1", "18:u1/answer"), "ING-17") == "pass"


def test_an_object_that_storage_would_not_have_is_not_judged(state):
    world = complete().bend("18:u1", payload=b"")
    assert state(world, "STO-01") == "fail"
    assert state(world.bend("18:u1", complete=False), "STO-01") == "pass"


def around(world, first, last):
    changed = type(world)()
    for tag, draft in world.steps:
        if tag == first:
            changed.add("away", kit("away", what="kafka"))
        changed.add(tag, draft)
        if tag == last:
            changed.add("back", kit("back", what="kafka"))
    return changed


def test_what_is_uploaded_without_kafka_is_announced_later(state):
    assert state(complete(), "ING-18") == "not_exercised"
    away = around(complete(), "17:u1", "17:u1/answer")
    assert state(away, "ING-18") == "pass"
    lost = away.without("19:u1", "track:u1:success")
    assert [state(lost, clause) for clause in ("ING-18", "ING-09", "ING-16")] == ["fail", "pass", "pass"]
    refused = around(complete(), "17:u1", "17:u1/answer").bend("17:u1/answer", status=503)
    assert state(refused, "ING-18") == "fail"
    too_soon = around(complete(), "17:u1", "17:u1").without("19:u1")
    assert [state(too_soon, clause) for clause in ("ING-18", "ING-09")] == ["not_exercised", "fail"]
