"""The worker's life: on the bus from start to SIGTERM."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from fakes.notify import ready
from fakes.rhc import bus as dbus
from fakes.rhc_worker_playbook import VERSION
from fakes.rhc_worker_playbook.config import Config
from fakes.rhc_worker_playbook.job import Jobs
from fakes.rhc_worker_playbook.worker1 import Dispatcher, Worker1


async def serve(config: Config) -> None:
    """Until SIGTERM or SIGINT, or the bus goes away. Raises NameTaken, OSError."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    bus: Any = await dbus.connect()
    jobs = Jobs(config, Dispatcher(bus).transmit)
    worker = Worker1(bus, config.directive, jobs.handle)
    await worker.start()
    ready(f"hopcheck-rhc-worker-playbook {VERSION}")
    gone = asyncio.ensure_future(bus.wait_for_disconnect())
    stop = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({gone, stop}, return_when=asyncio.FIRST_COMPLETED)
    if gone.done():
        raise ConnectionError("the bus went away")
    await worker.stop()
    bus.disconnect()
