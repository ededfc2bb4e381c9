"""A second witness on a host's bus that shares no code with the tap: the distribution's own dbus-monitor."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from hopcheck.install import missing
from hopcheck.topology.process import StartError, deathbound

TIMEOUT_S = 10.0
# An argument may hold line feeds, so only a whole head counts as one.
_HEAD = re.compile(
    r"(signal|method call|method return|error) time=\d+\.\d+ sender=(\S+|\(null sender\)) -> "
    r"destination=(\S+|\(null destination\)) "
    r"(?:serial=\d+ path=\S+; interface=\S+; member=\S+|serial=\d+ reply_serial=\d+|"
    r"error_name=\S+ reply_serial=\d+)"
)
_OPS = {"signal": "signal", "method call": "call", "method return": "return", "error": "error"}


class BusMonitor:
    """dbus-monitor on the bus at ``address``, from `start` until the bus ends; what it tells goes to ``log``."""

    def __init__(self, address: str, log: Path) -> None:
        self._address = address
        self._log = log
        self._lines: list[str] = []
        self._ready = asyncio.Event()
        self._child: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Return when it misses nothing any more. Raises `StartError`."""
        program = shutil.which("dbus-monitor")
        if program is None:
            raise StartError(missing("dbus-monitor"))
        self._child = await asyncio.create_subprocess_exec(
            *deathbound(),
            program,
            "--address",
            self._address,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            limit=2**26,
        )
        assert self._child.stdout is not None
        self._reading = asyncio.create_task(self._read(self._child.stdout))
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self._reading}, timeout=TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not self._ready.is_set():
            await self.stop(0)
            raise StartError(f"dbus-monitor did not become a monitor of {self._address}")

    async def _read(self, printed: asyncio.StreamReader) -> None:
        with self._log.open("w", encoding="utf-8", errors="replace") as log:
            async for line in printed:
                text = line.decode(errors="replace")
                log.write(text)
                self._lines.append(text.removesuffix("\n"))
                # A monitor loses its own name, and gets everything from there on.
                if "member=NameLost" in text:
                    self._ready.set()

    async def stop(self, timeout: float = TIMEOUT_S) -> None:
        """Wait for it to end with its bus and for the rest of what it has to tell; end it after ``timeout`` seconds."""
        if self._child is None:
            return
        try:
            await asyncio.wait_for(asyncio.shield(self._reading), timeout)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
            await self._reading
        await self._child.wait()

    def counts(self, own: Collection[str]) -> dict[str, int]:
        """Messages by ``call``, ``return``, ``error``, ``signal``, without those from, to and about ``own`` names."""
        return count(self._lines, own)


def count(lines: Iterable[str], own: Collection[str]) -> dict[str, int]:
    """Messages by kind in what dbus-monitor printed, but for its own first two and those of ``own`` unique names."""
    counts = Counter(dict.fromkeys(_OPS.values(), 0))
    monitor = None
    pending: str | None = None
    for line in lines:
        if pending is not None:
            # The first argument of NameOwnerChanged says about whom it is.
            counts[pending] += line.strip().removeprefix('string "').removesuffix('"') not in own
            pending = None
            continue
        head = _HEAD.fullmatch(line)
        if head is None or "interface=org.freedesktop.DBus.Local;" in line:
            continue
        kind, source, target = head.groups()
        monitor = monitor or target
        if {source, target} & {*own, monitor}:
            continue
        if line.endswith("interface=org.freedesktop.DBus; member=NameOwnerChanged"):
            pending = _OPS[kind]
        else:
            counts[_OPS[kind]] += 1
    return dict(counts)
