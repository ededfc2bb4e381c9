from __future__ import annotations

import base64
import hashlib
import json
import socket
import subprocess
import time
from dataclasses import replace

import pytest

from fakes.cloud_connector.app import create_app
from fakes.cloud_connector.config import Broker, Config
from fakes.cloud_connector.connections import Connection, Connections
from fakes.cloud_connector.connector import Connector

ORG, ACCOUNT, HOST = "5318290", "901578", "a-host"
BASE = "/api/cloud-connector"


def connection(client_id=HOST, **changes):
    known = Connection(client_id, ACCOUNT, ORG, {"rhc-worker-playbook": {}}, {"fqdn": "a"}, None, "m1", 1000)
    return replace(known, **changes)


class Outbox:
    def __init__(self):
        self.sent, self.error = [], None

    def publish(self, topic, payload):
        if self.error:
            raise self.error
        self.sent.append((topic, json.loads(payload)))


class World:
    def __init__(self, connections, **settings):
        known = {"credentials": {"playbook-dispatcher": "secret"}, "accounts": {ORG: ACCOUNT, "77": "7"}}
        self.connections, self.outbox = connections, Outbox()
        self.connector = Connector(replace(Config(), **(known | settings)), connections, self.outbox)
        self.client = create_app(self.connector).test_client()

    def psk(self, **changes):
        values = {"client-id": "playbook-dispatcher", "psk": "secret", "org-id": ORG, "account": ACCOUNT} | changes
        return {f"x-rh-cloud-connector-{k.replace('_', '-')}": v for k, v in values.items() if v is not None}

    def identity(self, **changes):
        identity = {"type": "User", "org_id": ORG, "account_number": ACCOUNT} | changes
        return {"x-rh-identity": base64.b64encode(json.dumps({"identity": identity}).encode()).decode()}

    def get(self, path, headers=None):
        return self.client.get(f"{BASE}/{path}", headers=self.psk() if headers is None else headers)

    def post(self, path, body, headers=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"{BASE}/{path}", data=data, headers=self.psk() if headers is None else headers)


@pytest.fixture
def connections(tmp_path):
    table = Connections(tmp_path / "cloud-connector.sqlite3")
    yield table
    table.close()


@pytest.fixture
def make_connection():
    return connection


@pytest.fixture
def make_world(connections):
    return lambda **settings: World(connections, **settings)


@pytest.fixture
def world(make_world, connections):
    connections.register(connection())
    return make_world()


def hashed(password):
    salt = b"twelve bytes"
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return "$7$101$" + "$".join(base64.b64encode(part).decode() for part in (salt, digest))


class Mosquitto:
    def __init__(self, directory):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        passwords = directory / "passwords"
        passwords.write_text(f"good:{hashed('right')}\n")
        passwords.chmod(0o600)
        self.config = directory / "mosquitto.conf"
        self.config.write_text(
            f"listener {self.port} 127.0.0.1\npassword_file {passwords}\nset_tcp_nodelay true\nuser root\n"
        )
        self.broker = Broker("127.0.0.1", self.port, tls=False, username="good", password="right")
        self.process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", self.config], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 5
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                assert time.monotonic() < deadline

    def stop(self):
        self.process.terminate()
        self.process.wait(5)


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory):
    mosquitto = Mosquitto(tmp_path_factory.mktemp("mosquitto"))
    yield mosquitto
    mosquitto.stop()
