from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
import trustme

from fakes.remediations_ui.client import Client
from fakes.remediations_ui.config import Config

AUTHORIZATION = "Basic " + b64encode(b"u:p\xc3\xa4").decode()


class Gateway(HTTPServer):
    etag: str | None = '"tag"'
    status = 200

    def __init__(self, context: SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.seen: list[tuple[str, str, Any, str]] = []
        self.connections = set[int]()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(
            (f"{self.command} {self.path}", self.headers["Authorization"], self.headers.get("If-Match"), body.decode())
        )
        self.server.connections.add(self.client_address[1])
        self.send_response(201 if self.command == "POST" else self.server.status)
        if self.server.etag is not None:
            self.send_header("ETag", self.server.etag)
        self.send_header("Content-Length", "11")
        self.end_headers()
        self.wfile.write(b'{"id": "r"}')

    do_GET = do_POST = answer

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def ca(tmp_path: Path) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return ca


@pytest.fixture
def gateway(ca: trustme.CA) -> Iterator[Gateway]:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    gateway = Gateway(context)
    thread = threading.Thread(target=gateway.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield gateway
    gateway.shutdown()
    thread.join(5)
    gateway.server_close()


def config(gateway: Gateway, bundle: Path) -> Config:
    return Config.from_env(
        {
            "REMEDIATIONS_URL": f"https://127.0.0.1:{gateway.server_port}",
            "UI_PORT": "1",
            "UI_USERNAME": "u",
            "UI_PASSWORD": "pä",
            "REQUESTS_CA_BUNDLE": str(bundle),
        }
    )


def test_executes_on_the_condition_of_what_was_shown(gateway: Gateway, tmp_path: Path) -> None:
    client = Client(config(gateway, tmp_path / "ca.pem"))
    answer = client.execute("p", ["RHC"])
    gateway.etag = None
    client.execute("p")
    client.close()
    base = "/api/remediations/v1/remediations/p"
    assert (answer.status, answer.body) == (201, {"id": "r"})
    assert gateway.seen == [
        (f"GET {base}/connection_status", AUTHORIZATION, None, ""),
        (f"POST {base}/playbook_runs", AUTHORIZATION, '"tag"', json.dumps({"exclude": ["RHC"]})),
        (f"GET {base}/connection_status", AUTHORIZATION, None, ""),
        (f"POST {base}/playbook_runs", AUTHORIZATION, None, "{}"),
    ]
    assert len(gateway.connections) == 1


def test_executes_what_was_seen_without_another_look(gateway: Gateway, tmp_path: Path) -> None:
    client = Client(config(gateway, tmp_path / "ca.pem"))
    client.execute("p", None, '"seen"')
    client.close()
    assert [(line, tag) for line, _, tag, _ in gateway.seen] == [
        ("POST /api/remediations/v1/remediations/p/playbook_runs", '"seen"')
    ]


def test_lists_runs(gateway: Gateway, tmp_path: Path) -> None:
    client = Client(config(gateway, tmp_path / "ca.pem"))
    client.runs("p", 5)
    client.close()
    assert [line for line, *_ in gateway.seen] == ["GET /api/remediations/v1/remediations/p/playbook_runs?limit=5"]


def test_cancels(gateway: Gateway, tmp_path: Path) -> None:
    client = Client(config(gateway, tmp_path / "ca.pem"))
    client.cancel("p", "r")
    client.close()
    path = "/api/remediations/v1/remediations/p/playbook_runs/r/cancel"
    assert [line for line, *_ in gateway.seen] == [f"POST {path}"]


def test_does_not_execute_what_cannot_be_shown(gateway: Gateway, tmp_path: Path) -> None:
    gateway.status = 503
    client = Client(config(gateway, tmp_path / "ca.pem"))
    assert client.execute("p").status == 503
    client.close()
    assert len(gateway.seen) == 1


def test_a_foreign_gateway_is_not_trusted(gateway: Gateway, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
    answer = Client(config(gateway, tmp_path / "other.pem")).plans()
    assert (answer.status, "CERTIFICATE_VERIFY_FAILED" in answer.body) == (502, True)
    assert gateway.seen == []


def test_bad_configuration_is_one_line() -> None:
    with pytest.raises(SystemExit, match="hopcheck-remediations-ui: bad configuration: KeyError"):
        Config.from_env({"UI_PORT": "1"})
