from __future__ import annotations

import asyncio
import json
import socket
import ssl
from base64 import b64decode, b64encode

import pytest

from hopcheck.taps.gateway import Gateway
from hopcheck.taps.http import Fault, HttpTap

GET = b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def tap(store):
    def tap(upstream, **changes):
        place = {"edge": "remediations>playbook-dispatcher", "source": "remediations", "target": "playbook-dispatcher"}
        return HttpTap(store, upstream=upstream, **(place | changes))

    return tap


def unused_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def ops(store):
    return [event.op for event in store]


def test_bytes_pass_unchanged_and_each_message_is_recorded(case, tap, origin, store, exchange, run):
    async def scenario():
        async with origin(case.response, len(case.request), closes=case.closes) as server:
            edge = tap(server.address)
            port = await edge.start()
            received = await exchange(port, case.request, None if case.closes else len(case.response))
            await edge.stop()
            return bytes(server.received[0]), received

    sent, received = run(scenario())

    assert sent == case.request
    assert received == case.response
    seen = [(e.attrs["method"], e.attrs["target"], e.payload and e.payload.size) for e in store.where(op="request")]
    assert seen == [(m, t, None if body is None else len(body)) for m, t, body in case.requests]
    final = [r for r in case.responses if r[0] == 101 or r[0] >= 200]
    seen = [(e.attrs["status"], e.payload and e.payload.data, e.attrs["complete"]) for e in store.where(op="response")]
    assert seen == final
    interim = [status for status, *_ in case.responses if status < 200 and status != 101]
    assert store.where(op="response")[0].attrs.get("interim", []) == interim
    requests, answers = store.where(op="request"), store.where(op="response")
    assert [e.exchange for e in requests] == [e.exchange for e in answers]
    assert len({e.exchange for e in requests}) == len(requests)


def test_the_event_is_as_agreed(tap, origin, store, exchange, run):
    async def scenario():
        async with origin() as server:
            edge = tap(server.address, name="witness", host_of=lambda head: head.values("x-host")[0])
            await exchange(await edge.start(), b"GET /a%20b?x=%31&y HTTP/1.1\r\nX-Host: h1\r\n\r\n", len(OK))
            await edge.stop()

    run(scenario())

    request, response = store
    assert (request.tap, request.edge, request.protocol) == ("witness", "remediations>playbook-dispatcher", "http")
    assert (request.source, request.target) == ("remediations", "playbook-dispatcher")
    assert (response.source, response.target) == ("playbook-dispatcher", "remediations")
    assert request.host == response.host == "h1"
    assert request.began <= request.t <= response.began <= response.t
    assert request.attrs == {
        "method": "GET", "target": "/a%20b?x=%31&y", "path": "/a%20b", "query": [["x", "1"], ["y", ""]],
        "headers": [["x-host", "h1"]], "version": "1.1", "tls": None, "forged": [], "complete": True,
    }  # fmt: skip
    assert response.attrs == {
        "status": 200, "reason": "OK", "headers": [["content-length", "2"]], "version": "1.1", "complete": True,
    }  # fmt: skip


def test_the_event_is_written_before_the_last_byte_is_forwarded(tap, origin, store, exchange, run):
    async def scenario():
        async with origin() as server:
            edge = tap(server.address)
            got = []
            store.subscribe(lambda event: got.append((event.op, [bytes(r) for r in server.received])))
            await exchange(await edge.start(), GET, len(OK))
            await edge.stop()
            return got

    (_, before), (_, after) = run(scenario())

    assert before in ([], [b""])
    assert after == [GET]


def test_where_callers_share_a_listener_the_request_tells_edge_and_source(tap, origin, store, exchange, run):
    def source(head):
        return "ingress" if head.values("authorization") else "playbook-dispatcher"

    async def scenario():
        async with origin() as server:
            s3 = tap(server.address, edge=lambda head: f"{source(head)}>s3", source=source, target="s3")
            port = await s3.start()
            await exchange(port, b"PUT /b/k HTTP/1.1\r\nAuthorization: AWS4 x\r\nContent-Length: 0\r\n\r\n", len(OK))
            await exchange(port, b"GET /b/k?X-Amz-Signature=f HTTP/1.1\r\n\r\n", len(OK))
            await exchange(port, b"?\r\n\r\n", len(OK))
            await s3.stop()

    run(scenario())

    seen = [(e.edge, e.source, e.target) for e in store if e.op != "response"]
    assert seen == [
        ("ingress>s3", "ingress", "s3"),
        ("playbook-dispatcher>s3", "playbook-dispatcher", "s3"),
        ("unknown>s3", "unknown", "s3"),
    ]


