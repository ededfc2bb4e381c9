"""One exchange of the flow, Remediations asking Dispatcher for runs, made long enough to weigh something."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

import orjson

EDGE, SOURCE, TARGET = "remediations>playbook-dispatcher", "remediations", "playbook-dispatcher"
OPERATION = "dispatcher-public.listRuns"
PATH = "/api/playbook-dispatcher/v1/runs"
RUNS = 7
# What the server answers to a request with this in it breaks the contract: whoever passes it on does not check.
BROKEN = b"offset=1"
_FIELDS = ("id", "labels", "status", "service", "created_at", "updated_at", "url")
_IDENTITY = {
    "identity": {
        "account_number": "0369233",
        "org_id": "1979710",
        "internal": {"org_id": "1979710", "auth_type": "basic-auth"},
        "type": "User",
        "user": {
            "username": "qa-engineer",
            "email": "qa-engineer@example.com",
            "first_name": "Quinn",
            "last_name": "Assurance",
            "is_active": True,
            "is_org_admin": True,
        },
    }
}


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://hopcheck.example/{name}"))


def request(*, broken: bool = False) -> bytes:
    """The GET as Remediations sends it, on a connection that stays; ``broken`` asks for the answer that is wrong."""
    pairs = [
        ("filter[service]", "remediations"),
        ("filter[labels][playbook-run]", _id("playbook-run")),
        *(("fields[data]", name) for name in _FIELDS),
    ]
    query = urlencode([*pairs, ("offset", "1")] if broken else pairs)
    identity = b64encode(orjson.dumps(_IDENTITY)).decode()
    return (
        f"GET {PATH}?{query} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept-Encoding: identity\r\n"
        f"x-rh-identity: {identity}\r\nx-rh-insights-request-id: {_id('request')}\r\n"
        "Accept: application/json\r\n\r\n"
    ).encode()


def body(*, broken: bool = False) -> bytes:
    """A page of runs of about 3.3 kB; where ``broken``, one status is none that the contract knows."""
    runs = [
        {
            "id": _id(f"run-{number}"),
            "labels": {"playbook-run": _id("playbook-run")},
            "status": "success",
            "service": "remediations",
            "created_at": "2026-01-02T03:04:05.678901Z",
            "updated_at": "2026-01-02T03:04:09.876543Z",
            "url": f"https://localhost:8443/api/remediations/v1/remediations/{_id('plan')}/playbook"
            f"?hosts={_id(f'host-{number}')}&localhost",
        }
        for number in range(RUNS)
    ]
    if broken:
        runs[-1]["status"] = "finished"
    page = f"{PATH}?{urlencode([('fields[data]', name) for name in _FIELDS])}&limit=50&offset=0"
    return orjson.dumps({"data": runs, "meta": {"count": RUNS, "total": RUNS}, "links": {"first": page, "last": page}})


def answer(*, broken: bool = False) -> bytes:
    """The whole response to `request`."""
    content = body(broken=broken)
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        f"x-rh-insights-request-id: {_id('request')}\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n"
        "Server: hopcheck-bench\r\n\r\n"
    ).encode() + content
