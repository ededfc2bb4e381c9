"""Whether a server is up, asked as its real counterpart's probe asks; and where one listens that is not."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

HEALTH_INTERVAL_S = 0.05
_ANSWER_S = 10.0
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_LISTENING = "0A"


class Health:
    """Asks a port on 127.0.0.1 again and again. ``told`` is what came of the last time, as the end of a sentence."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path = port, path
        self.told = ""
        self.silent = True
        self.garbage = False

    def __str__(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    async def up(self, ended: asyncio.Event) -> None:
        """Until it answers below 500, or with what is no HTTP, which sets ``garbage``; nothing tells of a stranger's
        readiness, so it is asked until it has ``ended``."""
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), HEALTH_INTERVAL_S)
            try:
                async with asyncio.timeout(_ANSWER_S):
                    line = await self._ask()
            except TimeoutError:
                self.silent, self.told = False, f"{self} takes the question and gives no answer"
                continue
            except OSError as error:
                if not isinstance(error, ConnectionRefusedError):
                    self.silent, self.told = False, f"{self} breaks off: {error.strerror or error}"
                continue
            if not line:
                self.silent, self.told = False, f"{self} takes the question and hangs up"
            elif (status := _STATUS.match(line)) is None:
                self.silent, self.garbage = False, True
                self.told = f"{self} answers {line[:60]!r}, which is no HTTP"
                return
            elif int(status[1]) >= 500:
                self.silent, self.told = False, f"{self} answers {int(status[1])}"
            else:
                return

    async def _ask(self) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**12)
        try:
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            try:
                return await reader.readline()
            except ValueError:
                return await reader.read(64)
        finally:
            writer.close()

    def why(self, pids: Iterable[int]) -> str:
        """Why it is not up, where ``pids`` are its processes."""
        if not self.silent:
            return self.told
        found = sorted({where for pid in pids for where in listeners(pid)})
        elsewhere = f"it listens on {', '.join(found)}" if found else "it listens on no port at all"
        return f"nobody answers at {self}; {elsewhere}"


def family(pid: int) -> list[int]:
    """A process, its process group and all their descendants."""
    parents: dict[int, list[int]] = {}
    found = [pid]
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            _, parent, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            parents.setdefault(int(parent), []).append(int(entry.name))
            if int(group) == pid and int(entry.name) != pid:
                found.append(int(entry.name))
    for each in found:
        found += [child for child in parents.get(each, ()) if child not in found]
    return found


def listeners(pid: int) -> list[str]:
    """The TCP addresses on which a process listens, ``HOST:PORT`` each; nothing of one that may not be looked at."""
    inodes = set()
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                inodes.add(os.readlink(descriptor).removeprefix("socket:[").rstrip("]"))
    found = []
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and fields[9] in inodes:
                    found.append(_address(fields[1]))
    return found


def _address(told: str) -> str:
    """An address of /proc/net: words of the machine's own byte order in hex."""
    address, _, port = told.partition(":")
    words = [int(address[at : at + 8], 16) for at in range(0, len(address), 8)]
    raw = b"".join(word.to_bytes(4, sys.byteorder) for word in words)
    host = ipaddress.ip_address(raw)
    return f"{host if host.version == 4 else f'[{host}]'}:{int(port, 16)}"
