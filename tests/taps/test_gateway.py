from __future__ import annotations

import json
from base64 import b64decode, b64encode
from uuid import UUID

import pytest

from hopcheck.taps.gateway import Gateway
from hopcheck.taps.http.admission import Admission, Denial
from hopcheck.taps.http.head import request_head

HOSTS = {"host-1": {"org_id": "11", "account_number": "1"}}
USERS = {
    "ann": {
        "password": "open: sesame",
        "org_id": "12",
        "account_number": "2",
        "email": "ann@example.invalid",
        "first_name": "Ann",
        "last_name": "Example",
        "is_org_admin": True,
    }
}


def head(*fields, method="GET", version="1.1", target="/p"):
    lines = [f"{method} {target} HTTP/{version}\r\n", *(f"{field}\r\n" for field in fields), "\r\n"]
    return request_head("".join(lines).encode())


def basic(username, password):
    return "Authorization: Basic " + b64encode(f"{username}:{password}".encode()).decode()


@pytest.fixture
def gateway():
    return Gateway(dict(HOSTS), dict(USERS))


def identity(admission):
    assert isinstance(admission, Admission)
    (value,) = admission.head.values("x-rh-identity")
    return json.loads(b64decode(value, validate=True))["identity"]


def test_a_certificate_gives_a_system_identity(gateway):
    assert identity(gateway.admit(head(), "host-1")) == {
        "org_id": "11",
        "account_number": "1",
        "internal": {"org_id": "11", "auth_type": "cert-auth"},
        "type": "System",
        "system": {"cn": "host-1", "cert_type": "system"},
    }


def test_a_password_gives_a_user_identity_and_is_consumed(gateway):
    admission = gateway.admit(head("A: 1", basic("ann", "open: sesame"), "B: 2"), None)

    assert identity(admission) == {
        "org_id": "12",
        "account_number": "2",
        "internal": {"org_id": "12", "auth_type": "basic-auth"},
        "type": "User",
        "user": {
            "username": "ann",
            "email": "ann@example.invalid",
            "first_name": "Ann",
            "last_name": "Example",
            "is_org_admin": True,
        },
    }
    assert [name for name, _ in admission.head.headers] == ["a", "b", "x-rh-identity", "x-rh-insights-request-id"]
    assert admission.forged == ()


def test_each_request_gets_an_id_of_its_own(gateway):
    ids = {gateway.admit(head(), "host-1").head.values("x-rh-insights-request-id")[0] for _ in range(3)}

    assert len({UUID(value) for value in ids}) == 3


@pytest.mark.parametrize(
    "name",
    ["x-rh-identity", "X-RH-Insights-Request-Id", "x-rh-cloud-connector-psk", "X_RH_IDENTITY", "x-rh_identity"],
)
def test_what_only_the_edge_may_say_is_dropped(gateway, name):
    admission = gateway.admit(head("Host: h", f"{name}: forged", f"{name}: twice", " folded", "Accept: x"), "host-1")

    assert admission.forged == (name.lower(),)
    assert not any(word in admission.head.raw for word in (b"forged", b"twice", b"folded"))
    assert admission.head.raw.startswith(b"GET /p HTTP/1.1\r\nHost: h\r\nAccept: x\r\nx-rh-identity: ")
    assert identity(admission)["system"]["cn"] == "host-1"


def test_other_lines_stay_as_they_were():
    before = b"\r\nGET /p HTTP/1.1\r\nhOsT:h \nx-forwarded-for: 1\r\n"

    forwarded = Gateway(HOSTS).admit(request_head(before + b"\r\n"), "host-1").head.raw

    assert forwarded.startswith(before + b"x-rh-identity: ")
    assert forwarded.endswith(b"\r\n\r\n")
    assert forwarded.count(b"\r\n") == before.count(b"\r\n") + 3


@pytest.mark.parametrize(
    ("fields", "cn"),
    [
        ([], None),
        ([], "host-2"),
        ([basic("ann", "wrong")], None),
        ([basic("bob", "open: sesame")], None),
        ([basic("ann", "open: sesame"), basic("ann", "open: sesame")], None),
        (["Authorization: Bearer abc"], None),
        (["Authorization: Basic !!!"], None),
        (["Authorization: Basic " + b64encode(b"\xff").decode()], None),
        (["Authorization: Basic " + b64encode(b"ann").decode()], None),
        (["x-rh-identity: e30="], None),
    ],
)
def test_who_is_not_known_is_denied(gateway, fields, cn):
    denial = gateway.admit(head(*fields), cn)

    assert isinstance(denial, Denial)
    assert denial.answer.startswith(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic")
    front, _, body = denial.answer.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in front


def test_a_denied_head_request_gets_no_body(gateway):
    assert gateway.admit(head(method="HEAD"), None).answer.endswith(b"\r\n\r\n")


def test_a_known_certificate_comes_before_a_password(gateway):
    admission = gateway.admit(head(basic("ann", "wrong")), "host-1")

    assert identity(admission)["type"] == "System"
    assert admission.head.values("authorization")


def test_an_unknown_certificate_may_come_with_a_password(gateway):
    assert identity(gateway.admit(head(basic("ann", "open: sesame")), "host-2"))["type"] == "User"


def test_hosts_may_come_later(gateway):
    assert isinstance(gateway.admit(head(), "host-2"), Denial)
    gateway.hosts["host-2"] = {"org_id": "13"}

    admitted = identity(gateway.admit(head(), "host-2"))

    assert admitted["org_id"] == "13"
    assert "account_number" not in admitted


@pytest.mark.parametrize(
    "ambiguous",
    [
        head("Content-Length: 3", "Transfer-Encoding: chunked"),
        head("Transfer-Encoding: chunked", version="1.0"),
    ],
)
def test_a_body_with_two_ends_is_denied(gateway, ambiguous):
    assert gateway.admit(ambiguous, "host-1").status == 400


def test_a_known_client_s_ping_is_answered_here(gateway):
    answer = gateway.admit(head(target="/api/apicast-tests/ping"), "host-1")
    assert isinstance(answer, Denial)
    assert answer.status == 200
    assert answer.answer.endswith(b"\r\n\r\nPONG")
    assert gateway.admit(head(target="/api/apicast-tests/ping"), None).status == 401


@pytest.mark.parametrize(
    "other", [{"method": "POST", "target": "/api/apicast-tests/ping"}, {"target": "/api/apicast-tests/ping/more"}]
)
def test_what_is_no_ping_goes_on(gateway, other):
    assert isinstance(gateway.admit(head(**other), "host-1"), Admission)
