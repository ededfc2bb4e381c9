from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest

from hopcheck.checks.contracts import Checker

ID, OTHER = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
NOW = "2026-01-02T03:04:05.678901234+01:00"
JSON = "application/json"
CC_JSON = "application/json; charset=UTF-8"


def identity(**claims: Any) -> str:
    return b64encode(orjson.dumps({"identity": {"type": "User", "org_id": "10", **claims}})).decode()


HOST = ["x-rh-identity", identity(type="System", system={"cn": ID}, internal={"org_id": "10"})]
USER = ["x-rh-identity", identity(user={"username": "u"})]
REQUEST_ID = ["x-rh-insights-request-id", ID]
PSK = ["authorization", "PSK topsecretpsk"]
CC_AUTH = [
    ["x-rh-cloud-connector-client-id", "playbook-dispatcher"],
    ["x-rh-cloud-connector-psk", "topsecretpsk"],
    ["x-rh-cloud-connector-org-id", "10"],
    REQUEST_ID,
]
CC_V1 = [*CC_AUTH[:2], ["x-rh-cloud-connector-account", "1"]]
NODE = {"account": "1", "node_id": ID}
SIGV4 = ["authorization", "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=ab"]
UI, HOST_RM = "remediations-ui>remediations", "rhc>remediations"
RM, CC = "remediations>playbook-dispatcher", "playbook-dispatcher>cloud-connector"
API = "/api/remediations/v1/remediations"
PD = "/api/playbook-dispatcher/v1"
META = {"count": 1, "total": 1}
COUNTS = dict.fromkeys(("pending", "running", "success", "failure", "canceled"), 0)
RUN = {
    "id": ID,
    "status": "running",
    "remediation_id": OTHER,
    "created_at": NOW,
    "updated_at": NOW,
    "created_by": {"username": "u", "first_name": "", "last_name": ""},
    "executors": [
        {
            "executor_id": ID,
            "executor_name": "Direct connected",
            "status": "running",
            "system_count": 1,
            "counts": COUNTS,
            "updated_at": NOW,
            "playbook": "https://h/p",
            "playbook_run_id": ID,
        }
    ],
}
SYSTEM = {"system_id": ID, "system_name": "a", "status": "success", "updated_at": NOW, "playbook_run_executor_id": ID}
WORK = {
    "recipient": ID,
    "org_id": "10",
    "principal": "u",
    "name": "plan",
    "url": f"https://h/api/remediations/v1/remediations/{OTHER}/playbook?hosts={ID}&localhost",
    "web_console_url": "https://console.redhat.com/insights/remediations",
    "labels": {"playbook-run": OTHER},
    "hosts": [{"inventory_id": ID, "ansible_host": "localhost"}],
}
STATUS = {
    "recipient": ID,
    "org_id": "10",
    "recipient_type": "directConnect",
    "sat_id": "",
    "sat_org_id": "",
    "systems": [ID],
    "status": "connected",
}
MESSAGE = {
    "directive": "rhc-worker-playbook",
    "payload": WORK["url"],
    "metadata": {
        "crc_dispatcher_correlation_id": ID,
        "return_url": "https://h/api/ingress/v1/upload",
        "response_interval": "30",
    },
}
EVENT = {
    "event": "executor_on_start",
    "uuid": ID,
    "counter": -1,
    "stdout": "",
    "start_line": 0,
    "end_line": 0,
    "event_data": {"crc_dispatcher_correlation_id": ID},
}
PLAYBOOK = b"""---
# comment
- name: ping
  hosts: "localhost"
  vars:
    insights_signature_exclude: /hosts,/vars/insights_signature
    insights_signature: !!binary TFMwdExTMUNSVWRKVGlCUVIxQWc=
  tasks: [{ping: null}]
"""
PRESIGNED = [
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", "k/20260101/r/s3/aws4_request"],
    ["X-Amz-Date", "20260101T000000Z"],
    ["X-Amz-Expires", "86400"],
    ["X-Amz-SignedHeaders", "host"],
    ["X-Amz-Signature", "ab" * 32],
]


