"""What tells this machine from others."""

from __future__ import annotations

import fcntl
import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

CLIENT_ID, SYSTEM_ID = Path("/etc/insights-client/machine-id"), Path("/etc/machine-id")
BRANCH = {"remote_branch": -1, "remote_leaf": -1}
_SIOCGIFADDR = 0x8915


def canonical() -> dict[str, object]:
    """The canonical facts of an upload, without those that are unknown (facts 5.5).

    Raises OSError and ValueError for a host without a machine id of insights-client's.
    """
    facts: dict[str, object] = {
        "insights_id": _identity(CLIENT_ID),
        "machine_id": _identity(SYSTEM_ID) if SYSTEM_ID.is_file() else "",
        "ip_addresses": list(addresses()),
        "fqdn": os.uname().nodename,
    }
    return {name: fact for name, fact in facts.items() if fact} | {"branch_info": BRANCH, "satellite_id": -1}


def addresses() -> Iterator[str]:
    """The IPv4 address of each interface but the loopback's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            try:
                told = fcntl.ioctl(any_socket, _SIOCGIFADDR, name.encode().ljust(256, b"\0"))
            except OSError:
                continue  # it has none
            address = socket.inet_ntoa(told[20:24])
            if not address.startswith("127."):
                yield address


def _identity(file: Path) -> str:
    return str(uuid.UUID(file.read_text().strip()))