def test_an_unreachable_upstream_closes_the_connection(tap, store, exchange, run):
    async def scenario():
        edge = tap(lambda: ("127.0.0.1", unused_port()))
        received = await exchange(await edge.start(), GET * 2)
        await edge.stop()
        return received

    assert run(scenario()) == b""
    assert ops(store) == ["refused", "refused"]
    assert "upstream unreachable" in store.events[0].attrs["reason"]
    assert (store.events[0].source, store.events[0].target) == ("remediations", "playbook-dispatcher")
    assert store.events[0].exchange != store.events[1].exchange


@pytest.mark.parametrize("sent", [b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Le"])
def test_a_request_that_is_still_being_sent_to_nobody_is_refused_once(tap, store, exchange, run, sent):
    async def scenario():
        edge = tap(lambda: ("127.0.0.1", unused_port()))
        received = await exchange(await edge.start(), sent)
        await edge.stop()
        return received

    assert run(scenario()) == b""
    assert ops(store) == ["refused"]


def test_a_connection_that_sends_nothing_is_no_event(tap, store, run):
    async def scenario():
        edge = tap(("127.0.0.1", 1))
        _, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
        writer.close()
        await writer.wait_closed()
        await edge.stop()

    run(scenario())

    assert ops(store) == []


def test_a_malformed_request_is_refused_and_still_forwarded(tap, origin, store, exchange, run):
    bad = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"

    async def scenario():
        async with origin(bad) as server:
            edge = tap(server.address)
            received = await exchange(await edge.start(), b"GET\t/\r\n\r\n", len(bad))
            await edge.stop()
            return received, bytes(server.received[0])

    assert run(scenario()) == (bad, b"GET\t/\r\n\r\n")
    refused, response = store
    assert "malformed request" in refused.attrs["reason"]
    assert (response.attrs["status"], response.exchange) == (400, refused.exchange)


def test_a_malformed_response_is_refused_and_still_forwarded(tap, origin, store, exchange, run):
    async def scenario():
        async with origin(b"NOPE\r\n\r\n", closes=True) as server:
            edge = tap(server.address)
            received = await exchange(await edge.start(), GET)
            await edge.stop()
            return received

    assert run(scenario()) == b"NOPE\r\n\r\n"
    request, refused = store
    assert "malformed response" in refused.attrs["reason"]
    assert (refused.source, refused.exchange) == ("playbook-dispatcher", request.exchange)


def test_an_upload_that_breaks_off_is_incomplete(tap, origin, store, run):
    async def scenario():
        async with origin(b"", expect=10**6) as server:
            edge = tap(server.address)
            reader, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
            writer.write(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nfour")
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
            await edge.stop()

    run(scenario())

    (request,) = store
    assert (request.payload.data, request.attrs["complete"]) == (b"four", False)


def test_a_half_closed_client_gets_its_answer(tap, origin, store, run):
    async def scenario():
        async with origin(OK, closes=True) as server:
            edge = tap(server.address)
            reader, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
            writer.write(GET)
            writer.write_eof()
            received = await reader.read()
            writer.close()
            await edge.stop()
            return received

    assert run(scenario()) == OK
    assert ops(store) == ["request", "response"]


def test_tls_names_version_and_host(tap, origin, store, pki, exchange, run):
    async def scenario():
        async with origin() as server:
            edge = tap(server.address, ssl=pki.server, host_of=lambda head: "somebody else")
            received = await exchange(await edge.start(), GET, len(OK), ssl=pki.client("host-1"))
            await edge.stop()
            return received, bytes(server.received[0])

    assert run(scenario()) == (OK, GET)
    tls = store.events[0].attrs["tls"]
    assert (tls["version"], tls["client_cn"]) == ("TLSv1.3", "host-1")
    assert [e.host for e in store] == ["host-1", "host-1"]


def test_a_client_without_certificate_is_refused(tap, origin, store, pki, exchange, run):
    async def scenario():
        async with origin() as server:
            edge = tap(server.address, ssl=pki.server)
            port = await edge.start()
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                await exchange(port, GET, 1, ssl=pki.client(None))
            await edge.stop()
            return server.received

    assert run(scenario()) == []
    (refused,) = store
    assert refused.op == "refused"
    assert "PEER_DID_NOT_RETURN_A_CERTIFICATE" in refused.attrs["reason"]


def test_a_5_mb_upload_over_tls_arrives(tap, origin, store, pki, exchange, run):
    body = bytes(range(256)) * 20_000
    sent = b"POST /u HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    async def scenario():
        async with origin(OK, len(sent)) as server:
            edge = tap(server.address, ssl=pki.server)
            await exchange(await edge.start(), sent, len(OK), ssl=pki.client("host-1"))
            await edge.stop()
            return bytes(server.received[0])

    assert run(scenario()) == sent
    assert store.events[0].payload.data == body


def gateway():
    return Gateway(
        {"host-1": {"org_id": "11", "account_number": "1"}},
        {"ann": {"password": "correct horse", "org_id": "12", "account_number": "2", "email": "a@b"}},
    )


def basic(password):
    return b"Authorization: Basic " + b64encode(b"ann:" + password) + b"\r\n"


def test_the_gateway_edits_the_head_and_nothing_else(tap, origin, store, pki, run, exchange):
    sent = b"POST /u HTTP/1.1\r\nhOsT: h\r\nX-RH-Identity: e30=\r\nContent-Length:  4\r\n\r\n\x00\r\n\xff"

    async def scenario():
        async with origin(OK, expect=200) as server:
            edge = tap(server.address, gateway=gateway(), ssl=pki.server)
            await exchange(await edge.start(), sent, len(OK), ssl=pki.client("host-1"))
            await edge.stop()
            return bytes(server.received[0])

    forwarded = run(scenario())

    identity = store.events[0].attrs["headers"][2]
    assert identity[0] == "x-rh-identity"
    assert identity[1]["decoded"]["identity"]["system"] == {"cn": "host-1", "cert_type": "system"}
    assert store.events[0].attrs["forged"] == ["x-rh-identity"]
    lines = forwarded.split(b"\r\n")
    assert lines[:3] == [b"POST /u HTTP/1.1", b"hOsT: h", b"Content-Length:  4"]
    assert json.loads(b64decode(lines[3].removeprefix(b"x-rh-identity: ")))["identity"]["org_id"] == "11"
    assert lines[4].startswith(b"x-rh-insights-request-id: ")
    assert lines[5:] == [b"", b"\x00", b"\xff"]


def test_the_gateway_takes_a_head_that_comes_in_pieces(tap, origin, store, run):
    async def scenario():
        async with origin(OK, expect=100) as server:
            edge = tap(server.address, gateway=gateway())
            reader, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
            for byte in b"GET / HTTP/1.1\r\nX-Rh-Identity: forged\r\n" + basic(b"correct horse") + b"\r\n":
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0)
            assert await reader.readexactly(len(OK)) == OK
            writer.close()
            await edge.stop()
            return bytes(server.received[0])

    forwarded = run(scenario())

    assert b"forged" not in forwarded
    assert b"Authorization" not in forwarded
    assert forwarded.endswith(b"\r\n\r\n")


def test_the_gateway_answers_the_unauthenticated_in_turn(tap, origin, store, run):
    good = b"GET /1 HTTP/1.1\r\n" + basic(b"correct horse") + b"\r\n"
    wrong = b"POST /2 HTTP/1.1\r\nContent-Length: 3\r\n" + basic(b"wrong") + b"\r\nabc"

    async def scenario():
        async with origin(OK, expect=100) as server:
            edge = tap(server.address, gateway=gateway())
            reader, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
            writer.write(good + wrong)
            first = await reader.readexactly(len(OK))
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readuntil(b"]}")
            writer.write(good)
            third = await reader.readexactly(len(OK))
            writer.close()
            await edge.stop()
            return first, head, third, bytes(server.received[0])

    first, head, third, forwarded = run(scenario())

    assert (first, third) == (OK, OK)
    assert head.startswith(b"HTTP/1.1 401 ")
    assert b"/2" not in forwarded
    denied = store.where(path="/2")[0]
    assert (denied.target, denied.payload.data) == ("gateway", b"abc")
    answer = next(e for e in store if e.exchange == denied.exchange and e.op == "response")
    assert (answer.source, answer.target, answer.attrs["status"]) == ("gateway", "remediations", 401)
    assert answer.payload.json["errors"][0]["status"] == 401


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", b"401"),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", b"401"),
        (b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", b"401"),
        (b"PUT / HTTP/1.1\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET", b"400"),
    ],
)
def test_the_gateway_closes_where_it_must(tap, store, exchange, run, request_bytes, status):
    async def scenario():
        edge = tap(("127.0.0.1", 1), gateway=gateway())
        received = await exchange(await edge.start(), request_bytes)
        await edge.stop()
        return received

    assert run(scenario()).split(b" ")[1] == status
    assert ops(store) == ["request", "response"]


