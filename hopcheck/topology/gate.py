"""What a playbook's task waits for, so that a story decides when it goes on."""

from __future__ import annotations

import os

from hopcheck.topology.host import Host

NAME = "gate"


def leave_open(host: Host) -> None:
    """Let every task go on that will ever come; for a host that no story is played on."""
    (host.files / NAME).write_text("go")


class Gate:
    """The file that a task waits for: a FIFO, so that nobody polls."""

    def __init__(self, host: Host) -> None:
        self._path = host.files / NAME
        self._fd = -1
        if not self._path.exists():
            os.mkfifo(self._path, 0o600)

    def open(self) -> None:
        """Let the waiting task go on, or the one that comes."""
        # O_RDWR never blocks on a FIFO, and what is written stays while this end is open.
        self._fd = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        os.write(self._fd, b"go")

    def close(self) -> None:
        """Forget what nobody read."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
