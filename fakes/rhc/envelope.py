"""Messages on MQTT, decoded as strictly and as leniently as yggdrasil decodes them (facts 1.3)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import time_ns
from typing import Any, NamedTuple, NoReturn

_SENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


_HALF = re.compile("[\ud800-\udfff]")
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[^\s"]+')


class BadMessage(ValueError):
    """A payload that the host drops with a log line (H-024, H-025)."""


class Member(NamedTuple):
    """A value of a JSON object with the very text that spelled it."""

    value: Any
    raw: bytes


@dataclass(frozen=True, slots=True)
class Control:
    """A message from ``control/in``; `content` is raw JSON."""

    type: str
    message_id: str
    response_to: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Command:
    """Content of a control message of type ``command``."""

    command: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Data:
    """A message from ``data/in``; `content` is raw JSON."""

    message_id: str
    response_to: str
    directive: str
    metadata: Mapping[str, str]
    content: bytes


def control(payload: bytes) -> Control:
    """Raises BadMessage."""
    found = _envelope(payload)
    return Control(
        _text(found, "type"), _text(found, "message_id"), _text(found, "response_to"), _raw(found, "content")
    )


def command(content: bytes) -> Command:
    """Raises BadMessage, also for an argument that is no string."""
    found = members(content)
    return Command(_text(found, "command"), _texts(found, "arguments"))


def data(payload: bytes) -> Data:
    """Raises BadMessage, also for a metadata value that is no string (H-025)."""
    found = _envelope(payload)
    return Data(
        _text(found, "message_id"),
        _text(found, "response_to"),
        _text(found, "directive"),
        _texts(found, "metadata"),
        _raw(found, "content"),
    )


def new(kind: str, *, response_to: str = "", message_id: str = "", **rest: Any) -> dict[str, Any]:
    """An outgoing message, version 1, with a fresh id unless one is given."""
    return {
        "type": kind,
        "message_id": message_id or str(uuid.uuid4()),
        "response_to": response_to,
        "version": 1,
        "sent": now(),
        **rest,
    }


def now() -> str:
    """The present instant, RFC 3339 with up to nanoseconds and local offset, ``Z`` for none."""
    seconds, nanoseconds = divmod(time_ns(), 1_000_000_000)
    local = datetime.fromtimestamp(seconds).astimezone().isoformat()
    fraction = f".{nanoseconds:09d}".rstrip("0").rstrip(".")
    return local[:19] + fraction + local[19:].replace("+00:00", "Z")


def encode(message: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON without blanks."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def compact(text: bytes) -> bytes:
    """JSON without blanks, with what HTML reads escaped, as Go embeds it. Raises ValueError for what is no JSON."""
    json.loads(text, parse_constant=_refuse)
    content = b"".join(_TOKENS.findall(text))
    for character in "<>&\u2028\u2029":
        content = content.replace(character.encode(), f"\\u{ord(character):04x}".encode())
    return content


def members(payload: bytes) -> dict[str, Member]:
    """Members of a JSON object by lower-case name, the last of a name winning. Raises BadMessage."""
    text = payload.decode("utf-8", "replace")
    found: dict[str, Member] = {}
    try:
        if not isinstance(json.loads(text, parse_constant=_refuse), dict):
            raise BadMessage("not an object")
        at = _skip(text, text.index("{") + 1)
        while text[at] != "}":
            name, at = _DECODER.raw_decode(text, _skip(text, at + (text[at] == ",")))
            start = _skip(text, _skip(text, at) + 1)
            value, end = _DECODER.raw_decode(text, start)
            found[name.lower()] = Member(value, text[start:end].encode())
            at = _skip(text, end)
    except (ValueError, RecursionError) as error:
        raise BadMessage(str(error)) from error
    return found


def _refuse(constant: str) -> NoReturn:
    raise BadMessage(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at


def _envelope(payload: bytes) -> dict[str, Member]:
    found = members(payload)
    version, sent = found.get("version"), found.get("sent")
    if version and version.value is not None and type(version.value) is not int:
        raise BadMessage("version is not an integer")
    if sent and sent.value is not None:
        match = _SENT.fullmatch(sent.value) if isinstance(sent.value, str) else None
        if match is None:
            raise BadMessage("sent is not an RFC 3339 timestamp")
        try:
            datetime.fromisoformat(match[1] + match[2])
        except ValueError as error:
            raise BadMessage(f"sent: {error}") from error
    return found


def _text(found: Mapping[str, Member], name: str) -> str:
    value = found[name].value if name in found else None
    if value is not None and not isinstance(value, str):
        raise BadMessage(f"{name} is not a string")
    return _whole(value or "")


def _texts(found: Mapping[str, Member], name: str) -> dict[str, str]:
    value = found[name].value if name in found else None
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(text, str | None) for text in value.values()):
        raise BadMessage(f"{name} is not an object of strings")
    return {_whole(key): _whole(text or "") for key, text in value.items()}


def _whole(text: str) -> str:
    """Half a surrogate pair, which JSON can spell and UTF-8 cannot, is decoded as Go decodes it."""
    return _HALF.sub("\ufffd", text)


def _raw(found: Mapping[str, Member], name: str) -> bytes:
    return found[name].raw if name in found else b""
