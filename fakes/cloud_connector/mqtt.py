"""MQTT sessions: one that publishes to hosts, and a persistent one that hears them (facts A7)."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Any

from paho.mqtt.client import MQTT_ERR_NO_CONN, MQTT_ERR_SUCCESS, Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from fakes.cloud_connector.config import Broker

log = logging.getLogger(__name__)
CONNECT_TIMEOUT = 2.0
KEEP_ALIVE = 30
QOS = 1


class BrokerUnreachable(OSError):
    """No session with the broker: refused, silent, or not allowed."""


class PublishFailed(OSError):
    """The client did not take a message."""


class Session:
    """A client that stays connected; `on_lost` is called, with a reason, whenever it is not."""

    def __init__(
        self, broker: Broker, client_id: str, *, clean: bool = True, on_lost: Callable[[str], None] = log.warning
    ) -> None:
        self._broker = broker
        self._on_lost = on_lost
        self._changed = threading.Condition()
        self._answer: Any = None
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id, clean_session=clean, protocol=MQTTv311, manual_ack=not clean
        )
        self.client.reconnect_delay_set(1, 10)
        self.client.on_socket_open = without_delay
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = self._on_disconnect
        if broker.username is not None:
            self.client.username_pw_set(broker.username, broker.password)
        if broker.tls:
            self.client.tls_set_context(tls_context(broker))

    def connect(self) -> None:
        """Connect, and keep connected from now on. Raises BrokerUnreachable."""
        where = f"{self._broker.host}:{self._broker.port}"
        try:
            self.client.connect(self._broker.host, self._broker.port, KEEP_ALIVE)
        except OSError as error:
            raise BrokerUnreachable(f"no MQTT broker at {where}: {error}") from error
        self.client.loop_start()
        with self._changed:
            self._changed.wait_for(lambda: self._answer is not None, CONNECT_TIMEOUT)
        if self._answer is None or self._answer.is_failure:
            self.close()
            raise BrokerUnreachable(f"the MQTT broker at {where} answers {self._answer or 'nothing'}")

    def close(self) -> None:
        """Say goodbye and stop."""
        self.client.disconnect()
        self.client.loop_stop()

    def _on_connect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        with self._changed:
            self._answer = reason
            self._changed.notify_all()

    def _on_disconnect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self._on_lost(f"connection to the MQTT broker lost: {reason}")


class Publisher(Session):
    """Publishes to hosts, QoS 1, not retained (CON-23)."""

    def __init__(self, broker: Broker, client_id: str, timeout: float) -> None:
        super().__init__(broker, client_id)
        self._timeout = timeout
        self._acknowledged: set[int] = set()
        self._given_up: set[int] = set()
        self.client.on_publish = self._on_publish

    def publish(self, topic: str, payload: bytes) -> None:
        """Publish, and wait for the broker's acknowledgement until the timeout, which is no error (CON-22).

        Without a connection the message is kept and sent on the next one. Raises PublishFailed.
        """
        try:
            info = self.client.publish(topic, payload, QOS, retain=False)
        except ValueError as error:
            raise PublishFailed(str(error)) from error
        if info.rc not in (MQTT_ERR_SUCCESS, MQTT_ERR_NO_CONN):
            raise PublishFailed(f"MQTT client error {info.rc}")
        with self._changed:
            if self._changed.wait_for(lambda: info.mid in self._acknowledged, self._timeout):
                self._acknowledged.discard(info.mid)
            else:
                self._given_up.add(info.mid)
                log.warning("%s: no acknowledgement within %s s", topic, self._timeout)

    def _on_publish(self, client: Client, userdata: Any, mid: int, reason: Any, properties: Any) -> None:
        with self._changed:
            if mid in self._given_up:
                self._given_up.discard(mid)
            else:
                self._acknowledged.add(mid)
                self._changed.notify_all()


class Subscriber(Session):
    """Hears hosts. Every message is acknowledged by whoever took it, with `acknowledge`.

    `take` is called with topic, payload and packet id; 0 for a message that wants no acknowledgement.
    """

    def __init__(
        self, broker: Broker, client_id: str, filters: Sequence[str], take: Callable[[str, bytes, int], None],
        *, clean: bool = False, on_lost: Callable[[str], None] = log.warning,
    ) -> None:  # fmt: skip
        super().__init__(broker, client_id, clean=clean, on_lost=on_lost)
        self.client.manual_ack_set(True)
        self._filters, self._take = filters, take
        self._granted: list[Any] | None = None
        self.client.on_message = self._on_message
        self.client.on_subscribe = self._on_subscribe

    def connect(self) -> None:
        """Connect and subscribe. Raises BrokerUnreachable, also where a subscription is refused (CON-29)."""
        super().connect()
        with self._changed:
            self._changed.wait_for(lambda: self._granted is not None, CONNECT_TIMEOUT)
            granted = self._granted
        if not granted or any(code.is_failure for code in granted):
            self.close()
            raise BrokerUnreachable(f"the MQTT broker refuses a subscription to {' or '.join(self._filters)}")

    def acknowledge(self, packet_id: int) -> None:
        """PUBACK; any thread may call it."""
        if packet_id:
            self.client.ack(packet_id, QOS)

    def _on_connect(self, client: Client, userdata: Any, flags: Any, reason: Any, properties: Any) -> None:
        if not reason.is_failure:
            client.subscribe([(name, QOS) for name in self._filters])
        super()._on_connect(client, userdata, flags, reason, properties)

    def _on_subscribe(self, client: Client, userdata: Any, mid: int, codes: list[Any], properties: Any) -> None:
        with self._changed:
            self._granted = codes
            self._changed.notify_all()

    def _on_message(self, client: Client, userdata: Any, message: Any) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._take(topic, message.payload, message.mid if message.qos else 0)


def without_delay(client: Client, userdata: Any, connection: Any) -> None:
    """Send small packets at once."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def tls_context(broker: Broker) -> ssl.SSLContext:
    """TLS 1.2 or later towards the broker, with a client certificate where there is one."""
    context = ssl.create_default_context(cafile=broker.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if broker.skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if broker.cert_file:
        context.load_cert_chain(broker.cert_file, broker.key_file)
    return context
