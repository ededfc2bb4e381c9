import asyncio
import ssl
import sys
from dataclasses import replace
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

from hopcheck.topology.pki import Authority
from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import Command, Process, StartError
from hopcheck.topology.service import Base, Forward, ServiceLaunch, Unreachable, to_taps
from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.sut import Sut
from hopcheck.trace import load

FIRST = 12100
"""Below what `free_ports` gives to tests that run beside."""


class Peer:
    """A server on a free port that answers everything with the same bytes, and what it was asked."""

    def __init__(self, answer, context=None, end=b"\r\n\r\n"):
        self.heads = []
        self._answer, self._context, self._end = answer, context, end

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        try:
            self.heads.append(await reader.readuntil(self._end))
            writer.write(self._answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


OK = b"HTTP/1.1 200 OK\r\nServer: thing/1.2\r\nContent-Length: 2\r\nConnection: close\r\n\r\nup"


async def test_a_service_that_answers_tells_its_program():
    async with Peer(OK) as peer:
        assert await Base.of(f"http://127.0.0.1:{peer.port}/api/").ask("/health") == "thing/1.2"
    assert peer.heads[0].startswith(f"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:{peer.port}\r\n".encode())


@pytest.mark.parametrize(
    ("answer", "sentence", "final"),
    [
        (
            b"HTTP/1.1 302 Found\r\nLocation: https://sso.example/login\r\n\r\n",
            "redirects to https://sso.example/login:",
            True,
        ),
        (b"SSH-2.0-OpenSSH\r\n", "which is no HTTP", True),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "answers 404: give the address below which", True),
        (b"HTTP/1.1 503 Not yet\r\n\r\n", "/health answers 503", False),
    ],
)
async def test_what_is_no_answer_is_one_sentence(answer, sentence, final):
    async with Peer(answer) as peer:
        with pytest.raises(Unreachable, match=sentence) as error:
            await Base.of(f"http://127.0.0.1:{peer.port}").ask("/health")
    assert error.value.final is final
    assert "\n" not in str(error.value)


async def test_nobody_there_is_told_and_may_still_come():
    (port,) = free_ports(1)
    with pytest.raises(Unreachable, match=f"nobody listens at http://127.0.0.1:{port} ") as error:
        await Base.of(f"http://127.0.0.1:{port}").ask("/")
    assert not error.value.final


@pytest.fixture
def secured(tmp_path):
    authority = Authority(tmp_path / "pki")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = authority.issue("localhost", "localhost")
    context.load_cert_chain(pair.cert, pair.key)
    return context, authority.bundle


async def test_a_certificate_is_verified_by_the_authorities_that_are_trusted(secured, monkeypatch):
    context, bundle = secured
    async with Peer(OK, context) as peer:
        base = Base.of(f"https://localhost:{peer.port}")
        with pytest.raises(Unreachable, match=r"the certificate of https://localhost:.* is not trusted: ") as error:
            await base.ask("/")
        assert error.value.final
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        assert await base.ask("/") == "thing/1.2"
        with pytest.raises(Unreachable, match=r"is not trusted: .*mismatch"):
            await Base.of(f"https://127.0.0.1:{peer.port}").ask("/")


async def test_a_plain_service_speaks_no_tls():
    async with Peer(b"HTTP/1.1 400 Bad Request\r\n\r\n", end=b"\x03") as peer:
        with pytest.raises(Unreachable, match="speaks no TLS"):
            await Base.of(f"https://localhost:{peer.port}").ask("/")


