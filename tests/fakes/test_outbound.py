from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from fakes.outbound import Outbound, Unreachable

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: x\r\n\r\nok"


class Server:
    """Answers each request; ends a connection after ``each`` answers."""

    def __init__(self, each: int) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/base"
        self.each, self.connections, self.requests = each, 0, list[bytes]()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection:
                self.connections += 1
                for _ in range(self.each):
                    data = connection.recv(65536)
                    while data.startswith(b"POST") and not data.endswith(b"body"):
                        data += connection.recv(65536)
                    if not data:
                        break
                    if data == b"end":
                        return
                    self.requests.append(data)
                    connection.sendall(ANSWER)
            self.ended.set()


@pytest.fixture(params=[1, 99])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    one = Server(request.param)
    yield one
    with socket.create_connection(one.socket.getsockname()) as last:
        last.sendall(b"end")
        one.thread.join(5)
    one.socket.close()


def test_keeps_the_connection_and_survives_its_end(server: Server) -> None:
    outbound = Outbound(server.url, timeout=5)
    for turn in range(3):
        reply = outbound.request("POST", "/x?a=1", headers={"A": "b"}, body=b"body")
        assert (reply.status, reply.headers["etag"], reply.body) == (200, "x", b"ok")
        if server.each == 1:
            assert server.ended.wait(5)
            server.ended.clear()
        assert len(server.requests) == turn + 1
    assert server.connections == (3 if server.each == 1 else 1)
    assert server.requests[0].startswith(b"POST /base/x?a=1 HTTP/1.1\r\n")
    outbound.close()


def test_headers_are_utf_8_and_what_none_can_hold_is_not_sent(server: Server) -> None:
    outbound = Outbound(server.url, timeout=5)
    with pytest.raises(Unreachable, match="no header can hold"):
        outbound.request("GET", "/", headers={"A": "b\x04"})
    assert outbound.request("GET", "/", headers={"A": "\u00e9\u0142"}).status == 200
    assert "A: \u00e9\u0142\r\n".encode() in server.requests[0]
    outbound.close()


def test_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unreachable, match="GET /x: ConnectionRefused"):
        Outbound(f"http://127.0.0.1:{port}").request("GET", "/x?secret=1")


def test_close_all_reaches_other_threads() -> None:
    server = Server(99)
    outbound = Outbound(server.url, timeout=5)
    other = threading.Thread(target=outbound.request, args=("GET", "/"))
    other.start()
    other.join(5)
    assert server.requests
    outbound.close_all()
    assert server.ended.wait(5)
    with socket.create_connection(server.socket.getsockname()) as last:
        last.sendall(b"end")
        server.thread.join(5)
    server.socket.close()


def test_a_connection_that_idled_too_long_is_not_used_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    outbound = Outbound(server.url, timeout=5)
    outbound.request("GET", "/x")
    monkeypatch.setattr("fakes.outbound.IDLE_S", -1.0)
    outbound.request("GET", "/x")
    assert server.connections == 2
    outbound.close()
