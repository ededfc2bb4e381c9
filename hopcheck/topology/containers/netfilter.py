"""The network between a machine and one port of the platform, cut without a word: packets vanish."""

from __future__ import annotations

import asyncio
import re

from hopcheck.install import PROGRAMS, missing
from hopcheck.topology.process import StartError, printed

LOOK_EVERY_S = 0.05
_DROPPED = re.compile(r"(?m)^ *[1-9]\d* +\d+ +DROP ")


class Cut:
    """Drops what the machine with first process ``pid`` and ``address``:``port`` send each other, until `heal`.

    It works in the machine's network from outside: the machine needs neither tool nor capability. Open connections
    stay open, and go on when it is healed in time.
    """

    def __init__(self, pid: int, address: str, port: int) -> None:
        self._pid = pid
        self._rules = (
            ("OUTPUT", "-d", address, "-p", "tcp", "--dport", str(port), "-j", "DROP"),
            ("INPUT", "-s", address, "-p", "tcp", "--sport", str(port), "-j", "DROP"),
        )

    async def make(self) -> None:
        """Raises `StartError` where this machine has no iptables or forbids its use."""
        for chain, *rule in self._rules:
            await self._iptables("-A", chain, *rule)

    async def bites(self, timeout: float = 30.0) -> None:
        """Until a packet was dropped, which the kernel counts and tells nobody. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not _DROPPED.search(await self._iptables("-L", "-v", "-n", "-x")):
                await asyncio.sleep(LOOK_EVERY_S)

    async def heal(self) -> None:
        """Let everything pass again."""
        for chain, *rule in self._rules:
            await self._iptables("-D", chain, *rule)

    async def _iptables(self, *words: str) -> str:
        programs = [PROGRAMS[name].find() for name in ("nsenter", "iptables")]
        if None in programs:
            raise StartError(missing("nsenter", "iptables"))
        nsenter, iptables = (str(program) for program in programs)
        child = await asyncio.create_subprocess_exec(
            *(nsenter, f"--target={self._pid}", "--net", "--", iptables, "-w", *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await printed(child)
        said = out.decode(errors="replace")
        if child.returncode != 0:
            raise StartError(f"iptables {' '.join(words)} failed: {said.strip()}")
        return said
