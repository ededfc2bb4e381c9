from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.live import server as module
from hopcheck.live.address import listen
from hopcheck.live.server import Server
from tests.live.written import Written


@pytest.fixture
def server(written: Written, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(module, "Judge", lambda _: judge)
    made = Server(listen(), written.path, CONTRACTS)
    made.start()
    yield made
    made.end()


def asked(server: Server, path: str, host: str | None = None) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    connection.request("GET", path, headers={} if host is None else {"Host": host})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


class Stream:
    """Server-sent events, as they come."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        self._connection.request("GET", "/live/events")
        self._answer = self._connection.getresponse()
        assert self._answer.headers["Content-Type"] == "text/event-stream"

    def next(self) -> tuple[str, Any]:
        kind = data = ""
        while line := self._answer.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                data = value
            elif not line.strip() and kind:
                return kind, json.loads(data) if data else None
        raise EOFError

    def until(self, kind: str, **values: Any) -> Any:
        while (got := self.next()) is not None:
            if got[0] == kind and (got[1] is None or values.items() <= got[1].items()):
                return got[1]

    def close(self) -> None:
        self._connection.close()


def test_the_page_loads_nothing_from_elsewhere(server: Server) -> None:
    answer, body = asked(server, "/live")
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"http" not in body.replace(b'xmlns="http://www.w3.org/2000/svg"', b"")
    assert body.count(b"data-arrow=") == body.count(b"data-item=") == 30
    assert asked(server, "/")[0].headers["Location"] == "/live"
    for name in ("live.css", "live.js"):
        assert asked(server, f"/live/{name}")[0].status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_name_is_refused(server: Server, host: str) -> None:
    for path in ("/live", "/live/state", "/live/events"):
        answer, body = asked(server, path, host)
        assert (answer.status, body) == (403, b"this server is called 127.0.0.1\n")


def test_localhost_is_a_name_of_this_machine(server: Server) -> None:
    assert asked(server, "/live", "localhost:9")[0].status == 200


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/elsewhere", 404),
        ("/live/messages/1?run=nobody", 404),
        ("/live/../conftest.py", 404),
        ("/live/page.html", 404),
        ("/live/state?at=x", 400),
        ("/live/report", 404),
    ],
)
def test_what_is_not_there_is_said(server: Server, path: str, status: int) -> None:
    assert asked(server, path)[0].status == status


def test_the_report_is_shown_where_it_is_there(server: Server, written: Written) -> None:
    (written.path.parent / "index.html").write_text("<p>the report")
    answer, body = asked(server, "/live/report")
    assert (answer.status, body) == (200, b"<p>the report")


def test_readers_are_told_of_what_comes_and_of_the_end(server: Server, written: Written) -> None:
    streams = [Stream(server), Stream(server)]
    for stream in streams:
        assert stream.until("trace")["events"] == 0
    for count in (written.before("stimulus") + 1, len(written.lines) // 2, len(written.lines)):
        written.upto(count)
        for stream in streams:
            trace = stream.until("trace", events=count)
            assert len(trace["runs"]) == 1
    assert trace["verdict"] == "pass"
    assert [stream.until("run", verdict="pass")["met"] for stream in streams] == [30, 30]
    server.watcher.end()
    for stream in streams:
        assert stream.until("over") is None
        stream.close()


def test_the_last_is_told_though_the_end_comes_at_once(server: Server, written: Written) -> None:
    stream = Stream(server)
    stream.until("trace")
    written.upto()
    server.watcher.end()
    assert stream.until("trace", events=len(written.lines))["verdict"] == "pass"
    assert stream.until("over") is None
    stream.close()


def test_a_trace_that_cannot_be_read_on_says_so(server: Server, written: Written) -> None:
    stream = Stream(server)
    stream.until("trace")
    written.path.write_bytes(b"{}\n")
    assert "trace.jsonl:1: not a trace event" in stream.until("trace")["trouble"]
    stream.close()


def test_nothing_is_judged_while_nobody_looks(server: Server, written: Written) -> None:
    written.upto()
    assert "_judge" not in vars(server.watched)
    stream = Stream(server)
    stream.until("trace", verdict="pass")
    stream.close()
    assert "_judge" in vars(server.watched)


def test_a_moment_and_its_messages_can_be_asked_for(server: Server, written: Written) -> None:
    written.upto()
    state = json.loads(asked(server, "/live/state?at=5000")[1])
    assert state["trace"]["at_ms"] <= 5000 < state["trace"]["length_ms"]
    (run,) = state["runs"]
    told = json.loads(asked(server, f"/live/messages/3?run={run['key'].replace('/', '%2F')}&at=5000")[1])
    assert told["count"] == len(told["messages"]) == 2
    assert told["messages"][0]["title"].startswith("remediations-ui to remediations: request POST /")
    assert '"playbook' in told["messages"][0]["attributes"] or told["messages"][0]["payload"] is not None
    assert told["clauses"] == []
