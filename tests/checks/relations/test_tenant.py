import pytest
from checks_scenes import asked, complete
from checks_world import HOST, MESSAGE

NO = "No connection to the rhc client"
ERROR = {"title": NO, "detail": NO, "status": 404}
CONNECTED = {"status": "connected", "org_id": "7", "client_id": HOST}


def of_another_org(scene, tag, status, body):
    other = scene().only(lambda each: each in (tag, f"{tag}/answer")).other({}, "'")
    headers = [
        [name, "7" if name == "x-rh-cloud-connector-org-id" else value]
        for name, value in other.draft(f"{tag}'").attrs["headers"]
    ]
    other.bend(f"{tag}'", headers=headers).bend(f"{tag}/answer'", status=status).body(f"{tag}/answer'", lambda _: body)
    return scene().insert(other, before="closed")


@pytest.mark.parametrize(
    ("scene", "tag", "status", "body", "expected"),
    [
        (complete, "5", 404, ERROR, "pass"),
        (complete, "5", 403, {**ERROR, "status": 403}, "fail"),
        (complete, "5", 201, {"id": MESSAGE}, "fail"),
        (asked, "status", 200, {"status": "disconnected"}, "pass"),
        (asked, "status", 200, CONNECTED, "fail"),
        (asked, "status", 403, ERROR, "fail"),
    ],
)
def test_other_org(state, scene, tag, status, body, expected):
    assert state(of_another_org(scene, tag, status, body), "CON-04") == expected


def test_one_org_tells_nothing(state):
    assert state(asked(), "CON-04") == "not_exercised"
