"""An engine that answers an exec with the head and the output in one piece, as a busy one does."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import docker


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(200, self.server.states.pop(0) if len(self.server.states) > 1 else self.server.states[0])

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/start"):
            self.server.made.append(told)
            self._answer(201, {"Id": "e1"})
        elif self.server.refusal:
            self._answer(409, {"message": self.server.refusal})
        else:
            upgraded = "Upgrade" in self.headers
            head = "101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp" if upgraded else "200 OK"
            kind = "Content-Type: application/vnd.docker.raw-stream"
            self.wfile.write(f"HTTP/1.1 {head}\r\n{kind}\r\n\r\n".encode() + self.server.output)
            self.close_connection = True

    def _answer(self, status: int, told: Any) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def engine(output: bytes, *states: dict[str, Any], refusal: str = "") -> Iterator[Any]:
    """A container of it, as docker's library gives one; ``made`` is what was asked to be run."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.output, server.states, server.refusal, server.made = output, list(states), refusal, []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    client = docker.DockerClient(base_url=f"tcp://127.0.0.1:{server.server_port}", version="1.41")
    try:
        yield SimpleNamespace(id="c1", client=client, made=server.made)
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join()
