"""A private dbus-daemon: its configuration, its address, and when it is ready."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

SOCKET_PATH_LIMIT = 107

# The limits of a session bus as distributions ship it. The daemon takes them from its file, not from <type>: without
# them a burst of some hundred pending calls is answered with errors.
SESSION_LIMITS = {
    "max_incoming_bytes": 1_000_000_000,
    "max_incoming_unix_fds": 250_000_000,
    "max_outgoing_bytes": 1_000_000_000,
    "max_outgoing_unix_fds": 250_000_000,
    "max_message_size": 1_000_000_000,
    "service_start_timeout": 120_000,
    "auth_timeout": 240_000,
    "pending_fd_timeout": 150_000,
    "max_completed_connections": 100_000,
    "max_incomplete_connections": 10_000,
    "max_connections_per_user": 100_000,
    "max_pending_service_starts": 10_000,
    "max_names_per_connection": 50_000,
    "max_match_rules_per_connection": 50_000,
    "max_replies_per_connection": 50_000,
}

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
{limits}
</busconfig>
"""


class PrivateBus:
    """The bus of one host in ``directory``: the caller starts ``argv`` and waits with `wait_ready`.

    Service files in ``services`` are read by the daemon when it starts. Raises ValueError where the socket's path
    would exceed the 107 bytes of a unix address.
    """

    def __init__(self, directory: Path) -> None:
        self.socket = directory / "bus"
        if len(os.fsencode(self.socket)) > SOCKET_PATH_LIMIT:
            raise ValueError(f"{self.socket}: longer than {SOCKET_PATH_LIMIT} bytes, no unix socket fits there")
        self.config = directory / "bus.conf"
        self.services = directory / "services"
        self.address = f"unix:path={_address_value(self.socket)}"
        self.services.mkdir(parents=True, exist_ok=True)
        limits = "\n".join(f'  <limit name="{name}">{value}</limit>' for name, value in SESSION_LIMITS.items())
        self.config.write_text(
            _CONFIG.format(address=escape(self.address), services=escape(str(self.services)), limits=limits)
        )

    def argv(self, ready_fd: int | None = None) -> list[str]:
        """The command; with ``ready_fd`` the daemon writes its address there once it listens."""
        command = ["dbus-daemon", f"--config-file={self.config}", "--nofork", "--nopidfile"]
        return command if ready_fd is None else [*command, f"--print-address={ready_fd}"]

    def activatable(self, name: str, command: Sequence[str]) -> Path:
        """Let the daemon start ``command`` when ``name`` is called and nobody owns it; returns the service file."""
        path = self.services / f"{name}.service"
        path.write_text(f"[D-BUS Service]\nName={name}\nExec={' '.join(map(_exec_word, command))}\n")
        return path


async def wait_ready(read_fd: int, timeout: float) -> str:
    """The address that dbus-daemon prints on the pipe behind ``read_fd``, which is closed afterwards.

    Raises ConnectionError where the pipe ends without a line (the daemon died; the caller must have closed its own
    copy of the write end), TimeoutError after ``timeout`` seconds.
    """
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_fd, "rb", buffering=0)
    )
    try:
        async with asyncio.timeout(timeout):
            line = await reader.readline()
    finally:
        transport.close()
    if not line.endswith(b"\n"):
        raise ConnectionError("dbus-daemon ended before it listened")
    return line.decode().strip()


def _address_value(path: Path) -> str:
    return re.sub(rb"[^-0-9A-Za-z_/.*]", lambda m: b"%%%02x" % m[0][0], os.fsencode(path)).decode()


def _exec_word(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
