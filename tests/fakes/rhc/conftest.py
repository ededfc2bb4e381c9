from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from dbus_fast.aio import MessageBus
from paho.mqtt.enums import CallbackAPIVersion

from fakes.rhc import paths
from fakes.rhc.config import Config

BUS = """<busconfig><type>session</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""


class Cloud:
    def __init__(self, port):
        self.loop, self.seen, self.news = asyncio.get_running_loop(), [], asyncio.Condition()
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="cloud")
        self.subscribed = asyncio.Event()
        self.client.on_message = lambda c, u, m: self.hand_over((m.topic, m.payload, m.qos, m.retain))
        self.client.on_subscribe = lambda *a: self.loop.call_soon_threadsafe(self.subscribed.set)
        self.client.on_connect = lambda c, *a: c.subscribe("#", qos=1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def hand_over(self, message):
        asyncio.run_coroutine_threadsafe(self.keep(message), self.loop)

    async def keep(self, message):
        async with self.news:
            self.seen.append(message)
            self.news.notify_all()

    async def wait(self, wanted, count=1):
        async with self.news, asyncio.timeout(5):
            await self.news.wait_for(lambda: len([m for m in self.seen if wanted(*m[:2])]) >= count)
        return [m for m in self.seen if wanted(*m[:2])]

    async def control(self, count=1, **fields):
        def wanted(topic, payload):
            return topic.endswith("/control/out") and fields.items() <= flat(json.loads(payload)).items()

        return [json.loads(m[1]) for m in await self.wait(wanted, count)]

    def send(self, topic, message):
        payload = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.client.publish(topic, payload, qos=1)


def flat(message):
    content = message.get("content")
    return {k: v for k, v in message.items() if not isinstance(v, dict)} | (
        {"state": content["state"]} if isinstance(content, dict) and "state" in content else {}
    )


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="hc-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def bus_address(folder, monkeypatch):
    (folder / "bus.conf").write_text(BUS.format(folder=folder))
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={folder}/bus.conf", "--print-address", "--nofork"],
        stdout=subprocess.PIPE,
        text=True,
    ) as daemon:
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def broker(folder, port):
    (folder / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n")
    with subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", f"{folder}/mosquitto.conf"], stderr=subprocess.PIPE, text=True
    ) as process:
        while "running" not in (line := process.stderr.readline()):
            assert line, "mosquitto ended"
        yield process
        process.terminate()


@pytest.fixture
async def cloud(broker, port):
    cloud = Cloud(port)
    async with asyncio.timeout(5):
        await cloud.subscribed.wait()
    yield cloud
    cloud.client.disconnect()
    cloud.client.loop_stop()


@pytest.fixture
async def peer(bus_address):
    bus = await MessageBus(bus_address=bus_address).connect()
    yield bus
    bus.disconnect()


@pytest.fixture
def config(folder, port, monkeypatch):
    monkeypatch.setattr(paths, "STATE_DIR", folder / "state")
    return Config(
        protocol="mqtt",
        server=(f"mqtt://127.0.0.1:{port}",),
        client_id="host-1",
        path_prefix="redhat/insights",
        facts_file=str(folder / "facts.json"),
        config_dir=folder,
    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, dict(self.headers.items()), body))
        status, headers, content = self.server.answers.pop(0) if self.server.answers else (200, {}, b"the playbook")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer

    def setup(self):
        super().setup()
        self.server.connections += 1

    def log_message(self, *arguments):
        pass


@pytest.fixture
def web():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.requests, server.answers, server.connections, server.daemon_threads = [], [], 0, True
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
