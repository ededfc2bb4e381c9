"""Free ports on loopback for components that must be told theirs."""

from __future__ import annotations

import socket


def free_ports(count: int) -> list[int]:
    """``count`` different ports that were free a moment ago; all are held until the last one is known."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [sock.getsockname()[1] for sock in held]
    finally:
        for sock in held:
            sock.close()
