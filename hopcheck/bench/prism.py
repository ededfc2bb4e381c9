"""Stoplight Prism as a validating proxy on the same exchange: what the tap is measured against."""

from __future__ import annotations

import http.client
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import orjson
import yaml

from hopcheck.bench import CONTRACTS, exchange
from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import deathbound

SOURCE = CONTRACTS / "openapi" / "dispatcher-public.yaml"
READY_TIMEOUT_S = 60.0


class PrismError(RuntimeError):
    """Prism did not start, or does not do the work that it is compared for."""


def document(source: Any) -> Any:
    """The plain OpenAPI that Prism can read: no extensions, servers' prefixes in the paths, no keyword beside $ref."""
    tree = _plain(source)
    base = urlsplit(source["servers"][0]["url"]).path.rstrip("/")
    return {**tree, "servers": [{"url": "/"}], "paths": {base + path: item for path, item in tree["paths"].items()}}


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {
        name: _plain(value) for name, value in node.items() if not (isinstance(name, str) and name.startswith("x-"))
    }
    if "$ref" in kept and len(kept) > 1:
        # Readers of older OpenAPI ignore what stands beside a reference; allOf says the same to all.
        return {"allOf": [{"$ref": kept.pop("$ref")}, kept]}
    return kept


class Prism:
    """A running ``prism proxy --errors``. Context manager; `port` is its own. Raises `PrismError`."""

    def __init__(self, program: Path, directory: Path, upstream: int) -> None:
        self.port: int = free_ports(1)[0]
        path = directory / "openapi.json"
        path.write_bytes(orjson.dumps(document(yaml.safe_load(SOURCE.read_text()))))
        self._argv = [
            *deathbound(),
            str(program),
            "proxy",
            "--errors",
            "-p",
            str(self.port),
            str(path),
            f"http://127.0.0.1:{upstream}",
        ]

    def __enter__(self) -> Prism:
        self._child = subprocess.Popen(
            self._argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._said: list[str] = []
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._listening.wait(READY_TIMEOUT_S) or self._child.poll() is not None:
            self.__exit__(None, None, None)
            raise PrismError("Prism did not start:\n" + "".join(self._said[-8:]))
        try:
            prove(self.port)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._child.terminate()
        self._child.wait()
        self._reader.join()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            if not self._listening.is_set():
                self._said.append(line.decode(errors="replace"))
                if b"is listening" in line:
                    self._listening.set()
        self._listening.set()


def prove(port: int) -> None:
    """That the good answer passes and the broken one does not. Raises `PrismError`."""
    status, body = ask(port, exchange.request())
    if status != 200 or orjson.loads(body) != orjson.loads(exchange.body()):
        raise PrismError(f"Prism does not pass the good answer: {status} {body[:500]!r}")
    status, body = ask(port, exchange.request(broken=True))
    if status < 400:
        raise PrismError("Prism passes an answer that breaks the contract")


def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """Send the bytes of a GET on a connection of its own; status and body."""
    line, _, rest = request.decode().partition("\r\n")
    headers = dict(field.split(": ", 1) for field in rest.strip().split("\r\n"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", line.split()[1], headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
