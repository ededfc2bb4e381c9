"""A host that the kit plays itself: an MQTT client with its own certificate, which says what a case wants said."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from hopcheck.topology.identity import Identity
from hopcheck.topology.pki import Authority

PREFIX = "redhat/insights"
DIRECTIVE = "rhc-worker-playbook"
KEEP_ALIVE_S = 60
Json = Mapping[str, Any]


class Guest:
    """Connects to a tap's ``port`` as ``identity``; all waits end after ``timeout_s`` with TimeoutError.

    ``said`` is told of each message before it is published, so that taps know it again.
    """

    def __init__(
        self, identity: Identity, port: int, authority: Authority, said: set[tuple[str, bytes]], timeout_s: float
    ) -> None:
        self.identity = identity
        self.messages: list[Json] = []
        self._port = port
        self._said = said
        self._timeout_s = timeout_s
        self._arrived = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=identity.client_id, clean_session=True)
        self._client.tls_set_context(authority.client_context(authority.issue(identity.client_id)))
        self._client.on_message = self._on_message
        granted = self._granted = threading.Event()
        self._client.on_subscribe = lambda *_: granted.set()

    @property
    def client_id(self) -> str:
        """Its name at the broker."""
        return self.identity.client_id

    def connect(self, *, will: bool = True) -> None:
        """Open the session, with an offline status as its will, and subscribe to both topics of its own."""
        if will:
            self._client.will_set(self.topic("control/out"), self._noted("control/out", self.status("offline")), qos=1)
        self._client.connect("127.0.0.1", self._port, KEEP_ALIVE_S)
        self._client.loop_start()
        self._client.subscribe([(self.topic("control/in"), 1), (self.topic("data/in"), 1)])
        if not self._granted.wait(self._timeout_s):
            raise TimeoutError(f"the broker did not grant the subscriptions of {self.identity.name}")

    def topic(self, end: str) -> str:
        """One of its topics, for instance of ``control/out``."""
        return f"{PREFIX}/{self.client_id}/{end}"

    def status(self, state: str = "online", **changes: Any) -> dict[str, Any]:
        """A connection-status of now; ``changes`` replace members of its content, or drop those that are None."""
        content = {
            "canonical_facts": self.identity.facts(),
            "dispatchers": {DIRECTIVE: {}},
            "state": state,
            **changes,
        }
        if state == "offline":
            content = {"state": "offline"}
        return {
            "type": "connection-status",
            "message_id": str(uuid.uuid4()),
            "response_to": "",
            "version": 1,
            "sent": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "content": {name: value for name, value in content.items() if value is not None},
        }

    def say(self, message: Json | bytes, end: str = "control/out", qos: int = 1) -> None:
        """Publish, and wait for the broker's acknowledgement."""
        told = self._client.publish(self.topic(end), self._noted(end, message), qos=qos)
        told.wait_for_publish(self._timeout_s)
        if not told.is_published():
            raise TimeoutError(f"the broker did not acknowledge what {self.identity.name} published")

    def heard(self, count: int = 1) -> list[Json]:
        """The messages that came to it, once there are as many."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.messages) >= count, self._timeout_s):
                raise TimeoutError(f"{self.identity.name} got {len(self.messages)} of {count} messages")
            return list(self.messages)

    def leave(self) -> None:
        """Disconnect cleanly, without a word: the broker keeps the will to itself."""
        self._client.disconnect()
        self._client.loop_stop()

    def vanish(self) -> None:
        """Break the connection, so that the broker publishes the will."""
        self._client.loop_stop()
        if (connection := self._client.socket()) is not None:
            connection.close()

    def _noted(self, end: str, message: Json | bytes) -> bytes:
        payload = message if isinstance(message, bytes) else json.dumps(message).encode()
        self._said.add((self.topic(end), payload))
        return payload

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        with self._arrived:
            self.messages.append(json.loads(message.payload))
            self._arrived.notify_all()
