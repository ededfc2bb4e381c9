"""Between rhcd and a worker: a line of JSON a message, where the real ones have gRPC. Nobody else is to read it."""

from __future__ import annotations

import json
from asyncio import StreamReader, StreamWriter
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LIMIT = 64 << 20
PREFIX = "unix:@"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to a worker or by it; ``directive`` is the worker's name, or where its answer is to go."""

    message_id: str
    response_to: str
    directive: str
    metadata: Mapping[str, str]
    content: bytes


def address(told: str) -> str:
    """The socket that ``YGG_SOCKET_ADDR`` names. Raises ValueError for one that is not abstract."""
    if not told.startswith(PREFIX):
        raise ValueError(f"YGG_SOCKET_ADDR: {told!r} is no abstract socket")
    return "\0" + told.removeprefix(PREFIX)


def write(writer: StreamWriter, told: Mapping[str, Any]) -> None:
    """One line."""
    writer.write(json.dumps(told).encode() + b"\n")


async def read(reader: StreamReader) -> dict[str, Any] | None:
    """The next line; None at the end."""
    line = await reader.readline()
    told: dict[str, Any] | None = json.loads(line) if line else None
    return told


def packed(message: Message) -> dict[str, Any]:
    """As JSON can hold it."""
    return asdict(message) | {"content": b64encode(message.content).decode()}


def unpacked(told: Mapping[str, Any]) -> Message:
    """As it was packed."""
    return Message(**{**told, "content": b64decode(told["content"])})