def test_the_gateway_forwards_nothing_malformed(tap, origin, store, exchange, run):
    async def scenario():
        async with origin() as server:
            edge = tap(server.address, gateway=gateway())
            received = await exchange(await edge.start(), b"GET / HTTP/1.1\r\nX-Rh-Identity : e30=\r\n\r\n")
            await edge.stop()
            return received, server.received

    assert run(scenario()) == (b"", [])
    assert ops(store) == ["refused"]


def test_a_fault_keeps_a_whole_message_back_and_changes_it(tap, origin, store, run):
    async def scenario():
        async with origin(OK, expect=2 * len(GET)) as server:
            edge = tap(server.address)
            gate = asyncio.Event()
            asked = []

            def faults(draft, data):
                if draft.op == "request":
                    asked.append((data, [bytes(got) for got in server.received]))
                    return Fault(data * 2, wait=gate.wait())
                return None

            edge.faults = faults
            store.subscribe(lambda event: gate.set())
            reader, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
            writer.write(GET[:9])
            await writer.drain()
            await asyncio.sleep(0)
            writer.write(GET[9:])
            assert await reader.readexactly(len(OK)) == OK
            writer.close()
            await edge.stop()
            return asked, bytes(server.received[0])

    asked, sent = run(scenario())

    assert asked == [(GET, [])]
    assert sent == GET * 2
    assert ops(store) == ["request", "response"]