def form(*parts: tuple[str, str, bytes]) -> bytes:
    body = b""
    for disposition, kind, data in parts:
        line = f"Content-Type: {kind}\r\n" if kind else ""
        body += f"--B\r\nContent-Disposition: form-data; {disposition}\r\n{line}\r\n".encode() + data + b"\r\n"
    return body + b"--B--\r\n"


FILE = 'name="file"; filename="runner-events"'
JSONL = "application/vnd.redhat.playbook.v1+jsonl"
LINES = orjson.dumps(EVENT) + b"\n"


@dataclass(frozen=True)
class Call:
    edge: str
    method: str
    path: str
    query: list[list[str]] = field(default_factory=list)
    headers: list[list[str]] = field(default_factory=list)
    body: Any = None
    type: str | None = None
    status: int = 200
    answer_headers: list[list[str]] = field(default_factory=list)
    answer: Any = None
    answer_type: str | None = JSON


def ui(method: str, path: str, **more: Any) -> Call:
    return Call(UI, method, path, **{"headers": [USER, REQUEST_ID], **more})


def internal(path: str, **more: Any) -> Call:
    return Call(RM, "POST", path, **{"headers": [PSK, USER, REQUEST_ID], "type": JSON, **more})


def by_account(path: str, body: Any = NODE, **more: Any) -> Call:
    asked = {"headers": CC_V1, "type": JSON, "answer_type": CC_JSON, **more}
    return Call(CC, "POST", f"/api/cloud-connector/v1/{path}", body=body, **asked)


def s3(method: str, path: str, **more: Any) -> Call:
    return Call("ingress>s3", method, path, **{"headers": [SIGV4], "answer_type": None, **more})


def platform(path: str, *, method: str = "GET", **more: Any) -> Call:
    kind = {"type": JSON} if "body" in more else {}
    return Call("platform", method, path, **{"headers": [USER], **kind, **more})