def fetch(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("PUT", path, b"body", {"x-kept": "Yes"})
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


@pytest.mark.parametrize(
    ("role", "host"), [("ingress", b"Host: localhost:%d\r\n"), ("s3", b"Host: 127.0.0.1:%d\r\n")], ids=["ingress", "s3"]
)
async def test_what_is_forwarded_has_the_services_name_but_where_it_is_signed(secured, monkeypatch, role, host):
    context, bundle = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    async with Peer(OK, context) as peer:
        forward = Forward(Base.of(f"https://localhost:{peer.port}/v1"), role)
        port = await forward.start()
        assert await asyncio.to_thread(fetch, port, "/x?y=1") == (200, b"up")
        await forward.stop()
    [head] = peer.heads
    assert head.startswith(b"PUT /v1/x?y=1 HTTP/1.1\r\n")
    assert host % (port if role == "s3" else peer.port) in head
    assert head.lower().count(b"\r\nhost:") == 1
    assert b"x-kept: Yes\r\n" in head


def test_variables_that_lead_to_taps_are_known():
    templates = {"A": "127.0.0.1:${s3.tap}", "B": "${s3.port}", "C": "https://${site.name}:${ingress.hosts-tap}/x"}
    assert set(to_taps(templates, {"A": "1", "B": "2", "C": "3"})) == {"A", "C"}


def test_who_was_asked_and_asked_nobody_is_told_what_to_configure(tmp_path):
    launch = ServiceLaunch(
        "ingress", Base.of("http://x"), 1, "/", {}, {"A": "127.0.0.1:9"}, tmp_path, tmp_path, 1.0, print
    )
    asked, asks = (
        SimpleNamespace(op="request", source="rhc", target="ingress"),
        SimpleNamespace(op="request", source="ingress", target="s3"),
    )
    assert launch.untapped([asked]) == "ingress at http://x has used none of its taps: configure A=127.0.0.1:9"
    assert launch.untapped([asked, asks]) is launch.untapped([]) is None
    assert not replace(launch, taps={}).untapped([asked])


SERVER = "import http.server as h, sys; h.test(h.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"


async def started(port, log):
    process = Process(
        Command("s3", [sys.executable, "-c", SERVER, str(port)], notify=False, health=(port, "/"), cwd=log.parent), log
    )
    await process.start()
    return process


def stage(tmp_path, url, **more):
    settings = Settings(report=tmp_path / "report", hosts=0, roles=("s3",), suts={"s3": Sut("s3", "url", url)}, **more)
    said = []
    return Stage(settings, said.append), said


async def test_a_running_service_is_told_its_configuration_and_asked_through_the_tap(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    (port,) = free_ports(1)
    service = await started(port, tmp_path / "service.log")
    made, said = stage(tmp_path, f"http://127.0.0.1:{port}", first_port=FIRST)

    def play():
        with made as up:
            plan = up.topology.plan
            assert plan.ports.s3 in range(FIRST, FIRST + 60)
            assert fetch(plan.taps.s3, "/bucket/key")[0] == 501
            with pytest.raises(StartError, match="s3 was not started by the kit, and so cannot be started again"):
                up.restart("s3")
            return dict(line.split("=", 1) for line in (tmp_path / "report/s3.env").read_text().splitlines())

    environment = await asyncio.to_thread(play)
    assert service.status is None
    await service.stop()
    assert f"  S3_BUCKETS={environment['S3_BUCKETS']}" in said
    assert (tmp_path / "report/s3.env").stat().st_mode & 0o777 == 0o600
    events = load(tmp_path / "report/trace.jsonl")
    assert [e.attrs["status"] for e in events if e.op == "response"] == [501]
    [told] = [e.attrs for e in events if e.op == "participant" and e.attrs["role"] == "s3"]
    assert (told["kind"], told["command"]) == ("foreign", f"http://127.0.0.1:{port}")
    assert told["version"].startswith("SimpleHTTP/")
    again, _ = stage(tmp_path, "http://127.0.0.1:1")
    assert again.topology.secrets.s3_secret == environment["AWS_SECRET_ACCESS_KEY"]
    await asyncio.to_thread(again.close)


def test_a_service_that_never_answers_is_nobodys_failure(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    (port,) = free_ports(1)
    made, said = stage(tmp_path, f"http://127.0.0.1:{port}", timeout_s=0.5)
    with pytest.raises(StartError, match=f"^s3: nobody listens at http://127.0.0.1:{port} ") as error, made:
        pass
    assert error.value.role is None
    assert f"waiting for s3: nobody listens at http://127.0.0.1:{port} (connection refused)" in said
    assert [e for e in load(tmp_path / "report/trace.jsonl") if e.op == "lost"] == []
