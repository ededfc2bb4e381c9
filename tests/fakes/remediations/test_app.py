from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from fakes.outbound import Outbound
from fakes.platform.app import Files
from fakes.platform.app import create_app as create_platform
from fakes.playbook_dispatcher import app as dispatcher_app
from fakes.playbook_dispatcher.cloud_connector import CloudConnector
from fakes.playbook_dispatcher.config import Config as DispatcherConfig
from fakes.playbook_dispatcher.inventory import Inventory as DispatcherInventory
from fakes.playbook_dispatcher.record import ANNOUNCE, Record
from fakes.playbook_dispatcher.response_consumer import ResponseConsumer
from fakes.playbook_dispatcher.service import Service as DispatcherService
from fakes.playbook_dispatcher.store import Store as DispatcherStore
from fakes.playbook_dispatcher.validator import Validator
from fakes.remediations.access import Rbac
from fakes.remediations.app import create_app
from fakes.remediations.config import Config
from fakes.remediations.dispatcher import Dispatcher
from fakes.remediations.inventory import Inventory
from fakes.remediations.service import Service
from fakes.remediations.store import Store
from fakes.serve import Listener, Servers

HOST, CLIENT = str(uuid4()), str(uuid4())
USER = {"identity": {"org_id": "1", "type": "User", "user": {"username": "u"}}}


class Connector:
    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        posted = environ["REQUEST_METHOD"] == "POST"
        if posted:
            self.messages.append(json.loads(environ["wsgi.input"].read()))
        body = orjson.dumps({"id": str(uuid4())} if posted else {"status": "connected"})
        start(
            "201 Created" if posted else "200 OK",
            [("Content-Type", "application/json"), ("Content-Length", str(len(body)))],
        )
        return [body]


class Chain:
    def __init__(self, folder: Path) -> None:
        (folder / "hosts.json").write_text(
            json.dumps(
                [
                    {
                        "id": HOST,
                        "display_name": "web",
                        "hostname": "web.example",
                        "org_id": "1",
                        "rhc_client_id": CLIENT,
                        "owner_id": CLIENT,
                    }
                ]
            )
        )
        (folder / "test-ping.yml").write_text('- name: ping\n  hosts: "@@HOSTS@@"\n')
        self.connector = Connector()
        self.running: list[Servers] = []
        platform = self.serve(create_platform(Files(folder / "hosts.json")))
        config = DispatcherConfig(psk={"key": "remediations"}, cloud_connector_url=self.serve(self.connector))
        self.runs = DispatcherStore(folder / "d.sqlite3")
        self.dispatching = DispatcherService(config, self.runs, CloudConnector(config), DispatcherInventory(platform))
        own = Config(0, self.serve(dispatcher_app.create_app(self.dispatching)), platform, folder, "key", "gw")
        self.plans = Store(folder / "r.sqlite3")
        rbac = Rbac(platform)
        service = Service(own, self.plans, Dispatcher(own), Inventory(platform), rbac)
        self.clients = (
            service.dispatcher,
            service.inventory,
            rbac,
            self.dispatching.cloud_connector,
            self.dispatching.inventory,
        )
        self.outbound = Outbound(self.serve(create_app(service)))

    def serve(self, app: Any) -> str:
        self.running.append(Servers([Listener(app, "127.0.0.1", 0)], "demo"))
        return f"http://127.0.0.1:{self.running[-1].ports[0]}"

    def ask(self, method: str, path: str, body: Any = None, identity: Any = USER, **headers: str) -> Any:
        headers |= {
            "x-rh-identity": b64encode(json.dumps(identity).encode()).decode(),
            "Content-Type": "application/json",
        }
        reply = self.outbound.request(
            method,
            f"/api/remediations/v1/remediations{path}",
            headers=headers,
            body=None if body is None else json.dumps(body).encode(),
        )
        return reply if identity is not USER else (reply.status, json.loads(reply.body), reply.headers)

    def upload(self, *names: str) -> None:
        correlation = self.connector.messages[-1]["metadata"]["crc_dispatcher_correlation_id"]
        lines = [
            json.dumps(
                {
                    "event": name,
                    "uuid": str(uuid4()),
                    "counter": n,
                    "start_line": 0,
                    "end_line": 1,
                    "stdout": name,
                    "event_data": {"crc_dispatcher_correlation_id": correlation},
                }
            )
            for n, name in enumerate(names)
        ]
        announce = Record(ANNOUNCE, b'{"org_id": "1", "size": 9, "request_id": "q"}', None, {"service": "playbook"})
        validator = Validator(self.dispatching.config, lambda url: "\n".join(lines).encode())
        for record in validator.handle(announce):
            list(ResponseConsumer(self.runs).handle(record))

    def close(self) -> None:
        self.outbound.close()
        for servers in reversed(self.running):
            servers.stop()
        for client in self.clients:
            client.close()
        self.dispatching.workers.shutdown()
        self.runs.close()
        self.plans.close()


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    chain = Chain(tmp_path)
    yield chain
    chain.close()


def test_from_plan_to_log_through_every_service(chain: Chain) -> None:
    _, plan, _ = chain.ask("POST", "", {"name": "n", "add": {"issues": [{"id": "test:ping", "systems": [HOST]}]}})
    _, shown, headers = chain.ask("GET", f"/{plan['id']}/connection_status")
    assert [one["connection_status"] for one in shown["data"]] == ["connected"]
    runs = f"/{plan['id']}/playbook_runs"
    status, run, started = chain.ask("POST", runs, {}, **{"If-Match": headers["etag"]})
    assert (status, started["etag"]) == (201, headers["etag"])
    [message] = chain.connector.messages
    url = f"https://gw/api/remediations/v1/remediations/{plan['id']}/playbook?hosts={HOST}&localhost"
    assert (message["directive"], message["payload"]) == ("rhc-worker-playbook", url)
    run = f"{runs}/{run['id']}"
    assert chain.ask("GET", run)[1]["status"] == "running"
    host = {"identity": {"org_id": "1", "type": "System", "system": {"cn": CLIENT}}}
    fetched = chain.ask("GET", url.partition("/remediations/v1/remediations")[2], identity=host)
    assert b'hosts: "localhost"' in fetched.body
    chain.upload("executor_on_start")
    assert chain.ask("GET", f"{run}/systems/{HOST}")[1]["console"] == "executor_on_start\n"
    chain.upload("executor_on_start", "playbook_on_stats")
    _, ended, _ = chain.ask("GET", run)
    assert (ended["status"], ended["executors"][0]["counts"]["success"]) == ("success", 1)
    [system] = chain.ask("GET", f"{run}/systems")[1]["data"]
    assert (system["system_id"], system["system_name"], system["status"]) == (HOST, "web", "success")


def test_unknown_routes_and_methods(chain: Chain) -> None:
    assert chain.outbound.request("GET", "/x").body == b"Not Found"
    answer = chain.outbound.request("PUT", "/api/remediations/v1/remediations")
    assert (answer.status, json.loads(answer.body)["errors"][0]["code"]) == (405, "METHOD_NOT_ALLOWED")
