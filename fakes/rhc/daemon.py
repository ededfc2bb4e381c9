"""The daemon put together: one broker session, two bus connections, the watches on its files."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

from fakes.notify import ready
from fakes.rhc import VERSION, bus, commands, connection_status, dispatcher, envelope, identity, paths, tags, yggdrasil1
from fakes.rhc.config import Config
from fakes.rhc.content import ContentClient
from fakes.rhc.dispatcher import Dispatch, Dispatcher1
from fakes.rhc.inotify import CLOSE_WRITE, Inotify
from fakes.rhc.journal import Journal
from fakes.rhc.session import Session, Unconnected, happened
from fakes.rhc.topic import Topics
from fakes.rhc.workers import Workers
from fakes.rhc.yggdrasil1 import Yggdrasil1

log = logging.getLogger(__name__)

TRANSMIT_TIMEOUT = 1.0


class Daemon:
    """One yggdrasil; `run` lives until `stopping` is set."""

    def __init__(self, config: Config) -> None:
        self.stopping = asyncio.Event()
        self._config = config
        self._tasks: set[asyncio.Task[Any]] = set()
        self._published: str | None = None
        self._identity: set[int] = set()
        tls = identity.tls_context(config)
        client_id = identity.client_id(config, paths.STATE_DIR)
        self._topics = Topics(config.path_prefix, client_id)
        self._content = ContentClient(
            tls, data_host=config.data_host, retries=config.http_retries, timeout=config.http_timeout
        )
        self._session = Session(
            config.server,
            self._topics,
            envelope.encode(connection_status.will()),
            tls,
            connect_timeout=config.mqtt_connect_timeout,
            publish_timeout=config.mqtt_publish_timeout,
        )
        self._session.received = self._received
        self._session.connected = lambda: self._tell(dispatcher.CONNECTION_RESTORED)
        self._session.lost = self._lost
        self._journal = Journal(config.message_journal) if config.message_journal else None

    async def run(self, *, online: bool = True) -> None:
        """Serve; without `online` only D-Bus. Raises Unconnected, NameTaken, OSError, DBusError."""
        connections: list[MessageBus] = []
        inotify = Inotify()
        try:
            connections += [await bus.connect(), await bus.connect()]
            await self._serve(*connections)
            self._watch(inotify)
            if online:
                await self._connect()
                await self.publish_status()
            ready(f"hopcheck-rhc {VERSION}")
            await self.stopping.wait()
        finally:
            asyncio.get_running_loop().remove_reader(inotify)
            inotify.close()
            for task in self._tasks:
                task.cancel()
            self._session.abort()
            self._content.close()
            if self._journal is not None:
                self._journal.close()
            for connection in connections:
                connection.disconnect()

    async def publish_status(self) -> None:
        """connection-status with the present facts, workers and tags."""
        dispatchers = self._workers.dispatchers()
        self._published = connection_status.digest(dispatchers)
        facts = connection_status.canonical_facts(self._config.facts_file)
        message = connection_status.online(facts, dispatchers, tags.read(self._config.config_dir / "tags.toml"))
        await self._session.publish(self._topics.control_out, envelope.encode(message))

    async def pong(self, response_to: str) -> None:
        message = envelope.new("event", response_to=response_to, content="pong")
        await self._session.publish(self._topics.control_out, envelope.encode(message))

    async def leave(self) -> None:
        self._tell(dispatcher.RECEIVED_DISCONNECT)
        await self.hang_up()

    async def hang_up(self) -> None:
        await self._session.disconnect()

    async def come_back(self, delay: float) -> None:
        """As at the start: one attempt, more of them only with ``mqtt-connect-retry``. Raises Unconnected."""
        if not await happened(self.stopping, delay):
            await self._connect()

    async def cancel(self, directive: str, message_id: str, cancel_id: str) -> None:
        await self._workers.cancel(directive, message_id, cancel_id)

    async def _serve(self, api: MessageBus, work: MessageBus) -> None:
        self._workers = Workers(work)
        self._dispatch = Dispatch(self._workers, self._content)
        self._dispatcher1 = Dispatcher1(self._workers, self._content, self._publish_data)
        self._yggdrasil1 = Yggdrasil1(api, self._workers, self._dispatch.deliver, self._journal)
        self._dispatcher1.export(work)
        api.export(yggdrasil1.PATH, self._yggdrasil1)
        self._workers.event = self._yggdrasil1.rebroadcast
        await bus.own(work, dispatcher.NAME)
        await bus.own(api, yggdrasil1.NAME)
        await self._workers.scan()
        self._workers.changed = self._workers_changed
        self._start(self._dispatch.run())

    async def _connect(self) -> None:
        try:
            await self._session.connect()
        except Unconnected as error:
            if not self._config.mqtt_connect_retry:
                raise
            log.error("cannot connect: %s", error)
            while not self._session.up and not await happened(self.stopping, self._config.mqtt_connect_retry_interval):
                try:
                    await self._session.connect()
                except Unconnected as again:
                    log.error("cannot connect: %s", again)

    async def _publish_data(self, message: bytes) -> None:
        await self._session.publish(self._topics.data_out, message, TRANSMIT_TIMEOUT)

    def _received(self, topic: str, payload: bytes) -> None:
        if topic == self._topics.control_in:
            self._start(commands.obey(self, payload))
        else:
            try:
                self._dispatch.put(envelope.data(payload))
            except envelope.BadMessage as error:
                log.error("data message dropped: %s", error)

    def _lost(self) -> None:
        log.error("lost the connection to the broker")
        self._tell(dispatcher.UNEXPECTED_DISCONNECT)
        if self._config.mqtt_auto_reconnect:
            self._start(self._session.reconnect(self._config.mqtt_reconnect_delay, self.stopping))

    def _workers_changed(self) -> None:
        if self._published not in (None, connection_status.digest(self._workers.dispatchers())):
            self._start(self.publish_status())

    def _tell(self, event: int) -> None:
        self._dispatcher1.Event(event)

    def _watch(self, inotify: Inotify) -> None:
        if self._config.facts_file:
            facts = Path(self._config.facts_file)
            if not facts.exists():
                facts.parent.mkdir(parents=True, exist_ok=True)
                facts.write_text("{}")
            inotify.watch(facts, CLOSE_WRITE)
        # A file that is replaced or removed is not noticed, no more than by upstream.
        tags_file = self._config.config_dir / "tags.toml"
        if tags_file.exists():
            inotify.watch(tags_file, CLOSE_WRITE)
        self._identity = {inotify.watch(file, CLOSE_WRITE) for file in identity.files(self._config)}
        asyncio.get_running_loop().add_reader(inotify, self._files_changed, inotify)

    def _files_changed(self, inotify: Inotify) -> None:
        written = {change.watch for change in inotify.read() if change.mask & CLOSE_WRITE}
        if written & self._identity:
            self._start(self._renew())
        if written - self._identity and self._published:
            self._start(self.publish_status())

    async def _renew(self) -> None:
        """A new identity: another session, from which no status is published (H-017). Raises OSError, ValueError."""
        tls = identity.tls_context(self._config)
        await self._session.renew(tls)
        self._content.renew(tls)

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s", str(error) or repr(error), exc_info=None if isinstance(error, OSError) else error)


async def serve(config: Config, *, online: bool) -> int:
    """Run until SIGTERM or SIGINT; the exit status."""
    daemon = Daemon(config)
    run = asyncio.create_task(daemon.run(online=online))

    def stop() -> None:
        # Also out of a connect that hangs, which looks at no event.
        daemon.stopping.set()
        run.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await run
    except asyncio.CancelledError:
        return 0
    except Unconnected as error:
        log.error("cannot connect to the broker: %s", error)
        return 1
    except (bus.NameTaken, OSError, DBusError) as error:
        log.error("cannot start: %s", error)
        return 1
    return 0
