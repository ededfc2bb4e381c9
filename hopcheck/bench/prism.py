"""Stoplight Prism as a validating proxy on the same exchange: what the tap is measured against."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from hopcheck import yaml_tree
from hopcheck.bench import CONTRACTS, exchange
from hopcheck.bench.answer import ask
from hopcheck.bench.proxy import Proxy, ProxyError, passes
from hopcheck.topology.ports import free_ports

SOURCE = CONTRACTS / "openapi" / "dispatcher-public.yaml"
PRISM = "prism proxy --errors"


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


def prism(program: Path, directory: Path, upstream: int) -> Proxy:
    """``prism proxy --errors`` before ``upstream``, with the contract of the exchange written to ``directory``."""
    port = free_ports(1)[0]
    path = directory / "openapi.json"
    path.write_bytes(orjson.dumps(document(yaml_tree.load(SOURCE.read_text()))))
    argv = [str(program), "proxy", "--errors", "-p", str(port), str(path), f"http://127.0.0.1:{upstream}"]
    return Proxy(PRISM, argv, port, b"is listening", prove)


def prove(port: int) -> None:
    """That the good answer passes and the broken one does not. Raises `ProxyError`."""
    passes(PRISM, port)
    status, _ = ask(port, exchange.request(broken=True))
    if status < 400:
        raise ProxyError("Prism passes an answer that breaks the contract")
