"""MQTT control packets, versions 3.1.1 and 5, from the bytes of one direction of a connection; no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hopcheck.taps.mqtt.fields import Fields, MqttMalformed

V3, V4, V5 = 3, 4, 5


@dataclass(frozen=True, slots=True)
class Packet:
    """``op`` is the packet's name, ``fields`` are those of docs/interfaces.md; ``payload`` is PUBLISH's message."""

    op: str
    fields: dict[str, Any]
    payload: bytes | None = None


Decoded = tuple[bytes, "Packet | MqttMalformed | None"]


class Decoder:
    """Incremental: any cut of the same bytes gives the same packets.

    ``level`` is the protocol level, which only the client's CONNECT tells: the decoder of that direction learns it,
    the other one has to be told.
    """

    def __init__(self, level: int = V4) -> None:
        self.level = level
        self._buffer = bytearray()
        self._opaque = False
        self._aliases: dict[int, str] = {}

    def feed(self, data: bytes) -> Iterator[Decoded]:
        """Each packet that ``data`` completes, raw and decoded, or raw and why it is malformed.

        Where the packets' borders are lost the bytes are given as they are, with None from the second time on.
        """
        if self._opaque:
            yield data, None
            return
        self._buffer += data
        position = 0
        try:
            while (size := _size(self._buffer, position)) and position + size <= len(self._buffer):
                raw = bytes(memoryview(self._buffer)[position : position + size])
                position += size
                yield raw, self._packet(raw)
        except MqttMalformed as error:
            self._opaque = True
            yield bytes(self._buffer[position:]), error
        finally:
            del self._buffer[:position]
        if self._opaque:
            self._buffer.clear()

    def eof(self) -> Iterator[Decoded]:
        """What the end of the stream leaves of a packet."""
        if self._buffer:
            yield bytes(self._buffer), MqttMalformed("ended inside a packet")
            self._buffer.clear()

    def _packet(self, raw: bytes) -> Packet | MqttMalformed:
        try:
            packet = decode(raw, self.level)
        except MqttMalformed as error:
            return error
        if packet.op == "CONNECT":
            self.level = packet.fields["protocol_level"]
        elif packet.op == "PUBLISH" and self.level == V5:
            return self._aliased(packet)
        return packet

    def _aliased(self, packet: Packet) -> Packet | MqttMalformed:
        alias, topic = packet.fields["properties"].get("topic_alias"), packet.fields["topic"]
        if alias is None:
            return packet if topic else MqttMalformed("a PUBLISH without a topic")
        if topic:
            self._aliases[alias] = topic
        elif alias not in self._aliases:
            return MqttMalformed(f"topic alias {alias} is not known")
        return Packet(packet.op, packet.fields | {"topic": self._aliases[alias]}, packet.payload)


def decode(raw: bytes, level: int) -> Packet:
    """One whole packet at protocol ``level`` 3, 4 or 5. Raises MqttMalformed."""
    kind, flags = raw[0] >> 4, raw[0] & 0x0F
    if kind not in _PACKETS or (kind == 15 and level != V5):
        raise MqttMalformed(f"packet type {kind}")
    op, wanted, read = _PACKETS[kind]
    if op != "PUBLISH" and flags != wanted:
        raise MqttMalformed(f"{op} with flags {flags:#x}")
    fields = Fields(raw, 1)
    if fields.variable() != fields.left:
        raise MqttMalformed(f"{op} of another length than it says")
    try:
        packet = _publish(fields, level, flags) if read is None else Packet(op, read(fields, level))
        fields.finish()
    except MqttMalformed as error:
        raise MqttMalformed(f"{op}: {error}") from error
    return packet


def _size(data: bytearray, position: int) -> int:
    """How long the packet at ``position`` is, fixed header included; 0 while that is not known."""
    length = 0
    for count in range(4):
        if position + 1 + count >= len(data):
            return 0
        byte = data[position + 1 + count]
        length |= (byte & 0x7F) << 7 * count
        if byte < 0x80:
            return 2 + count + length
    raise MqttMalformed("a length above four bytes")


def _with_properties(fields: Fields, level: int) -> dict[str, Any]:
    return {"properties": fields.properties()} if level == V5 else {}


def _connect(fields: Fields, _: int) -> dict[str, Any]:
    name, level, flags, keep_alive = fields.text(), fields.integer(1), fields.integer(1), fields.integer(2)
    if (name, level) not in (("MQTT", V4), ("MQTT", V5), ("MQIsdp", V3)):
        raise MqttMalformed(f"protocol {name!r} level {level}")
    has_name, has_password, will_retain, has_will = flags & 0x80, flags & 0x40, flags & 0x20, flags & 0x04
    will_qos = flags >> 3 & 3
    if flags & 1 or will_qos == 3 or (not has_will and (will_qos or will_retain)):
        raise MqttMalformed(f"connect flags {flags:#x}")
    if has_password and not has_name and level != V5:
        raise MqttMalformed("a password without a user name")
    properties = _with_properties(fields, level)
    client_id, will = fields.text(), None
    if has_will:
        extra = _with_properties(fields, level)
        will = {"topic": fields.topic(), "qos": will_qos, "retain": bool(will_retain)}
        will |= {"payload": _text(fields.binary())} | extra
    return {
        "protocol_level": level,
        "clean_session": bool(flags & 2),
        "keep_alive": keep_alive,
        "client_id": client_id,
        "will": will,
        "username": fields.text() if has_name else None,
        "password": _text(fields.binary()) if has_password else None,
    } | properties


def _connack(fields: Fields, level: int) -> dict[str, Any]:
    flags, code = fields.integer(1), fields.integer(1)
    if flags > 1:
        raise MqttMalformed(f"acknowledge flags {flags:#x}")
    return {"session_present": bool(flags), "code": code} | _with_properties(fields, level)


def _publish(fields: Fields, level: int, flags: int) -> Packet:
    qos, dup = flags >> 1 & 3, bool(flags & 8)
    if qos == 3 or (dup and not qos):
        raise MqttMalformed(f"flags {flags:#x}")
    topic = fields.topic()
    if not topic and level != V5:
        raise MqttMalformed("an empty topic")
    head = {"topic": topic, "qos": qos, "retain": bool(flags & 1), "dup": dup}
    head["packet_id"] = fields.packet_id() if qos else None
    return Packet("PUBLISH", head | _with_properties(fields, level), fields.take(fields.left))


def _acknowledge(fields: Fields, level: int) -> dict[str, Any]:
    return {"packet_id": fields.packet_id()} | (_reason(fields) if level == V5 else {})


def _reason(fields: Fields) -> dict[str, Any]:
    code = fields.integer(1) if fields.left else 0
    return {"code": code, "properties": fields.properties() if fields.left else {}}


def _subscribe(fields: Fields, level: int) -> dict[str, Any]:
    head: dict[str, Any] = {"packet_id": fields.packet_id()} | _with_properties(fields, level)
    filters: list[list[Any]] = []
    while fields.left or not filters:
        topic, options = fields.text(), fields.integer(1)
        if not topic or options & 3 == 3 or options & (0xC0 if level == V5 else 0xFC):
            raise MqttMalformed(f"filter {topic!r} with options {options:#x}")
        filters.append([topic, options & 3])
    return head | {"filters": filters}


def _unsubscribe(fields: Fields, level: int) -> dict[str, Any]:
    head: dict[str, Any] = {"packet_id": fields.packet_id()} | _with_properties(fields, level)
    filters: list[str] = []
    while fields.left or not filters:
        filters.append(fields.text())
    return head | {"filters": filters}


def _suback(fields: Fields, level: int) -> dict[str, Any]:
    head = {"packet_id": fields.packet_id()} | _with_properties(fields, level)
    codes = [*fields.take(fields.left)]
    if not codes or (level != V5 and any(code not in (0, 1, 2, 0x80) for code in codes)):
        raise MqttMalformed(f"return codes {codes}")
    return head | {"codes": codes}


def _unsuback(fields: Fields, level: int) -> dict[str, Any]:
    if level == V5:
        return _suback(fields, level)
    return {"packet_id": fields.packet_id()}


def _empty(fields: Fields, level: int) -> dict[str, Any]:
    return {}


def _end(fields: Fields, level: int) -> dict[str, Any]:
    return _reason(fields) if level == V5 else {}


def _text(data: bytes) -> str:
    return data.decode(errors="backslashreplace")


_PACKETS: dict[int, tuple[str, int, Callable[[Fields, int], dict[str, Any]] | None]] = {
    1: ("CONNECT", 0, _connect),
    2: ("CONNACK", 0, _connack),
    3: ("PUBLISH", 0, None),
    4: ("PUBACK", 0, _acknowledge),
    5: ("PUBREC", 0, _acknowledge),
    6: ("PUBREL", 2, _acknowledge),
    7: ("PUBCOMP", 0, _acknowledge),
    8: ("SUBSCRIBE", 2, _subscribe),
    9: ("SUBACK", 0, _suback),
    10: ("UNSUBSCRIBE", 2, _unsubscribe),
    11: ("UNSUBACK", 0, _unsuback),
    12: ("PINGREQ", 0, _empty),
    13: ("PINGRESP", 0, _empty),
    14: ("DISCONNECT", 0, _end),
    15: ("AUTH", 0, _end),
}
