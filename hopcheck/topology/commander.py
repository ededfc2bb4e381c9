"""The kit in Cloud Connector's place: it tells hosts what no API of the connector would."""

from __future__ import annotations

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from hopcheck.topology.guest import KEEP_ALIVE_S, PREFIX


class Commander:
    """A client of the broker's other listener, through a tap on ``port``; waits end after ``timeout_s``."""

    def __init__(self, port: int, username: str, password: str, said: set[tuple[str, bytes]], timeout_s: float) -> None:
        self._said = said
        self._timeout_s = timeout_s
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="hopcheck-commander")
        self._client.username_pw_set(username, password)
        self._client.connect("127.0.0.1", port, KEEP_ALIVE_S)
        self._client.loop_start()

    def say(self, client_id: str, message: bytes, end: str = "control/in") -> None:
        """Publish on a host's own topic, and wait for the broker's acknowledgement. Raises TimeoutError."""
        topic = f"{PREFIX}/{client_id}/{end}"
        self._said.add((topic, message))
        told = self._client.publish(topic, message, qos=1)
        told.wait_for_publish(self._timeout_s)
        if not told.is_published():
            raise TimeoutError(f"the broker did not acknowledge what was published on {topic}")

    def leave(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()