META_HEADERS = [SIGV4, ["x-amz-meta-requestid", ID], ["x-amz-meta-account", ""], ["x-amz-meta-org", "10"]]
RUNS = f"{API}/{OTHER}/playbook_runs"
GOOD = {
    "remediations.createRemediation": ui("POST", API, type=JSON, body={"name": "p"}, status=201, answer={"id": ID}),
    "remediations.getRemediations": ui("GET", API, query=[["limit", "5"]], answer={"meta": META, "data": [{"id": ID}]}),
    "remediations.getRemediation": ui("GET", f"{API}/{ID}", answer={"id": ID, "name": "p"}),
    "remediations.getConnectionStatus": ui(
        "GET",
        f"{API}/{ID}/connection_status",
        answer_headers=[["etag", '"1f-abc"']],
        answer={
            "meta": META,
            "data": [
                {
                    "endpoint_id": None,
                    "executor_id": None,
                    "executor_type": "RHC",
                    "executor_name": "Direct connected",
                    "system_count": 1,
                    "system_ids": [ID],
                    "connection_status": "connected",
                }
            ],
        },
    ),
    "remediations.runRemediation": ui(
        "POST",
        RUNS,
        type=JSON,
        body={"exclude": ["RHC"]},
        status=201,
        answer_headers=[["etag", '"1f-abc"']],
        answer={"id": ID},
    ),
    "remediations.listPlaybookRuns": ui(
        "GET", RUNS, query=[["sort", "-updated_at"]], answer={"meta": META, "data": [RUN]}
    ),
    "remediations.getPlaybookRun": ui("GET", f"{RUNS}/{ID}", answer=RUN),
    "remediations.getPlaybookRunSystems": ui(
        "GET",
        f"{RUNS}/{ID}/systems",
        query=[["ansible_host", ""]],
        answer={"meta": META, "data": [{**SYSTEM, "executor_type": "direct"}]},
    ),
    "remediations.getPlaybookRunSystem": ui(
        "GET", f"{RUNS}/{ID}/systems/{ID}", answer_headers=[["etag", 'W/"x"']], answer={**SYSTEM, "console": "ok"}
    ),
    "remediations.cancelPlaybookRun": ui("POST", f"{RUNS}/{ID}/cancel", status=202, answer={}),
    "remediations.getRemediationPlaybook": Call(
        HOST_RM,
        "GET",
        f"{API}/{ID}/playbook",
        query=[["hosts", ID], ["localhost", ""]],
        answer=PLAYBOOK,
        headers=[HOST, REQUEST_ID, ["user-agent", "yggd/0.4"]],
        answer_type="text/vnd.yaml; charset=utf-8",
        answer_headers=[["etag", 'W/"a"'], ["content-disposition", 'attachment;filename="p-1700000000000.yml"']],
    ),
    "remediations.getHealth": ui("GET", "/health", answer_type=None),
    "dispatcher-internal.dispatchV2": internal(
        "/internal/v2/dispatch",
        body=[WORK],
        status=207,
        answer=[{"code": 201, "id": ID}, {"code": 404, "message": "no"}],
    ),
    "dispatcher-internal.cancelV2": internal(
        "/internal/v2/cancel",
        body=[{"run_id": ID, "org_id": "10", "principal": "u"}],
        status=207,
        answer=[{"code": 202, "run_id": ID}],
    ),
    "dispatcher-internal.recipientsStatusV2": internal(
        "/internal/v2/recipients/status",
        body=[{"recipient": ID, "org_id": "10"}],
        answer=[{"recipient": ID, "org_id": "10", "connected": True}],
    ),
    "dispatcher-internal.connectionStatusV2": internal(
        "/internal/v2/connection_status", body={"org_id": "10", "hosts": [ID]}, answer=[STATUS]
    ),
    "dispatcher-internal.version": Call(RM, "GET", "/internal/version", answer="unknown"),
    "dispatcher-public.listRuns": Call(
        RM,
        "GET",
        f"{PD}/runs",
        headers=[USER],
        query=[["filter[labels][playbook-run]", ID], ["fields[data]", "id,status"], ["fields[data]", "url"]],
        answer={"data": [{"id": ID, "status": "timeout"}], "meta": META, "links": {"first": "/a", "last": "/a"}},
    ),
    "dispatcher-public.listRunHosts": Call(
        RM,
        "GET",
        f"{PD}/run_hosts",
        headers=[USER],
        query=[["filter[run][labels][playbook-run]", ID]],
        answer={
            "data": [{"host": "localhost", "run": {"id": ID}, "status": "running", "inventory_id": None}],
            "meta": META,
            "links": {"first": "/a", "last": "/a", "next": "/a"},
        },
    ),
    "cloud-connector.sendMessageV2": Call(
        CC,
        "POST",
        f"/api/cloud-connector/v2/connections/{ID}/message",
        headers=CC_AUTH,
        type=JSON,
        body=MESSAGE,
        status=201,
        answer={"id": ID},
        answer_type=CC_JSON,
    ),
    "cloud-connector.connectionStatusV2": Call(
        CC,
        "GET",
        f"/api/cloud-connector/v2/connections/{ID}/status",
        headers=CC_AUTH,
        answer_type=CC_JSON,
        answer={"status": "connected", "org_id": "10", "client_id": ID, "dispatchers": {"rhc-worker-playbook": {}}},
    ),
    "cloud-connector.listConnectionsV2": Call(
        CC,
        "GET",
        "/api/cloud-connector/v2/connections",
        query=[["limit", "1"]],
        headers=CC_AUTH,
        answer_type=CC_JSON,
        answer={"meta": {"count": 0}, "links": {}, "data": []},
    ),
    "cloud-connector-v1.sendMessageV1": by_account(
        "message",
        {"account": "1", "recipient": ID, "directive": "x"},
        status=201,
        answer={"id": ID},
    ),
    "cloud-connector-v1.ownConnectionStatusV1": by_account("connection_status", answer={"status": "disconnected"}),
    "cloud-connector-v1.connectionStatusV1": by_account(
        "connection/status", answer={"status": "connected", "dispatchers": {"a": {}}, "canonical_facts": {}}
    ),
    "cloud-connector-v1.pingV1": by_account("connection/ping", answer={"status": "connected", "payload": None}),
    "cloud-connector-v1.reconnectV1": by_account("connection/reconnect", {**NODE, "delay": 5}, answer_type=None),
    "cloud-connector-v1.disconnectV1": by_account("connection/disconnect", {**NODE, "message": "x"}, answer={}),
    "cloud-connector-v1.listConnectionsV1": Call(
        CC,
        "GET",
        "/api/cloud-connector/v1/connection",
        query=[["limit", "1"]],
        headers=[["x-rh-identity", identity(type="Associate")]],
        answer_type=CC_JSON,
        answer={"meta": {"count": 1}, "links": {}, "data": [{"account": "1", "connections": [ID]}]},
    ),
    "cloud-connector-v1.listConnectionsOfAccountV1": Call(
        CC,
        "GET",
        "/api/cloud-connector/v1/connection/1",
        headers=CC_V1,
        answer_type=CC_JSON,
        answer={"meta": {"count": 1}, "links": {}, "data": [ID]},
    ),
    "ingress.upload": Call(
        "rhc>ingress",
        "POST",
        "/api/ingress/v1/upload",
        headers=[HOST, REQUEST_ID],
        type="multipart/form-data; boundary=B",
        body=form((FILE, JSONL, LINES)),
        status=202,
        answer={"request_id": ID, "upload": {"org_id": "10"}},
    ),
    "gateway.ping": Call(
        "insights-client>ingress", "GET", "/api/apicast-tests/ping", answer=b"PONG", answer_type="text/plain"
    ),
    "ingress.version": Call(
        "rhc>ingress",
        "GET",
        "/r/insights/platform/ingress/v1/version",
        headers=[HOST],
        answer={"version": "", "commit": "x"},
    ),
    "ingress.liveness": Call(
        "rhc>ingress",
        "GET",
        "/api/ingress/v1/",
        headers=[HOST],
        answer=b"lubdub",
        answer_type="text/plain; charset=utf-8",
    ),
    "s3.putObject": s3(
        "PUT",
        f"/insights/{ID}",
        headers=META_HEADERS,
        type="application/gzip",
        body=b"\x1f\x8b",
        answer_headers=[["etag", '"x"']],
    ),
    "s3.getObject": Call(
        "playbook-dispatcher>s3",
        "GET",
        f"/insights/{ID}",
        query=PRESIGNED,
        answer=LINES,
        answer_type="application/gzip",
    ),
    "platform.listHosts": platform(
        f"/api/inventory/v1/hosts/{ID},{OTHER}", answer={"results": [{"id": ID, "facts": []}]}
    ),
    "platform.listSystemProfiles": platform(
        f"/api/inventory/v1/hosts/{ID}/system_profile",
        query=[["fields[system_profile]", "owner_id"]],
        answer={"results": [{"id": ID, "system_profile": {"owner_id": ID}}]},
    ),
    "platform.listAccess": platform(
        "/api/rbac/v1/access/",
        query=[["application", "remediations"]],
        answer={"data": [{"permission": "remediations:*:*"}]},
    ),
    "platform.listSources": platform(
        "/api/sources/v3.1/sources",
        query=[["filter[source_ref][eq]", ID]],
        answer={"data": [{"id": "1", "source_ref": ID, "name": "n"}]},
    ),
    "platform.listSourcesV30": platform("/api/sources/v3.0/sources", query=[["source_ref", ID]], answer={"data": []}),
    "platform.listSourceConnections": platform(
        "/api/sources/v3.1/sources/1/rhc_connections",
        answer={"data": [{"rhc_id": ID, "availability_status": "available"}]},
    ),
    "platform.bulkCreate": platform(
        "/api/sources/v3.1/bulk_create",
        method="POST",
        body={"sources": [{"source_ref": ID, "source_name": "n", "source_type": "t"}]},
        status=201,
        answer={},
    ),
    "platform.listOrgIds": platform("/internal/orgIds", method="POST", body=["1"], answer={"1": "2", "3": None}),
    "platform.listAccounts": platform("/internal/ebsNumbers", method="POST", body=["2"], answer={"2": "1"}),
    "platform.authenticateCertificate": platform(
        "/auth", headers=[["x-rh-certauth-cn", f"/CN={ID}"]], answer={"x-rh-identity": USER[1]}
    ),
    "s3.headBucket": s3("HEAD", "/insights"),
    "s3.createBucket": s3("PUT", "/insights/"),
    "s3.getBucketLocation": s3(
        "GET", "/insights/", query=[["location", ""]], answer=b"<x/>", answer_type="application/xml"
    ),
    "s3.listBuckets": s3("GET", "/", answer=b"<x/>", answer_type="application/xml"),
}


