from __future__ import annotations

import asyncio
import gzip
import ssl
from dataclasses import dataclass

import pytest
import trustme

from hopcheck.trace import Redactor, Store

DEADLINE = 5
BIG = bytes(range(256)) * (5 * 4096)


@dataclass(frozen=True)
class Case:
    name: str
    request: bytes
    response: bytes
    requests: list[tuple]
    responses: list[tuple]
    closes: bool = False


def _multipart() -> bytes:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + BIG + b"\r\n--b--\r\n"
    head = b"POST /up HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
GET = b"GET /a%2Fb/../c?q=%20x&bare HTTP/1.1\r\nHost: h\r\n\r\n"
GOT = ("GET", "/a%2Fb/../c?q=%20x&bare", None)
GZIP = gzip.compress(b"broken", mtime=0)[:-4]

CASES = [
    Case("headers-as-sent", b"GET / HTTP/1.1\r\nhOsT:h\r\nX-A:  1 \r\nX-B: 2\r\nx-a:\t3\r\nX-Empty:\r\n\r\n",
         b"HTTP/1.1 200 Fine  thing \r\nSet-Cookie: a=1\r\nset-cookie:  b=2\r\nContent-length:2\r\n\r\nok",
         [("GET", "/", None)], [(200, b"ok", True)]),
    Case("chunked-both",
         b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
         b"4;x=y\r\nab\r\n\r\n0003 \r\nxyz\r\n0;l\r\nT: 1\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
         b"A;n=\"v\"\r\n0123456789\r\n0\r\nX-T: 1\r\nX-U: 2\r\n\r\n",
         [("POST", "/c", b"ab\r\nxyz")], [(200, b"0123456789", True)]),
    Case("continue", b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
         b"HTTP/1.1 100 Continue\r\n\r\n" + OK, [("PUT", "/", b"abc")], [(100, None, True), (200, b"ok", True)]),
    Case("early-hints", GET, b"HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\n" + OK,
         [GOT], [(103, None, True), (200, b"ok", True)]),
    Case("head", b"HEAD / HTTP/1.1\r\n\r\n" + GET, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + OK,
         [("HEAD", "/", None), GOT], [(200, None, True), (200, b"ok", True)]),
    Case("no-content", GET * 2, b"HTTP/1.1 204 No Content\r\n\r\n" + OK,
         [GOT, GOT], [(204, None, True), (200, b"ok", True)]),
    Case("not-modified", GET * 2, b'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\nContent-Length: 7\r\n\r\n' + OK,
         [GOT, GOT], [(304, None, True), (200, b"ok", True)]),
    Case("pipelined", GET + b"POST /p HTTP/1.1\r\nContent-Length: 1\r\n\r\nx\r\n" + GET, OK * 3,
         [GOT, ("POST", "/p", b"x"), GOT], [(200, b"ok", True)] * 3),
    Case("until-close", GET, b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nto the end",
         [GOT], [(200, b"to the end", True)], closes=True),
    Case("broken-gzip", GET,
         b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(GZIP) + GZIP,
         [GOT], [(200, GZIP, True)]),
    Case("http-1.0", b"GET /old HTTP/1.0\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\nold", [("GET", "/old", None)],
         [(200, b"old", True)], closes=True),
    Case("multipart-5mb", _multipart(), OK, [("POST", "/up", _multipart().partition(b"\r\n\r\n")[2])],
         [(200, b"ok", True)]),
    Case("bare-line-feeds", b"GET /n HTTP/1.1\nHost: h\nX-F: a\n  b\n\n", b"HTTP/1.1 200\nContent-Length: 0\n\n",
         [("GET", "/n", None)], [(200, b"", True)]),
    Case("switching", b"GET /ws HTTP/1.1\r\nUpgrade: x\r\n\r\n",
         b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x00\x01HTTP/9\r\n\r\n",
         [("GET", "/ws", None)], [(101, None, True)]),
    Case("connect", b"CONNECT h:1 HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01",
         [("CONNECT", "h:1", None)], [(200, None, True)]),
    Case("cut-response", GET, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour", [GOT], [(200, b"four", False)],
         closes=True),
    Case("cut-chunk", GET, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nfour", [GOT],
         [(200, b"four", False)], closes=True),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request):
    return request.param


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path, Redactor(b"key"))
    yield store
    store.close()


class Origin:
    """A server that answers ``answer`` once it has got ``expect`` bytes, and keeps what it got."""

    def __init__(self, answer: bytes = OK, expect: int = 1, *, closes: bool = False) -> None:
        self.answer = answer
        self.expect = expect
        self.closes = closes
        self.received: list[bytearray] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Origin:
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.address = self.server.sockets[0].getsockname()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.gather(*self.tasks)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.append(asyncio.ensure_future(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got = bytearray()
        self.received.append(got)
        self.writers.append(writer)
        answered = 0
        while True:
            try:
                data = await reader.read(65536)
            except ConnectionError:
                return
            got += data
            if not data:
                break
            if len(got) >= self.expect * (answered + 1):
                answered += 1
                writer.write(self.answer)
                if self.closes:
                    break
        writer.close()


@pytest.fixture
def origin():
    return Origin


@dataclass
class Pki:
    ca: trustme.CA
    server: ssl.SSLContext

    def client(self, cn: str | None) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self.ca.configure_trust(context)
        if cn is not None:
            self.ca.issue_cert(f"{cn}@hosts.invalid", common_name=cn).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def pki():
    ca = trustme.CA(key_type=trustme.KeyType.ECDSA)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.minimum_version = ssl.TLSVersion.TLSv1_3
    server.verify_mode = ssl.CERT_REQUIRED
    ca.configure_trust(server)
    ca.issue_cert("127.0.0.1", "localhost").configure_cert(server)
    return Pki(ca, server)


async def _exchange(port: int, data: bytes, size: int | None = None, **tls: object) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, **tls)
    try:
        writer.write(data)
        async with asyncio.timeout(DEADLINE):
            return await (reader.read() if size is None else reader.readexactly(size))
    finally:
        writer.transport.abort()


@pytest.fixture
def exchange():
    """Sends bytes to a port; what comes back, up to ``size`` bytes or else to the end."""
    return _exchange


@pytest.fixture
def run():
    def run(scenario):
        async def bounded():
            async with asyncio.timeout(2 * DEADLINE):
                return await scenario

        return asyncio.run(bounded())

    return run
