"""Free ports on loopback for components that must be told theirs."""

from __future__ import annotations

import random
import socket
from pathlib import Path

_LOWEST, _HIGHEST = 15000, 65500
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_ports(count: int) -> list[int]:
    """``count`` different ports that are free now and that the kernel gives to nobody by itself.

    Ports from the kernel's own range could be taken, between the choice and the component's start, by any outgoing
    connection or any listener that lets the kernel choose.
    """
    low, high = (int(field) for field in _RANGE.read_text().split())
    candidates = [port for port in range(_LOWEST, _HIGHEST) if not low <= port <= high]
    ports: list[int] = []
    for port in random.sample(candidates, len(candidates)):
        if len(ports) == count:
            break
        if _is_free(port):
            ports.append(port)
    if len(ports) < count:
        raise OSError(f"fewer than {count} ports are free on 127.0.0.1 outside the kernel's range {low}-{high}")
    return ports


def ports_from(first: int, count: int) -> list[int]:
    """``first`` and those after it. Raises OSError naming the first that is taken."""
    for port in range(first, first + count):
        if not _is_free(port):
            raise OSError(f"--first-port {first}: port {port} is taken; give another N, or end who listens there")
    return [*range(first, first + count)]


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