@pytest.fixture
def check(contracts, seen):
    def run(call: Call):
        checker = Checker(contracts)
        kinds = [
            [["content-type", call.type]] if call.type else [],
            [["content-type", call.answer_type]] if call.answer_type and call.answer is not None else [],
        ]
        request = seen(
            "http",
            "request",
            call.edge,
            {
                "method": call.method,
                "target": call.path,
                "path": call.path,
                "query": call.query,
                "headers": call.headers + kinds[0],
                "version": "1.1",
                "tls": None,
                "forged": [],
                "complete": True,
            },
            call.body,
        )
        client, _, server = call.edge.partition(">")
        response = seen(
            "http",
            "response",
            call.edge,
            {
                "status": call.status,
                "reason": "",
                "headers": call.answer_headers + kinds[1],
                "version": "1.1",
                "complete": True,
            },
            call.answer,
            source=server,
            target=client,
        )
        return checker.check(request), checker.check(response)

    return run


def test_every_operation_has_a_good_instance(contracts):
    assert {operation.name for operation in contracts.http.operations} == set(GOOD)


@pytest.mark.parametrize("name", GOOD)
def test_good(check, name):
    request, response = check(GOOD[name])
    assert (request.message, request.breaches) == (f"{name}.request", [])
    assert (response.message, response.breaches) == (f"{name}.response", [])


