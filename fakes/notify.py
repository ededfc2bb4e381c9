"""Readiness as systemd services tell it."""

from __future__ import annotations

import os
import socket


def ready(status: str) -> None:
    """Send ``READY=1`` and `status` to ``$NOTIFY_SOCKET``; silent where that is unset.

    A name that begins with ``@`` is an abstract socket. Raises OSError where a named socket is not there.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notifier:
        notifier.connect(address)
        notifier.sendall(f"READY=1\nSTATUS={status}".encode())
