from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakes.playbook_dispatcher.cloud_connector import (
    CloudConnector,
    CloudConnectorError,
    Message,
    NotConnected,
)
from fakes.playbook_dispatcher.config import Config
from fakes.serve import Listener, Servers

MESSAGE = Message("d", {"a": "1"}, "https://h/p?hosts=ä&localhost")
ID = "ac85a142-b171-419b-81ad-6f333af39e6d"


class Server:
    status, kind, body = "201 Created", "application/json; charset=UTF-8", b"{}"

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        self.seen.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        start(self.status, [("Content-Type", self.kind), ("Content-Length", str(len(self.body)))])
        return [self.body]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def connector(server: Server) -> Iterator[CloudConnector]:
    servers = Servers([Listener(server, "127.0.0.1", 0)], "demo")
    url = f"http://127.0.0.1:{servers.ports[0]}"
    connector = CloudConnector(Config(cloud_connector_url=url, cloud_connector_psk="k"))
    yield connector
    connector.close()
    servers.stop()


def test_message(server: Server, connector: CloudConnector) -> None:
    server.body = json.dumps({"id": ID}).encode()
    assert connector.send("c", "1", "q", MESSAGE) == ID
    [seen] = server.seen
    assert (seen["REQUEST_METHOD"], seen["PATH_INFO"]) == ("POST", "/api/cloud-connector/v2/connections/c/message")
    assert {
        name: seen["HTTP_X_RH_" + name]
        for name in (
            "CLOUD_CONNECTOR_CLIENT_ID",
            "CLOUD_CONNECTOR_PSK",
            "CLOUD_CONNECTOR_ORG_ID",
            "INSIGHTS_REQUEST_ID",
        )
    } == {
        "CLOUD_CONNECTOR_CLIENT_ID": "playbook-dispatcher",
        "CLOUD_CONNECTOR_PSK": "k",
        "CLOUD_CONNECTOR_ORG_ID": "1",
        "INSIGHTS_REQUEST_ID": "q",
    }
    assert seen["CONTENT_TYPE"] == "application/json"
    assert "HTTP_X_RH_IDENTITY" not in seen
    assert json.loads(server.bodies[0]) == {"directive": "d", "metadata": {"a": "1"}, "payload": MESSAGE.payload}
    assert MESSAGE.payload.encode() in server.bodies[0]


def test_not_connected(server: Server, connector: CloudConnector) -> None:
    server.status = "404 Not Found"
    with pytest.raises(NotConnected):
        connector.send("c", "1", "q", MESSAGE)


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        ("200 OK", "application/json", json.dumps({"id": ID})),
        ("201 Created", "text/plain", json.dumps({"id": ID})),
        ("201 Created", "application/json", "{}"),
        ("201 Created", "application/json", '{"id": "x"}'),
        ("201 Created", "application/json", "{"),
        ("201 Created", "application/json", "[]"),
        ("500 Internal Server Error", "application/json", "{}"),
    ],
)
def test_any_other_reply_is_an_error(
    server: Server, connector: CloudConnector, status: str, kind: str, body: str
) -> None:
    server.status, server.kind, server.body = status, kind, body.encode()
    with pytest.raises(CloudConnectorError):
        connector.send("c", "1", "q", MESSAGE)
    assert len(server.seen) == 1


def test_status(server: Server, connector: CloudConnector) -> None:
    server.status = "200 OK"
    for status, connected in (("connected", True), ("disconnected", False)):
        server.body = json.dumps({"status": status}).encode()
        assert connector.connected("c", "1", "q") is connected
    assert server.seen[0]["PATH_INFO"] == "/api/cloud-connector/v2/connections/c/status"
    server.body = b'{"status": "odd"}'
    with pytest.raises(CloudConnectorError):
        connector.connected("c", "1", "q")


def test_unreachable() -> None:
    with pytest.raises(CloudConnectorError):
        CloudConnector(Config(cloud_connector_url="http://127.0.0.1:1")).send("c", "1", "q", MESSAGE)
