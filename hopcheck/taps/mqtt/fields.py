"""The data types of MQTT's packets: integers, strings, and the properties of version 5 (MQTT 5, 1.5 and 2.2.2)."""

from __future__ import annotations

from typing import Any


class MqttMalformed(ValueError):
    """The bytes are not the packet that stands here; the text says why."""


class Fields:
    """Reads one packet's bytes from the front. Every method raises MqttMalformed where they run out."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data = data
        self._position = position

    @property
    def left(self) -> int:
        """How many bytes are not read yet."""
        return len(self._data) - self._position

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        if size > self.left:
            raise MqttMalformed(f"{size} bytes wanted, {self.left} left")
        self._position += size
        return self._data[self._position - size : self._position]

    def integer(self, size: int) -> int:
        """An unsigned integer of ``size`` bytes."""
        return int.from_bytes(self.take(size), "big")

    def variable(self) -> int:
        """A variable byte integer of at most four bytes."""
        value = 0
        for shift in range(0, 28, 7):
            byte = self.integer(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise MqttMalformed("a length above four bytes")

    def binary(self) -> bytes:
        """Bytes with a length of two bytes before them."""
        return self.take(self.integer(2))

    def text(self) -> str:
        """A UTF-8 string with a length of two bytes before it."""
        try:
            text = self.binary().decode()
        except UnicodeDecodeError as error:
            raise MqttMalformed(f"not UTF-8: {error}") from error
        if "\0" in text:
            raise MqttMalformed("a null character in a string")
        return text

    def packet_id(self) -> int:
        """A packet identifier, which is never 0."""
        value = self.integer(2)
        if not value:
            raise MqttMalformed("packet identifier 0")
        return value

    def topic(self) -> str:
        """A topic name: no wildcards."""
        topic = self.text()
        if "+" in topic or "#" in topic:
            raise MqttMalformed(f"a wildcard in the topic name {topic!r}")
        return topic

    def properties(self) -> dict[str, Any]:
        """Name -> value; binary values are hexadecimal, ``user_property`` is a list of pairs."""
        size = self.variable()
        part = Fields(self.take(size))
        found: dict[str, Any] = {}
        while part.left:
            number = part.variable()
            if number not in _PROPERTIES:
                raise MqttMalformed(f"property {number:#x}")
            name, kind = _PROPERTIES[number]
            value = part._property(kind)
            if kind == "pair" or name == "subscription_identifier":
                found.setdefault(name, []).append(value)
            elif name in found:
                raise MqttMalformed(f"property {name} twice")
            else:
                found[name] = value
        return found

    def finish(self) -> None:
        """Nothing may be left."""
        if self.left:
            raise MqttMalformed(f"{self.left} bytes too many")

    def _property(self, kind: str | int) -> Any:
        if isinstance(kind, int):
            return self.integer(kind)
        if kind == "variable":
            return self.variable()
        if kind == "binary":
            return self.binary().hex()
        return [self.text(), self.text()] if kind == "pair" else self.text()


_PROPERTIES: dict[int, tuple[str, str | int]] = {
    0x01: ("payload_format_indicator", 1),
    0x02: ("message_expiry_interval", 4),
    0x03: ("content_type", "text"),
    0x08: ("response_topic", "text"),
    0x09: ("correlation_data", "binary"),
    0x0B: ("subscription_identifier", "variable"),
    0x11: ("session_expiry_interval", 4),
    0x12: ("assigned_client_identifier", "text"),
    0x13: ("server_keep_alive", 2),
    0x15: ("authentication_method", "text"),
    0x16: ("authentication_data", "binary"),
    0x17: ("request_problem_information", 1),
    0x18: ("will_delay_interval", 4),
    0x19: ("request_response_information", 1),
    0x1A: ("response_information", "text"),
    0x1C: ("server_reference", "text"),
    0x1F: ("reason_string", "text"),
    0x21: ("receive_maximum", 2),
    0x22: ("topic_alias_maximum", 2),
    0x23: ("topic_alias", 2),
    0x24: ("maximum_qos", 1),
    0x25: ("retain_available", 1),
    0x26: ("user_property", "pair"),
    0x27: ("maximum_packet_size", 4),
    0x28: ("wildcard_subscription_available", 1),
    0x29: ("subscription_identifier_available", 1),
    0x2A: ("shared_subscription_available", 1),
}
