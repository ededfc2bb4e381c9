"""Who notices when a machine, or the engine itself, ends unbidden in mid-run."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from hopcheck.topology.containers import labels
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.machine import EngineTrouble, Machine
from hopcheck.topology.host import Lost

ENGINE = "container engine"


class EngineWatch:
    """Listens to the engine's own events about ``run``; what ends without being expected is ``lost``."""

    def __init__(self, engine: Engine, run: str) -> None:
        self.lost: Lost | None = None
        self._engine = engine
        self._run = run
        self._machines: dict[str, Machine] = {}
        self._stopping = False

    def add(self, machine: Machine) -> None:
        """Watch this one from now on."""
        self._machines[machine.name] = machine

    async def start(self) -> None:
        """Raises what docker raises where the engine does not answer."""
        self._loop = asyncio.get_running_loop()
        wanted = {"type": "container", "event": "die", "label": f"{labels.RUN}={self._run}"}
        self._events: Any = await asyncio.to_thread(self._engine.client.events, decode=True, filters=wanted)
        self._thread = threading.Thread(target=self._listen, name="hopcheck-engine", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Listen no more."""
        self._stopping = True
        self._events.close()
        await asyncio.to_thread(self._thread.join)

    def _listen(self) -> None:
        cause = "its event stream ended"
        try:
            for event in self._events:
                actor = event.get("Actor", {}).get("Attributes", {})
                self._loop.call_soon_threadsafe(self._died, actor.get("name", ""), actor.get("exitCode", "?"))
        except EngineTrouble as error:
            cause = str(error)
        if not self._stopping:
            self._loop.call_soon_threadsafe(self._tell, ENGINE, f"the container engine went away in mid-run: {cause}")

    def _died(self, name: str, status: str) -> None:
        machine = self._machines.get(name)
        if machine is not None and not machine.expected_exit:
            number = int(status) if status.isdigit() else None
            self._tell(machine.hostname, f"the machine {machine.hostname} ended by itself with status {status}", number)

    def _tell(self, what: str, cause: str, status: int | None = None) -> None:
        if self.lost is not None:
            self.lost(what, cause, status=status)