def test_a_held_message_goes_on_as_it_came_once_it_may(tap, origin, store, run):
    async def scenario():
        async with origin(OK, expect=len(GET)) as server:
            edge = tap(server.address)
            going_on = asyncio.Event()
            kept = []

            def ask(draft):
                if draft.op != "response":
                    return None
                kept.append(draft)
                return going_on.wait()

            edge.hold(ask)
            seen = asyncio.Event()
            store.subscribe(lambda event: seen.set() if event.op == "response" else None)
            reader, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
            writer.write(GET)
            await seen.wait()
            answer = asyncio.ensure_future(reader.readexactly(len(OK)))
            for _ in range(20):
                await asyncio.sleep(0)
            early = answer.done()
            going_on.set()
            answered = await answer
            edge.hold(None)
            writer.close()
            await edge.stop()
            return early, answered, len(kept)

    early, answered, kept = run(scenario())

    assert (early, answered, kept) == (False, OK, 1)


def test_who_asks_before_it_sends_is_answered_though_its_request_is_held(tap, origin, store, run):
    head = b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"

    async def scenario():
        async with origin(CONTINUE + OK, expect=len(head)) as server:
            edge = tap(server.address)
            going_on = asyncio.Event()
            edge.hold(lambda draft: going_on.wait() if draft.op == "request" else None)
            reader, writer = await asyncio.open_connection("127.0.0.1", await edge.start())
            writer.write(head)
            assert await reader.readexactly(len(CONTINUE)) == CONTINUE
            seen = asyncio.Event()
            store.subscribe(lambda event: seen.set() if event.op == "request" else None)
            writer.write(b"abc")
            await seen.wait()
            kept = bytes(server.received[0])
            going_on.set()
            while len(server.received[0]) < len(head + b"abc"):
                await asyncio.sleep(0)
            writer.close()
            await edge.stop()
            return kept, bytes(server.received[0])

    kept, sent = run(scenario())

    assert kept == head
    assert sent == head + b"abc"


def test_a_fault_may_break_the_connection(tap, origin, store, exchange, run):
    async def scenario():
        async with origin(OK) as server:
            edge = tap(server.address)
            edge.faults = lambda draft, data: Fault(b"", reset=True) if draft.op == "response" else None
            with pytest.raises(ConnectionResetError):
                await exchange(await edge.start(), GET)
            await edge.stop()

    run(scenario())

    assert ops(store) == ["request", "response"]


def test_stop_ends_connections_and_start_takes_the_port_again(tap, origin, store, exchange, run):
    async def scenario():
        async with origin() as server:
            edge = tap(server.address)
            port = await edge.start()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(GET)
            await reader.readexactly(len(OK))
            await edge.stop()
            with pytest.raises(ConnectionError):
                await reader.readexactly(1)
            writer.close()
            assert await edge.start(port=port) == port
            received = await exchange(port, GET, len(OK))
            await edge.stop()
            return received

    assert run(scenario()) == OK
    assert len({event.exchange for event in store}) == 2
