"""Where the live page is: on this machine only."""

from __future__ import annotations

import socket

LOCAL = "127.0.0.1"


def listen(port: int = 0) -> socket.socket:
    """A socket that listens; port 0 is any that is free. Raises OSError where the port is taken."""
    return socket.create_server((LOCAL, port), backlog=16)


def page_of(listening: socket.socket) -> str:
    """The URL of the page that is served at this socket."""
    return f"http://{LOCAL}:{listening.getsockname()[1]}/live"
