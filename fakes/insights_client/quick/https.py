"""One request of HTTP/1.1 over TLS with the host's certificate, by hand: http.client takes longer to load than this."""

from __future__ import annotations

import os
import socket
import ssl
import sys
from collections.abc import Mapping
from io import BufferedIOBase
from pathlib import Path

from fakes.insights_client import VERSION
from fakes.insights_client.quick.site import CERTIFICATE, KEY, Site

PARENT = Path("/run/insights-client.ppid")


class Answer:
    """Status, reason and body."""

    __slots__ = ("body", "reason", "status")

    def __init__(self, status: int, reason: str, body: bytes) -> None:
        self.status = status
        self.reason = reason
        self.body = body


def ask(site: Site, method: str, path: str, body: bytes = b"", content_type: str = "") -> Answer:
    """What is answered to a request for a path below the site's base. Raises OSError, ValueError for no HTTP."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(site.authorities)
    context.load_cert_chain(CERTIFICATE, KEY)
    fields = {
        "Host": site.authority,
        "Accept-Encoding": "identity",
        "User-Agent": user_agent(),
        "Accept": "application/json",
    }
    if content_type:
        fields |= {"Content-Length": str(len(body)), "Content-Type": content_type}
    head = f"{method} {site.base.rstrip('/')}{path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields.items())
    host = site.address[0]
    with (
        socket.create_connection(site.address, site.timeout) as plain,
        context.wrap_socket(plain, server_hostname=host) as channel,
    ):
        channel.sendall(head.encode() + b"\r\n" + body)
        with channel.makefile("rb") as answer:
            return read(answer)


def read(answer: BufferedIOBase) -> Answer:
    """An answer, interim ones passed over. Raises ValueError for what is none, or not whole."""
    status = 100
    while status < 200:
        version, _, line = answer.readline().decode("latin-1").strip().partition(" ")
        number, _, reason = line.partition(" ")
        if not version.startswith("HTTP/1."):
            raise ValueError("no answer in HTTP/1.1" if version else "closed without an answer")
        status, fields = int(number), _fields(answer)
    if fields.get("transfer-encoding", "").lower() == "chunked":
        return Answer(status, reason, b"".join(iter(lambda: _chunk(answer), b"")))
    if "content-length" in fields:
        return Answer(status, reason, _exactly(answer, int(fields["content-length"])))
    return Answer(status, reason, b"" if status in (204, 304) else answer.read())


def _fields(answer: BufferedIOBase) -> Mapping[str, str]:
    fields = {}
    while line := answer.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        fields[name.lower()] = value.strip()
    return fields


def _chunk(answer: BufferedIOBase) -> bytes:
    size = int(answer.readline().split(b";")[0], 16)
    data = _exactly(answer, size)
    while answer.readline().strip() and not size:
        pass  # a trailer
    return data


def _exactly(answer: BufferedIOBase, size: int) -> bytes:
    data = answer.read(size)
    if len(data) != size:
        raise ValueError(f"closed after {len(data)} of {size} bytes")
    return data


def user_agent() -> str:
    """Client, its library of HTTP, system, Python and who started it, in insights-core's order."""
    system, kernel, release = os_release(), os.uname().sysname, os.uname().release
    python = sys.implementation.name.replace("cp", "CP")
    tls = " ".join(ssl.OPENSSL_VERSION.split()[:2])
    parent = PARENT.read_text() if PARENT.is_file() else "unknown"
    return (
        f"insights-client (hopcheck-insights-client {VERSION}; {tls}) "
        f"{system.get('NAME', 'Unknown')} {system.get('VERSION_ID', '')} "
        f"({python} {'.'.join(map(str, sys.version_info[:3]))}; {kernel} {release}); {parent}"
    )


def os_release(file: Path = Path("/etc/os-release")) -> Mapping[str, str]:
    """Its variables; none where it is missing."""
    lines = file.read_text().splitlines() if file.is_file() else []
    return {name: value.strip("\"'") for name, _, value in (line.partition("=") for line in lines)}