NO_QUERY = {"query": [["nonsense", "1"]]}
BAD_REQUESTS = {
    "remediations.createRemediation": ({"body": {"name": 1}}, "request.body.name", ()),
    "remediations.getRemediations": ({"query": [["limit", "0"]]}, "request.query[limit]", ()),
    "remediations.getRemediation": ({"path": f"{API}/1"}, "request.path[id]", ()),
    "remediations.getConnectionStatus": (NO_QUERY, "request.query[nonsense]", ("SRV-102",)),
    "remediations.runRemediation": ({"body": {"exclude": "x"}}, "request.body.exclude", ("SRV-100",)),
    "remediations.listPlaybookRuns": ({"query": [["sort", "x"]]}, "request.query[sort]", ("SRV-110",)),
    "remediations.getPlaybookRun": ({"body": b"x"}, "request.body", ("SRV-110",)),
    "remediations.getPlaybookRunSystems": ({"query": [["executor", "x"]]}, "request.query[executor]", ("SRV-110",)),
    "remediations.getPlaybookRunSystem": ({"path": f"{RUNS}/{ID}/systems/x"}, "request.path[system]", ("SRV-111",)),
    "remediations.cancelPlaybookRun": ({"body": b"{", "type": JSON}, "request.body", ()),
    "remediations.getRemediationPlaybook": (
        {"headers": [HOST, ["user-agent", "curl/8"]]},
        "request.header[user-agent]",
        ("H-029",),
    ),
    "remediations.getHealth": (NO_QUERY, "request.query[nonsense]", ()),
    "dispatcher-internal.dispatchV2": (
        {"body": [{**WORK, "recipient": ID.upper()}]},
        "request.body[0].recipient",
        ("SRV-006",),
    ),
    "dispatcher-internal.cancelV2": (
        {"headers": [["authorization", "Bearer topsecretpsk"]]},
        "request.header[authorization]",
        ("SRV-001",),
    ),
    "dispatcher-internal.recipientsStatusV2": ({"body": []}, "request.body", ()),
    "dispatcher-internal.connectionStatusV2": (
        {"body": {"org_id": "10", "hosts": [ID] * 51}},
        "request.body.hosts",
        ("SRV-035",),
    ),
    "dispatcher-internal.version": (NO_QUERY, "request.query[nonsense]", ("SRV-002",)),
    "dispatcher-public.listRuns": ({"query": [["fields[data]", "id,shoe"]]}, "request.query[fields[data]][1]", ()),
    "dispatcher-public.listRunHosts": ({"headers": []}, "request.header[x-rh-identity]", ("SRV-040",)),
    "cloud-connector.sendMessageV2": (
        {"body": {**MESSAGE, "metadata": {**MESSAGE["metadata"], "more": "x"}}},
        "request.body.metadata",
        ("SRV-022",),
    ),
    "cloud-connector.connectionStatusV2": (
        {"headers": CC_AUTH[1:]},
        "request.header[x-rh-cloud-connector-client-id]",
        ("SRV-021", "CON-11"),
    ),
    "cloud-connector.listConnectionsV2": ({"query": [["offset", "-1"]]}, "request.query[offset]", ()),
    "cloud-connector-v1.sendMessageV1": ({"body": {"account": "1", "recipient": ID}}, "request.body", ()),
    "cloud-connector-v1.ownConnectionStatusV1": ({"body": {"account": "1"}}, "request.body", ()),
    "cloud-connector-v1.connectionStatusV1": (
        {"headers": CC_AUTH},
        "request.header[x-rh-cloud-connector-account]",
        ("CON-11",),
    ),
    "cloud-connector-v1.pingV1": ({"body": {"node_id": ID}}, "request.body", ()),
    "cloud-connector-v1.reconnectV1": ({"body": {**NODE, "delay": "5"}}, "request.body.delay", ()),
    "cloud-connector-v1.disconnectV1": ({"body": {**NODE, "message": 1}}, "request.body.message", ()),
    "cloud-connector-v1.listConnectionsV1": ({"headers": []}, "request.header[x-rh-identity]", ("CON-19",)),
    "cloud-connector-v1.listConnectionsOfAccountV1": (
        {"path": "/api/cloud-connector/v1/connection/x"},
        "request.path[account]",
        (),
    ),
    "ingress.upload": (
        {"body": form((FILE, JSONL, LINES), (FILE.replace("file", "other"), "", b""))},
        "request.body.part[other]",
        (),
    ),
    "gateway.ping": (NO_QUERY, "request.query[nonsense]", ()),
    "ingress.version": (NO_QUERY, "request.query[nonsense]", ()),
    "ingress.liveness": (NO_QUERY, "request.query[nonsense]", ()),
    "s3.putObject": ({"type": "text/plain"}, "request.header[content-type]", ("STO-01",)),
    "s3.getObject": (
        {"query": [*PRESIGNED[:3], ["X-Amz-Expires", "60"], *PRESIGNED[4:]]},
        "request.query[X-Amz-Expires]",
        ("STO-04",),
    ),
    "platform.listHosts": ({"path": f"/api/inventory/v1/hosts/{ID},x"}, "request.path[ids][1]", ()),
    "platform.listSystemProfiles": ({"headers": []}, "request.header[x-rh-identity]", ()),
    "platform.listAccess": ({"query": []}, "request.query[application]", ()),
    "platform.listSources": ({"headers": []}, "request.header[x-rh-identity]", ()),
    "platform.listSourcesV30": ({"query": [["source_ref", ""]]}, "request.query[source_ref]", ()),
    "platform.listSourceConnections": (
        {"path": "/api/sources/v3.1/sources/x/rhc_connections"},
        "request.path[source]",
        (),
    ),
    "platform.bulkCreate": ({"body": {}}, "request.body", ()),
    "platform.listOrgIds": ({"body": {"1": "2"}}, "request.body", ()),
    "platform.listAccounts": ({"body": [2]}, "request.body[0]", ()),
    "platform.authenticateCertificate": ({"headers": []}, "request.header[x-rh-certauth-cn]", ()),
    "s3.headBucket": ({"headers": []}, "request.header[authorization]", ()),
    "s3.createBucket": ({"path": "/NO"}, "request.path[bucket]", ()),
    "s3.getBucketLocation": ({"query": []}, "request.query[location]", ()),
    "s3.listBuckets": ({"headers": [["authorization", "Basic abc"]]}, "request.header[authorization]", ()),
}


