from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.record import ANNOUNCE, UPDATES, VALIDATION, Record
from fakes.playbook_dispatcher.upload import Lost
from fakes.playbook_dispatcher.validator import Storage, Validator
from fakes.serve import Listener, Servers

RUN = str(uuid4())
LINE = json.dumps(
    {
        "event": "executor_on_start",
        "uuid": str(uuid4()),
        "counter": -1,
        "start_line": 0,
        "end_line": 0,
        "extra": 1,
        "event_data": {"crc_dispatcher_correlation_id": RUN},
    }
).encode()
ANNOUNCED = {
    "account": "a",
    "category": "c",
    "request_id": "q",
    "org_id": "1",
    "service": "playbook",
    "size": 9,
    "url": "http://s3/key?signature=1",
    "b64_identity": "aWQ=",
    "timestamp": "2026-01-01T00:00:00Z",
    "content_type": "x",
    "principal": "p",
    "metadata": {"reporter": "r"},
}


def announce(service: str | None = "playbook", **changes: Any) -> Record:
    headers = {} if service is None else {"service": service}
    return Record(ANNOUNCE, json.dumps(ANNOUNCED | changes).encode(), None, headers)


def handled(record: Record, fetch: Callable[[str], bytes] = lambda url: LINE) -> list[Record]:
    return list(Validator(Config(artifact_max_size=100), fetch).handle(record))


def never(url: str) -> bytes:
    raise AssertionError(url)


def test_reply_first_then_the_update() -> None:
    asked = list[str]()
    reply, update = handled(announce(), lambda url: asked.append(url) or LINE)  # type: ignore[func-returns-value]
    assert asked == [ANNOUNCED["url"]]
    assert (reply.topic, reply.key, reply.headers) == (VALIDATION, "a", {})
    known = {name: value for name, value in ANNOUNCED.items() if name not in ("content_type", "principal")}
    assert json.loads(reply.value) == known | {"validation": "success"}
    assert (update.topic, update.key) == (UPDATES, RUN)
    assert update.headers == {
        "x-rh-insights-request-id": "q",
        "service": "playbook",
        "x-rh-insights-playbook-dispatcher-correlation-id": RUN,
    }
    body = json.loads(update.value)
    assert {name: body[name] for name in body if name != "events"} == {
        "org_id": "1",
        "request_id": "q",
        "b64_identity": "aWQ=",
        "upload_timestamp": "2026-01-01T00:00:00Z",
    }
    assert "extra" not in body["events"][0]


@pytest.mark.parametrize(
    "record",
    [
        announce(None),
        announce("advisor"),
        announce(metadata={"ip_addresses": ["1"]}),
        announce(org_id=""),
        announce(size="9"),
        Record(ANNOUNCE, b"{", None, {"service": "playbook"}),
        Record(ANNOUNCE, b"[]", None, {"service": "playbook"}),
    ],
)
def test_dropped_without_a_reply(record: Record) -> None:
    assert handled(record, never) == []


@pytest.mark.parametrize("size", [0, 101])
def test_size_is_judged_before_the_fetch(size: int) -> None:
    [reply] = handled(announce(size=size), never)
    assert json.loads(reply.value)["validation"] == "failure"


def test_a_bad_upload_is_refused() -> None:
    [reply] = handled(announce(), lambda url: b"<Error/>")
    assert json.loads(reply.value)["validation"] == "failure"


def test_a_lost_upload_gets_no_reply() -> None:
    assert handled(announce(), lambda url: b"") == []


def test_fetch_takes_any_status_and_the_url_as_it_is() -> None:
    seen = list[str]()

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        seen.append(f"{environ['REQUEST_URI']} {environ['HTTP_HOST']}")
        start("403 Forbidden", [("Content-Length", "4")])
        return [b"page"]

    servers = Servers([Listener(app, "127.0.0.1", 0)], "demo")
    address = f"127.0.0.1:{servers.ports[0]}"
    storage = Storage(Config())
    assert storage.fetch(f"http://{address}/b/k%2F1?X-Amz-Signature=a%3D") == b"page"
    assert seen == [f"/b/k%2F1?X-Amz-Signature=a%3D {address}"]
    storage.close()
    servers.stop()
    with pytest.raises(Lost, match="Refused"):
        storage.fetch(f"http://{address}/b")


def test_three_attempts_on_transport_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    from fakes.outbound import Outbound, Unreachable

    attempts = list[str]()

    def fail(self: Outbound, method: str, target: str) -> None:
        attempts.append(f"{method} {target}")
        raise Unreachable("reset")

    monkeypatch.setattr(Outbound, "request", fail)
    with pytest.raises(Lost, match="reset"):
        Storage(Config()).fetch("http://h/k")
    assert attempts == ["GET /k"] * 3
