"""``python -m hopcheck.live --fd FD DIR``: the live page of the trace in DIR, until stdin is closed."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from hopcheck.home import CONTRACTS
from hopcheck.live.server import Server

BEHIND = 10
"""Of the kernel's nineteen degrees: what watches the flow must not take the processor from it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve at a socket that listens already."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--stays", action="store_true")
    parser.add_argument("directory", type=Path)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(BEHIND)
    trace = options.directory / "trace.jsonl"
    server = Server(socket.socket(fileno=options.fd), trace, CONTRACTS, stays=options.stays)
    server.start()
    sys.stdin.buffer.read()
    server.end()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
