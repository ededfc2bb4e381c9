"""The MQTT session of the host: 3.1.1, clean, subscribed after every connect (facts 1.1)."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from fakes.rhc.topic import Topics

log = logging.getLogger(__name__)

KEEP_ALIVE = 30
QUIESCE = 0.5
LONGEST_BACKOFF = 600.0
_TLS_SCHEMES = {"mqtts", "ssl", "tls", "tcps"}


class Unconnected(ConnectionError):
    """The broker was not reached or refused the session."""


class Session:
    """One MQTT client for the life of the process, driven by the running event loop.

    Callbacks, set before `connect`: `received(topic, payload)`, `connected()` after each connect,
    `lost()` when the broker went away by itself.
    """

    def __init__(
        self,
        servers: Sequence[str],
        topics: Topics,
        will: bytes,
        tls: ssl.SSLContext,
        *,
        connect_timeout: float = 30.0,
        publish_timeout: float = 30.0,
    ) -> None:
        self.topics = topics
        self.received: Callable[[str, bytes], None] = lambda topic, payload: None
        self.connected: Callable[[], None] = lambda: None
        self.lost: Callable[[], None] = lambda: None
        self._servers, self._publish_timeout = servers, publish_timeout
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._connect_timeout = connect_timeout or 30.0
        self._connecting = asyncio.Lock()
        self._early: set[asyncio.Future[Any]] = set()
        self._pending: dict[int, asyncio.Future[Any]] = {}
        self._idle, self._closed = asyncio.Event(), asyncio.Event()
        self._idle.set()
        self._up, self._left = False, False
        self._will = will
        self._timer: asyncio.TimerHandle | None = None
        self._connack: asyncio.Future[None] = self._loop.create_future()
        self._client = self._make_client(will, tls)

    @property
    def up(self) -> bool:
        """Whether the broker has accepted the session and it lives."""
        return self._up

    async def connect(self) -> None:
        """Connect to the first server that answers, subscribe, see both SUBACKs. Raises Unconnected."""
        async with self._connecting:
            if not self._up:
                await self._connect()

    async def renew(self, tls: ssl.SSLContext) -> None:
        """Another session with another identity. Raises Unconnected, and the host is then offline.

        The old one still stands when the new one connects: the broker ends it and fires its will. What is under way on
        it may be acknowledged before, for as long as before a DISCONNECT.
        """
        async with self._connecting:
            if self._up:
                await happened(self._idle, QUIESCE)
            # A client that nothing refers to closes its socket at once.
            previous = self._client
            old = previous.socket()
            if old is not None:
                self._detach(old)
            self._up = False
            self._client = self._make_client(self._will, tls)
            try:
                await self._connect()
            finally:
                if old is not None:
                    old.close()
                del previous

    async def reconnect(self, delay: float, stopping: asyncio.Event) -> None:
        """Connect again and again, one second apart at first, then ever longer, until up or `stopping`."""
        while not await happened(stopping, delay):
            try:
                return await self.connect()
            except ConnectionError as error:
                log.error("cannot connect: %s", error)
                delay = min(max(1.0, delay * 2), LONGEST_BACKOFF)

    async def publish(self, topic: str, payload: bytes, timeout: float | None = None) -> None:
        """QoS 1, not retained (H-006); returns on PUBACK. Raises TimeoutError and Unconnected.

        While a lost broker is being joined again the message waits; after a DISCONNECT of the host's own it is refused.
        """
        if self._left:
            raise Unconnected("the host has disconnected")
        info = self._client.publish(topic, payload, qos=1)
        if info.rc not in (mqtt.MQTT_ERR_SUCCESS, mqtt.MQTT_ERR_NO_CONN):
            raise Unconnected(mqtt.error_string(info.rc))
        await self._acknowledged(info.mid, timeout or self._publish_timeout)

    async def disconnect(self) -> None:
        """A clean DISCONNECT after what is under way, at most 500 ms (H-019); no automatic reconnect follows."""
        if self._up:
            await happened(self._idle, QUIESCE)
            self._up, self._left = False, True
            self._closed.clear()
            self._client.disconnect()
            await happened(self._closed, QUIESCE)

    def abort(self) -> None:
        """Drop the connection without DISCONNECT: the broker fires the will."""
        if self._timer is not None:
            self._timer.cancel()
        self._up = False
        self._drop()

    def _drop(self) -> None:
        sock = self._client.socket()
        if sock is not None:
            self._detach(sock)
            sock.close()

    async def _connect(self) -> None:
        failures = []
        for server in self._servers:
            try:
                await self._open(server)
            except (OSError, ValueError) as error:
                failures.append(f"{server}: {str(error) or type(error).__name__}")
                self._drop()
            else:
                self._up, self._left = True, False
                self.connected()
                return
        raise Unconnected("; ".join(failures) or "no server is configured")

    def _make_client(self, will: bytes, tls: ssl.SSLContext) -> Any:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.topics.client_id,
            clean_session=True,
            protocol=mqtt.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._connect_timeout
        client.will_set(self.topics.control_out, will, qos=1, retain=False)
        if any(urlsplit(server).scheme in _TLS_SCHEMES for server in self._servers):
            client.tls_set_context(tls)
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_message, client.on_publish, client.on_subscribe = self._on_message, self._on_publish, self._on_suback
        client.on_socket_open, client.on_socket_close = self._on_open, self._on_close
        client.on_socket_register_write = self._on_want_write
        client.on_socket_unregister_write = self._on_wrote
        return client

    async def _open(self, server: str) -> None:
        url = urlsplit(server)
        port = url.port or (8883 if url.scheme in _TLS_SCHEMES else 1883)
        self._connack = self._loop.create_future()
        await self._loop.run_in_executor(None, self._client.connect, url.hostname, port, KEEP_ALIVE)
        self._keep_time()
        await self._unless_gone(self._connack, self._connect_timeout)
        for topic in (self.topics.data_in, self.topics.control_in):
            _, mid = self._client.subscribe(topic, qos=1)
            code = await self._acknowledged(mid, self._publish_timeout, early=True)
            if code is not None and code.is_failure:
                log.error("the broker refused %s: %s", topic, code)

    async def _unless_gone(self, done: asyncio.Future[Any], timeout: float) -> Any:
        """Wait for `done`, which fails where the connection ends before the session is up."""
        self._early.add(done)
        try:
            return await asyncio.wait_for(done, timeout)
        finally:
            self._early.discard(done)

    async def _acknowledged(self, mid: int, timeout: float, *, early: bool = False) -> Any:
        done = self._pending[mid] = self._loop.create_future()
        self._idle.clear()
        try:
            return await (self._unless_gone(done, timeout) if early else asyncio.wait_for(done, timeout))
        finally:
            self._pending.pop(mid, None)
            if not self._pending:
                self._idle.set()

    def _keep_time(self) -> None:
        """Once a second: keep-alive pings, and the end of a session whose ping stays unanswered."""
        if self._timer is not None:
            self._timer.cancel()
        self._client.loop_misc()
        self._timer = self._loop.call_later(1.0, self._keep_time)

    def _on_connect(self, client: Any, userdata: Any, flags: Any, code: Any, properties: Any) -> None:
        if self._connack.done():
            return
        if code.is_failure:
            self._connack.set_exception(Unconnected(f"the broker refused the session: {code}"))
            return
        # Makes the topic exist on brokers that create topics on first use (H-005).
        client.publish(self.topics.data_out, b"", qos=0)
        self._connack.set_result(None)

    def _on_disconnect(self, client: Any, userdata: Any, flags: Any, code: Any, properties: Any) -> None:
        was_up, self._up = self._up, False
        # A refusal may arrive before the thread that connects has reported.
        for done in {self._connack, *self._early}:
            if not done.done():
                done.set_exception(Unconnected(f"the broker closed the connection: {code}"))
        if was_up:
            self.lost()

    def _on_message(self, client: Any, userdata: Any, message: Any) -> None:
        self.received(message.topic, message.payload)

    def _on_publish(self, client: Any, userdata: Any, mid: int, code: Any, properties: Any) -> None:
        self._resolve(mid, None)

    def _on_suback(self, client: Any, userdata: Any, mid: int, codes: Sequence[Any], properties: Any) -> None:
        self._resolve(mid, codes[0] if codes else None)

    def _resolve(self, mid: int, value: Any) -> None:
        done = self._pending.get(mid)
        if done is not None and not done.done():
            done.set_result(value)

    def _on_open(self, client: Any, userdata: Any, sock: Any) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._in_loop(self._loop.add_reader, sock, self._readable)

    def _on_close(self, client: Any, userdata: Any, sock: Any) -> None:
        self._detach(sock)
        self._closed.set()

    def _on_want_write(self, client: Any, userdata: Any, sock: Any) -> None:
        self._in_loop(self._loop.add_writer, sock, self._client.loop_write)

    def _on_wrote(self, client: Any, userdata: Any, sock: Any) -> None:
        if sock.fileno() >= 0:
            self._in_loop(self._loop.remove_writer, sock)

    def _detach(self, sock: Any) -> None:
        # A dropped socket is closed behind paho's back, which closes it once more later on.
        if sock.fileno() >= 0:
            self._loop.remove_reader(sock)
            self._loop.remove_writer(sock)

    def _in_loop(self, function: Callable[..., Any], *arguments: Any) -> None:
        # paho connects in a thread of its own; selectors belong to the loop's thread.
        if threading.get_ident() == self._thread:
            function(*arguments)
        else:
            self._loop.call_soon_threadsafe(function, *arguments)

    def _readable(self) -> None:
        self._client.loop_read()
        while isinstance(sock := self._client.socket(), ssl.SSLSocket) and sock.pending():
            # One TLS record may hold several packets, which no selector would announce again.
            self._client.loop_read()


async def happened(event: asyncio.Event, within: float) -> bool:
    """Whether `event` was set in `within` seconds; returns as soon as it is."""
    try:
        await asyncio.wait_for(event.wait(), within)
    except TimeoutError:
        return event.is_set()
    return True