@pytest.mark.parametrize("name", GOOD)
def test_bad_request(check, name):
    change, place, clauses = BAD_REQUESTS[name]
    request, _ = check(replace(GOOD[name], **change))
    assert request.message == f"{name}.request"
    assert [(b.place, b.clauses, b.contract.rpartition("#")[2]) for b in request.breaches] == [
        (place, clauses, name.rpartition(".")[2])
    ]


TEAPOT = ({"status": 418}, "response.status")
BAD_RESPONSES = {
    "remediations.createRemediation": ({"answer": {"id": "x"}}, "response.body.id"),
    "remediations.getRemediations": ({"answer": {"meta": META}}, "response.body"),
    "remediations.getConnectionStatus": ({"answer_headers": [["etag", "x"]]}, "response.header[etag]"),
    "remediations.runRemediation": ({"answer_headers": []}, "response.header[etag]"),
    "remediations.listPlaybookRuns": (
        {"answer": {"meta": META, "data": [{**RUN, "status": "done"}]}},
        "response.body.data[0].status",
    ),
    "remediations.getPlaybookRunSystem": ({"answer_type": "text/html"}, "response.header[content-type]"),
    "remediations.getRemediationPlaybook": (
        {"answer": PLAYBOOK.replace(b"insights_signature:", b"signature:")},
        "response.body[0].vars",
    ),
    "dispatcher-internal.dispatchV2": ({"answer": [{"code": 201}]}, "response.body[0]"),
    "dispatcher-internal.cancelV2": ({"answer": [{"code": 200, "run_id": ID}]}, "response.body[0].code"),
    "dispatcher-internal.recipientsStatusV2": (
        {"answer": [{"recipient": ID, "org_id": "1", "connected": "yes"}]},
        "response.body[0].connected",
    ),
    "dispatcher-internal.connectionStatusV2": ({"answer": [{**STATUS, "extra": 1}]}, "response.body[0]"),
    "dispatcher-internal.version": ({"answer": b"unknown"}, "response.body"),
    "dispatcher-public.listRuns": (
        {"answer": {"data": [], "meta": META, "links": {"first": "/a"}}},
        "response.body.links",
    ),
    "dispatcher-public.listRunHosts": (
        {"answer": {"data": [{"stdout": None}], "meta": META, "links": {"first": "/a", "last": "/a"}}},
        "response.body.data[0].stdout",
    ),
    "cloud-connector.sendMessageV2": ({"answer_type": JSON}, "response.header[content-type]"),
    "cloud-connector.connectionStatusV2": ({"answer": {"status": "disconnected", "org_id": "1"}}, "response.body"),
    "cloud-connector.listConnectionsV2": ({"answer": b""}, "response.body"),
    "cloud-connector-v1.sendMessageV1": ({"answer": {"id": "1"}}, "response.body.id"),
    "cloud-connector-v1.ownConnectionStatusV1": ({"answer": {"status": "disconnected", "tags": {}}}, "response.body"),
    "cloud-connector-v1.connectionStatusV1": (
        {"answer": {"status": "connected", "dispatchers": []}},
        "response.body.dispatchers",
    ),
    "cloud-connector-v1.pingV1": ({"answer": {"status": "connected", "payload": "pong"}}, "response.body.payload"),
    "cloud-connector-v1.reconnectV1": ({"answer": {}, "answer_type": CC_JSON}, "response.body"),
    "cloud-connector-v1.disconnectV1": ({"answer": {"status": "gone"}}, "response.body"),
    "cloud-connector-v1.listConnectionsV1": (
        {"answer": {"meta": {"count": 1}, "links": {}, "data": [ID]}},
        "response.body.data[0]",
    ),
    "cloud-connector-v1.listConnectionsOfAccountV1": (
        {"answer": {"meta": {}, "links": {}, "data": []}},
        "response.body.meta",
    ),
    "ingress.upload": ({"answer": {"request_id": ID, "upload": {"account": "1"}}}, "response.body.upload"),
    "ingress.liveness": ({"answer": b"alive"}, "response.body"),
    "platform.listHosts": ({"answer": {"results": [{"id": 1}]}}, "response.body.results[0].id"),
    "platform.listSystemProfiles": ({"answer": {"results": [{"id": ID}]}}, "response.body.results[0]"),
    "platform.listAccess": ({"answer": {"data": [{"permission": "all"}]}}, "response.body.data[0].permission"),
    "platform.listSources": ({"answer": {"data": [{}]}}, "response.body.data[0]"),
    "platform.listSourcesV30": ({"answer": {}}, "response.body"),
    "platform.listSourceConnections": ({"answer": {"data": [{"rhc_id": ""}]}}, "response.body.data[0].rhc_id"),
    "platform.bulkCreate": ({"answer": []}, "response.body"),
    "platform.listOrgIds": ({"answer": ["2"]}, "response.body"),
    "platform.listAccounts": ({"answer": {"org": 1}}, "response.body.org"),
    "platform.authenticateCertificate": ({"answer": {}}, "response.body"),
    "s3.putObject": ({"answer_headers": []}, "response.header[etag]"),
    "s3.getBucketLocation": ({"answer": None}, "response.body"),
}


