from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest

TGZ = "application/vnd.redhat.advisor.collection+tgz"


@pytest.mark.parametrize("base", ["/api/ingress/v1", "/r/insights/platform/ingress/v1"])
def test_upload_is_accepted_on_both_bases(world, base):
    answer = world.upload(base=base)
    assert answer.status_code == 202
    assert answer.content_type == "application/json"
    assert answer.json == {"request_id": "an-id", "upload": {"account_number": "901578", "org_id": "5318290"}}


def test_stage_then_announce(world):
    world.upload(content=b"events")
    assert world.log == ["platform.payload-status", "staged", "platform.payload-status", "platform.upload.announce"]
    assert world.statuses == ["received", "success"]
    assert world.stage.objects["an-id"][0] == b"events"


def test_announcement_says_what_where_and_who(world):
    header = world.header()
    world.upload(content=b"events", identity=header)
    (value,) = world.announced
    assert datetime.fromisoformat(value.pop("timestamp")).utcoffset() is not None
    assert value == {
        "account": "901578",
        "category": "v1",
        "content_type": "application/vnd.redhat.playbook.v1+jsonl",
        "metadata": {"reporter": "", "stale_timestamp": "0001-01-01T00:00:00Z"},
        "request_id": "an-id",
        "principal": "5318290",
        "org_id": "5318290",
        "service": "playbook",
        "size": 6,
        "url": "http://s3/bucket/an-id?a=1&b=2",
        "b64_identity": header,
    }


def test_announcement_has_one_header_and_no_key(world):
    world.upload()
    record = world.sink.sent[-1]
    assert (record.key, record.headers) == (None, (("service", b"playbook"),))
    assert b"a=1\\u0026b=2" in record.value


def test_queue_key_is_the_record_key(world):
    world.upload(metadata='{"queue_key": "k"}')
    assert world.sink.sent[-1].key == b"k"


@pytest.mark.parametrize("as_file", [True, False])
def test_metadata_is_passed_on(world, as_file):
    text = '{"display_name": "web", "reporter": "me", "secret": 1}'
    world.upload(metadata=(BytesIO(text.encode()), "metadata.json") if as_file else text)
    (value,) = world.announced
    assert value["metadata"].pop("stale_timestamp") > value["timestamp"]
    assert value["metadata"] == {"display_name": "web", "reporter": "ingress"}


def test_unparsable_metadata_fails_nothing(world):
    assert world.upload(metadata="{").status_code == 202
    assert world.announced[0]["metadata"]["reporter"] == ""


@pytest.mark.parametrize(
    ("content_type", "form", "status"),
    [(TGZ, {}, 201), ("application/gzip", {}, 201), (TGZ, {"metadata": "{}"}, 202)],
)
def test_old_clients_are_told_created(world, content_type, form, status):
    assert world.upload(content_type=content_type, **form).status_code == status


def test_connection_test_of_the_client_is_an_upload_of_nothing(world):
    answer = world.upload(content=b"", content_type=TGZ, filename="test.tar.gz", metadata='{"test": "test"}')
    assert answer.status_code == 202
    assert world.announced[0]["size"] == 0


def test_absent_account_is_left_out(world):
    answer = world.upload(identity=world.header(account_number=None))
    assert answer.json["upload"] == {"org_id": "5318290"}
    assert world.announced[0]["account"] == ""


def test_request_id_is_made_where_none_came(world):
    assert re.fullmatch("[^/]+/[A-Za-z0-9]{10}-[0-9]{6}", world.upload(request_id=None).json["request_id"])


def test_file_wins_over_upload(world):
    world.upload(content=b"file", upload=(BytesIO(b"upload"), "u", TGZ))
    assert world.stage.objects["an-id"][0] == b"file"


def test_upload_will_do_without_file(world):
    assert world.upload(part="upload").status_code == 202


def test_other_part_is_no_payload(world):
    answer = world.upload(part="payload")
    assert (answer.status_code, answer.text) == (400, "File or upload field not found")
    assert world.untouched


@pytest.mark.parametrize("disposition", ['form-data; name="file"', 'form-data; name="file"; filename=""'])
def test_part_without_file_name_is_no_file(world, disposition):
    body = f"--x\r\nContent-Disposition: {disposition}\r\nContent-Type: {TGZ}\r\n\r\nabc\r\n--x--\r\n"
    answer = world.client.post(
        "/api/ingress/v1/upload",
        data=body,
        headers={"x-rh-identity": world.header()},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 400


def test_body_that_breaks_off_is_refused(world):
    body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\nContent-Type: {TGZ}\r\n\r\nab'
    answer = world.client.post(
        "/api/ingress/v1/upload",
        data=body,
        headers={"x-rh-identity": world.header()},
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 400
    assert world.untouched


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-gzip", "application/vnd.redhat.tasks.v1+x"])
def test_unrouted_upload_leaves_no_trace(world, content_type):
    answer = world.upload(content_type=content_type)
    assert (answer.status_code, answer.data) == (415, b"")
    assert world.untouched


def test_limit_is_inclusive(make_world):
    world = make_world(default_max_size=4)
    assert world.upload(content=b"1234").status_code == 202
    answer = world.upload(content=b"12345")
    assert answer.status_code == 413
    assert answer.text == "File exceeds maximum file size (4) for upload: 5"
    assert len(world.announced) == 1


def test_services_may_have_their_own_limit(make_world):
    world = make_world(default_max_size=4, max_size_map={"playbook": "5"})
    assert world.upload(content=b"12345").status_code == 202


def test_denied_organization(make_world):
    world = make_world(deny_listed_org_ids=frozenset({"5318290"}))
    answer = world.upload()
    assert (answer.status_code, answer.text) == (403, "Upload denied. Please contact Red Hat Support.")
    assert world.untouched


def test_staging_failure_is_not_announced(world):
    world.stage.fails = True
    answer = world.upload()
    assert (answer.status_code, answer.data) == (500, b"")
    assert world.statuses == ["received"]
    assert world.announced == []


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("?test=test", {"data": b"", "content_type": "application/octet-stream"}),
        ("", {"data": {"test": "test"}, "content_type": "application/x-www-form-urlencoded"}),
        ("", {"data": b'x {"test": \n"test" } y', "content_type": "application/json"}),
    ],
)
def test_test_requests_do_nothing(make_world, query, more):
    world = make_world(deny_listed_org_ids=frozenset({"5318290"}))
    answer = world.client.post(f"/api/ingress/v1/upload{query}", headers={"x-rh-identity": world.header()}, **more)
    assert answer.status_code == 200
    assert answer.json["upload"]["org_id"] == "5318290"
    assert world.untouched


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "text/plain"])
def test_json_test_needs_the_exact_type(world, content_type):
    answer = world.client.post(
        "/api/ingress/v1/upload",
        data=b'{"test":"test"}',
        content_type=content_type,
        headers={"x-rh-identity": world.header()},
    )
    assert answer.status_code == 400


def test_multipart_field_is_no_test_request(world):
    assert world.upload(test="test").status_code == 202
    assert len(world.announced) == 1


def test_bad_identity_is_refused(world):
    answer = world.client.post("/api/ingress/v1/upload")
    assert answer.status_code == 400
    assert answer.text.startswith("Bad Request: ")
    assert world.untouched


def test_authentication_can_be_off(make_world):
    world = make_world(auth=False)
    answer = world.upload(identity="not read")
    assert answer.json == {"request_id": "an-id", "upload": {}}
    assert world.announced[0]["org_id"] == ""
