import gzip
import lzma

import pytest
from checks_scenes import complete
from checks_world import CORRELATION, STREAM, jsonl, request, response, stream_form

from hopcheck.checks.uploads import decompressed


def uploads(told, world):
    return told(world).attribution.uploads


def test_upload_is_followed_by_its_key(told):
    read = uploads(told, complete())
    assert list(read.by_key) == ["u1", "tar", "u2"]
    last = read.by_key["u2"]
    assert last.correlation_id == CORRELATION
    assert (len(last.puts), len(last.announces), len(last.gets)) == (1, 1, 1)
    assert last.transmit is not None
    assert last.finishes
    assert last.fetched_same
    assert not read.by_key["u1"].finishes
    assert read.lone == []


def test_transmit_without_post_is_alone(told):
    read = uploads(told, complete().without("17:u1"))
    assert [call.asked.attrs["member"] for call in read.lone] == ["Transmit"]


def test_equal_bodies_are_joined_in_order(told):
    world = complete()
    late = complete().only(lambda tag: tag in ("T:u1", "17:u1"))
    for tag in ("T:u1", "17:u1"):
        late.bend(tag, exchange=f"late-{tag}")
    late.bend(
        "17:u1", headers=[["x-rh-insights-request-id", "u0"], ["content-type", "multipart/form-data; boundary=sep"]]
    )
    read = uploads(told, world.insert(late.other({}, "'"), before="22"))
    assert read.by_key["u1"].transmit.asked.seq < read.by_key["u0"].transmit.asked.seq


def test_unreadable_form_has_no_lines(told):
    read = uploads(told, complete().bend("17:u1", payload=b"nonsense"))
    assert (read.by_key["u1"].file, read.by_key["u1"].lines) == (None, [])


def test_key_may_be_escaped_and_have_slashes(told):
    path = "/staging/host%2Fabc-000001"
    world = (
        complete()
        .bend("18:u1", attrs={"path": path})
        .bend(
            "17:u1",
            headers=[
                ["x-rh-insights-request-id", "host/abc-000001"],
                ["content-type", "multipart/form-data; boundary=sep"],
            ],
        )
    )
    assert len(uploads(told, world).by_key["host/abc-000001"].puts) == 1


def test_reused_request_id_is_another_upload(told):
    world = complete().repeat("17:u1", "again", exchange="again")
    assert len(uploads(told, world).by_key) == 4


def kits_upload(world, **headers):
    asked = request(
        "hopcheck>ingress",
        "POST",
        "/api/ingress/v1/upload",
        "own",
        body=stream_form(b"{}\n"),
        **{"content-type": "multipart/form-data; boundary=sep", **headers},
    )
    answer = response(asked, 202, {"request_id": "made-up", "upload": {"org_id": "1"}})
    return world.add("own", asked).add("own/answer", answer)


def test_uploads_of_the_kit_are_uploads_too(told, state):
    world = kits_upload(complete(), **{"x-rh-insights-request-id": "sent"})
    assert uploads(told, world).by_key["sent"].lines == [{}]
    assert [each.key for each in uploads(told, world).on("rhc>ingress")] == ["u1", "u2"]
    assert state(world, "ING-09") == "fail", "nothing announces it"


def test_a_request_id_that_was_not_sent_is_the_one_that_was_told(told):
    assert uploads(told, kits_upload(complete())).by_key["made-up"].request_id == "made-up"


@pytest.mark.parametrize("compress", [bytes, gzip.compress, lzma.compress])
def test_events_are_read_through_compression(told, compress):
    world = complete().bend("17:u1", payload=stream_form(compress(jsonl(STREAM[:2]))))
    upload = uploads(told, world).by_key["u1"]
    assert (upload.lines, upload.correlation_id) == (STREAM[:2], CORRELATION)


@pytest.mark.parametrize("data", [b"\x1f\x8b broken", b"\xfd7zXZ\x00 broken", gzip.compress(b"x", mtime=0)[:-1], b"x"])
def test_what_cannot_be_decompressed_has_no_events(told, data):
    assert decompressed(data) is None
    assert uploads(told, complete().bend("17:u1", payload=stream_form(data))).by_key["u1"].lines == []


def test_a_satellites_events_name_the_run_themselves(told):
    events = [{"type": "playbook_run_update", "version": 3, "correlation_id": CORRELATION}]
    world = complete().bend("17:u1", payload=stream_form(jsonl(events)))
    assert uploads(told, world).by_key["u1"].correlation_id == CORRELATION