@pytest.mark.parametrize("name", GOOD)
def test_bad_response(check, name):
    change, place = BAD_RESPONSES.get(name, TEAPOT)
    _, response = check(replace(GOOD[name], **change))
    assert response.message == f"{name}.response"
    assert [b.place for b in response.breaches] == [place]
    assert {b.role for b in response.breaches} == {GOOD[name].edge.rpartition(">")[2]}


def test_a_header_of_one_edge_is_not_asked_of_another(check):
    request, _ = check(replace(GOOD["remediations.getRemediationPlaybook"], edge=UI, headers=[USER]))
    assert request.breaches == []


def test_missing_member_names_its_own_clause(check):
    _, response = check(replace(GOOD["cloud-connector.sendMessageV2"], answer={}))
    assert [(b.expected, b.got, b.clauses) for b in response.breaches] == [("member id", "missing", ("SRV-026",))]


def test_undeclared_operation_is_unmapped(check, contracts, seen):
    good = GOOD["remediations.getHealth"]
    for change in ({"method": "DELETE"}, {"path": "/elsewhere"}, {"edge": "rhc>ingress"}):
        request, response = check(replace(good, **change))
        assert (request.message, response.message) == (None, None)
    assert contracts.identify(seen("http", "response", UI, {"status": 200, "headers": []})) is None


