"""The daemon put together: one broker session, and the workers that it starts."""

from __future__ import annotations

import asyncio
import logging
import signal
import ssl
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from fakes.notify import ready
from fakes.rhc import commands, envelope, identity, tags
from fakes.rhc.content import ContentClient
from fakes.rhc.dispatcher import content_url
from fakes.rhc.session import Session, Unconnected, happened
from fakes.rhc.topic import Topics
from fakes.rhcd import VERSION, connection_status, paths
from fakes.rhcd.config import Config
from fakes.rhcd.link import Message
from fakes.rhcd.workers import Workers

log = logging.getLogger(__name__)

ERROR = 400


class Daemon:
    """One rhcd; `run` lives until `stopping` is set."""

    def __init__(self, config: Config) -> None:
        self.stopping = asyncio.Event()
        self._config = config
        self._tasks: set[asyncio.Task[Any]] = set()
        tls = identity.tls_context(config.identity)
        # What Go's TLS takes where nothing is said; its successor takes 1.3 alone.
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._client_id = identity.client_id(config.identity, paths.STATE_DIR)
        self._topics = Topics(config.topic_prefix, self._client_id)
        self._content = ContentClient(tls, data_host=config.data_host)
        self._session = Session(config.broker, self._topics, envelope.encode(connection_status.will()), tls)
        self._session.received = self._received
        self._session.connected = self._connected
        self._session.lost = self._lost
        self._workers = Workers(self.transmit)

    async def run(self) -> None:
        """Serve. Raises Unconnected, OSError."""
        try:
            await self._session.connect()
            self._workers.changed = lambda: self._start(self.publish_status())
            await self._workers.start(
                {
                    "YGG_CONFIG_DIR": str(paths.CONFIG_FILE.parent),
                    "YGG_LOG_LEVEL": self._config.log_level,
                    "YGG_CLIENT_ID": self._client_id,
                }
            )
            ready(f"hopcheck-rhcd {VERSION}")
            await self.stopping.wait()
        finally:
            self._workers.changed = lambda: None
            await self._workers.stop()
            for task in self._tasks:
                task.cancel()
            self._session.abort()
            self._content.close()

    async def publish_status(self) -> None:
        """connection-status with the present facts, workers and tags."""
        facts = connection_status.canonical_facts(self._client_id)
        listed = tags.read(paths.CONFIG_FILE.parent / "tags.toml")
        message = connection_status.online(facts, self._workers.dispatchers, listed)
        await self._session.publish(self._topics.control_out, envelope.encode(message))

    async def deliver(self, message: Message) -> None:
        """Hand a message to its worker; what cannot be fetched goes no further (H-031). Raises OSError, ValueError."""
        worker = self._workers.of(message.directive)
        if worker is None:
            raise ValueError(f"no worker is called {message.directive!r}")
        if worker.detached:
            reply = await self._content.get(content_url(message.content))
            if reply.status >= ERROR:
                raise ValueError(f"the content's server answered {reply.status}")
            message = replace(message, content=reply.body)
        self._workers.send(worker, message)

    async def transmit(self, message: Message) -> int:
        """What a worker sends: posted where its directive is a URL, else published. Raises OSError, ValueError."""
        if urlsplit(message.directive).scheme:
            return (await self._content.post(message.directive, message.metadata, message.content)).status
        content = envelope.compact(message.content)
        head = envelope.encode(
            envelope.new(
                "data",
                message_id=message.message_id,
                response_to=message.response_to,
                directive=message.directive,
                metadata=dict(message.metadata),
            )
        )
        await self._session.publish(self._topics.data_out, head[:-1] + b',"content":' + content + b"}")
        return 0

    async def pong(self, response_to: str) -> None:
        message = envelope.new("event", response_to=response_to, content="pong")
        await self._session.publish(self._topics.control_out, envelope.encode(message))

    async def leave(self) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        await self._session.disconnect()

    async def come_back(self, delay: float) -> None:
        """One attempt. Raises Unconnected."""
        if not await happened(self.stopping, delay):
            await self._session.connect()

    async def cancel(self, directive: str, message_id: str, cancel_id: str) -> None:
        log.warning("unknown command 'cancel'")

    def _connected(self) -> None:
        """Every connect is told (H-017), the first as well as those after it."""
        self._start(self.publish_status())

    def _received(self, topic: str, payload: bytes) -> None:
        if topic == self._topics.control_in:
            self._start(commands.obey(self, payload))
            return
        try:
            data = envelope.data(payload)
        except envelope.BadMessage as error:
            log.error("data message dropped: %s", error)
            return
        self._start(
            self.deliver(Message(data.message_id, data.response_to, data.directive, data.metadata, data.content))
        )

    def _lost(self) -> None:
        log.error("lost the connection to the broker")
        self._start(self._session.reconnect(0.0, self.stopping))

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            expected = isinstance(error, (OSError, ValueError))
            log.error("%s", str(error) or repr(error), exc_info=None if expected else error)


async def serve(config: Config) -> int:
    """Run until SIGTERM or SIGINT; the exit status."""
    daemon = Daemon(config)
    run = asyncio.create_task(daemon.run())

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
    except (Unconnected, OSError) as error:
        log.error("cannot start: %s", error)
        return 1
    return 0
