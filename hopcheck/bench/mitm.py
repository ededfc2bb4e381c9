"""mitmproxy as a reverse proxy that checks nothing, on the same exchange: what a general proxy in Python costs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from hopcheck.bench.proxy import Proxy, passes
from hopcheck.topology.ports import free_ports

MITM = "mitmproxy, no checks"


def mitm(program: Path, directory: Path, upstream: int) -> Proxy:
    """``program`` is mitmdump; its keys are made in ``directory``, and it prints nothing of what passes."""
    port = free_ports(1)[0]
    argv = [
        str(program),
        *("--mode", f"reverse:http://127.0.0.1:{upstream}"),
        *("--listen-host", "127.0.0.1", "--listen-port", str(port)),
        *("--set", f"confdir={directory / 'mitmproxy'}", "--set", "flow_detail=0"),
    ]
    return Proxy(MITM, argv, port, b"listening at", partial(passes, MITM))