def test_gateway_refusal_and_bad_identity_blame_no_role(check):
    good = replace(GOOD["remediations.getHealth"], answer_type=JSON)
    request, response = check(
        replace(
            good,
            headers=[["user-agent", "x"]],
            status=401,
            answer={"errors": [{"status": 401, "title": "Unauthorized", "detail": "no"}]},
        )
    )
    assert (request.breaches, response.breaches) == ([], [])
    request, _ = check(replace(good, headers=[["x-rh-identity", identity(type="Robot")]]))
    assert [(b.place, b.role) for b in request.breaches] == [
        ("request.header[x-rh-identity].decoded.identity.type", None)
    ]


@pytest.mark.parametrize(
    ("edge", "path", "contract"),
    [
        ("hopcheck>ingress", "/api/ingress/v1/version", "openapi/ingress.yaml#version"),
        ("hopcheck>platform", "/api/rbac/v1/access/", "openapi/platform.yaml#listAccess"),
        ("rhc>ingress", "/api/ingress/v1/version", "openapi/ingress.yaml#version"),
        ("hopcheck>s3", "/api/ingress/v1/version", "s3.yaml#getBucketLocation"),
        ("hopcheck>nobody", "/api/ingress/v1/version", None),
    ],
)
def test_a_request_has_the_contract_of_its_operation(contracts, seen, edge, path, contract):
    path = "/bucket" if "s3" in edge else path
    request = seen("http", "request", edge, {"method": "GET", "path": path, "query": [], "headers": []})
    assert contracts.http.contract(request) == contract


def test_cut_body(check, contracts, seen):
    call = GOOD["dispatcher-internal.version"]
    response = seen(
        "http", "response", call.edge, {"status": 200, "headers": [["content-type", JSON]], "complete": False}, b'"unk'
    )
    request = seen("http", "request", call.edge, {"method": "GET", "path": call.path, "headers": [], "query": []})
    assert [b.expected for b in contracts.validate(response, request)] == ["the whole body"]


def test_refused_exchange_is_named(contracts, seen):
    assert contracts.identify(seen("http", "refused", "rhc>ingress", {"reason": "tls"})) == "http.refused"


def test_documents_are_openapi(directory):
    validator = pytest.importorskip("openapi_spec_validator")
    from openapi_spec_validator.readers import read_from_filename

    for path in [*sorted((directory / "openapi").glob("*.yaml")), directory / "s3.yaml"]:
        document, base = read_from_filename(str(path))
        validator.validate(document, base_uri=base)
        assert re.match(r"3\.1\.", document["openapi"])
