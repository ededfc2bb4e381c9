"""Acts of one item modulo identifiers, times and addresses: what two runs of one program have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

import orjson

from hopcheck.conform.diff.act import Act
from hopcheck.conform.diff.moment import unit_of, without_times
from hopcheck.conform.diff.place import Fields, Scalar

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_TOKEN = re.compile(
    rf"(?P<uuid>(?<![0-9a-zA-Z]){_UUID}(?![0-9a-zA-Z]))|(?P<secret>hmac:[0-9a-f]+)"
    r"|(?P<hex>(?<![0-9a-zA-Z])(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{12,}(?![0-9a-zA-Z]))"
    r"|(?P<name>\b(?:guest|absent|satellites)-[0-9a-f]{6}\b|\bhost-\d+\b|\b[0-9a-f]{6}(?=\.example\.com\b))"
    r"|(?P<request>[\w.-]+/[0-9A-Za-z]{10}-\d{6}\b)"
    r"|(?P<opaque>(?<![0-9a-zA-Z+/])(?=[^\d\s]*\d)(?=[^a-z\s]*[a-z])(?=[^A-Z\s]*[A-Z])[0-9A-Za-z][0-9A-Za-z+/]{39,}={0,2})"
)
_ETAG = re.compile(r"(?<=\")[^\"]+(?=\")")
_ETAGS = frozenset({"header.etag", "header.if-match", "header.if-none-match"})
_PACKET_ID = "header.mqtt_message_id"
_SHORTER = (
    (re.compile(r"\b(localhost|(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:]+\]):\d{2,5}\b"), r"\1:<port>"),
    (re.compile(r"(\('[^']+', )\d{2,5}\)"), r"\1<port>)"),
    (re.compile(r"/tmp/hc-[a-z0-9_]+"), "/tmp/<scratch>"),
    (re.compile(r"\b(tmp|ansible-tmp-)[\w.-]{8,}"), r"\1<temporary>"),
    (re.compile(r"(boundary=)(\"[^\"]+\"|[^\s;]+)"), r"\1<boundary>"),
    (re.compile(r"(?<![\w:]):1\.\d+\b"), "<bus name>"),
    # What the AWS SDK for Python tells of itself stands in no order.
    (re.compile(r"\bm/[A-Za-z0-9](?:,[A-Za-z0-9])*"), lambda match: "m/" + ",".join(sorted(match[0][2:].split(",")))),
)
_SIZE = re.compile(r"(?:size|length|bytes)$", re.I)
_GUEST = re.compile(r"(.+)\.hopcheck[-_]guest\b")
"""A worker of the kit's own, which comes and goes faster than a host need tell of it."""
NEW, LISTED = "new", "of what is listed"
K = TypeVar("K")


class Shape(NamedTuple):
    """An act without what is another in each run; equal where it is the same.

    ``fields`` are its places, in order, each with what stands there: JSON, with ``<…>`` for what was taken away.
    Where it is ``passing`` it tells a state that may have gone on until somebody asks again.
    """

    edge: str
    what: str
    asked: str
    fields: tuple[tuple[str, str], ...]
    passing: bool = False


@dataclass(frozen=True, slots=True, order=True)
class _Spot:
    """Where an identifier stands; in the order in which one is chosen to name it."""

    what: str
    place: str
    direction: str
    when: tuple[float, float]


class Names:
    """What the identifiers of a trace are called.

    Each is named after the first place, by name, that it is seen at: in what the role is given, or in what it does,
    whichever came first. So one that stands in the wrong message has another name there.
    """

    def __init__(self, acts: Iterable[Act]) -> None:
        self._spots: dict[str, list[_Spot]] = {}
        self._asked: dict[tuple[str, str], str] = {}
        for act in acts:
            for place, value in act.all_fields():
                if isinstance(value, str):
                    self._enter(act, place, value)

    def of(self, token: str, act: Act, *, in_line: bool) -> str:
        """What an identifier is called in a message, or in a line of it."""
        plain = _plain(token)
        if act.digests and plain in act.digests:
            return act.digests[plain]
        if act.exchange is not None and (at := self._asked.get((act.exchange, plain))):
            return f"{at} of what it answers"
        if in_line and act.asked.startswith("GET "):
            return LISTED  # any of what there is, in any order
        spots = self._spots.get(plain)
        if not spots:
            return NEW
        origin = min(spots, key=lambda spot: spot.when).direction
        if origin == "did" and len({(spot.what, spot.place) for spot in spots}) == 1:
            return NEW
        first = min(spot for spot in spots if spot.direction == origin)
        return f"{first.place} of {first.what}"

    def _enter(self, act: Act, place: str, value: str) -> None:
        pattern = _ETAG if place in _ETAGS else _TOKEN
        for match in pattern.finditer(value):
            token, at = _plain(match[0]), _without(place)
            self._spots.setdefault(token, []).append(_Spot(act.what, at, act.direction, act.when))
            if act.direction == "given" and act.exchange is not None:
                _keep(self._asked, (act.exchange, token), at)


class Normal:
    """The shapes of one item's acts.

    Bytes that are handed on as they were given are named so, and sizes and digests after what they are those of.
    """

    def __init__(self, names: Names, acts: Iterable[Act]) -> None:
        self.names = names
        self._acts = list(acts)
        self._blobs: dict[str, str] = {}
        self._sizes: dict[int, str] = {}
        for act in self._acts:
            if act.direction == "given":
                for blob in act.blobs:
                    if blob.size:
                        _keep(self._blobs, blob.digest, f"{blob.place} of {act.what}")
                        _keep(self._sizes, blob.size, f"the size of {blob.place} of {act.what}")

    def shapes(self) -> Iterator[Shape]:
        """What the role did, in order; of answers to a question that was asked again and again only the last."""
        last = {(act.edge, act.asked): act.seq for act in self._acts if act.direction == "did" and act.asked}
        for act in self._acts:
            if act.direction == "did" and (not act.polled or last[act.edge, act.asked] == act.seq):
                yield from self._told(act)

    def size(self, act: Act, number: int) -> str | None:
        """What a size is that of; None where it is that of nothing which was seen."""
        if number and number == act.size:
            return "the body's size"
        return self._sizes.get(number)

    def _told(self, act: Act) -> Iterator[Shape]:
        telling = _Telling(self, act)
        asked = telling.text(act.asked)
        fields, lines = dict(act.fields), list[Fields]()
        for blob in act.blobs:
            if blob.size and blob.digest in self._blobs:
                fields[blob.place] = f"<{self._blobs[blob.digest]}>"
            else:
                fields |= blob.fields
                lines += blob.lines
        for place in list(fields):
            if guest := _GUEST.match(place):
                del fields[place]
                if not any(other.startswith(guest[1]) for other in fields):
                    fields[guest[1]] = "{}"
        yield Shape(act.edge, act.what, asked, telling.fields(fields), act.polled)
        for line in lines:
            told = _Telling(self, act, in_line=True).fields(line)
            yield Shape(act.edge, f"{act.what}, line", asked if act.polled else "", told, act.polled)


class _Telling:
    """One message being told: of several identifiers with one name each further one gets a number."""

    def __init__(self, normal: Normal, act: Act, *, in_line: bool = False) -> None:
        self._normal, self._act, self._in_line = normal, act, in_line
        self._wall = datetime.fromisoformat(act.wall)
        self._named: dict[str, list[str]] = {}

    def fields(self, fields: Fields) -> tuple[tuple[str, str], ...]:
        return tuple((self.text(place), self._value(place, fields[place])) for place in sorted(fields))

    def text(self, text: str) -> str:
        shorter = _TOKEN.sub(self._identifier, without_times(text, self._wall))
        for pattern, replacement in _SHORTER:
            shorter = pattern.sub(replacement, shorter)
        return shorter

    def _value(self, place: str, value: Scalar) -> str:
        if isinstance(value, str):
            if place == _PACKET_ID and value.isdecimal():
                return '"<packet id>"'
            if place in _ETAGS:
                return orjson.dumps(_ETAG.sub(self._identifier, value)).decode()
            if _SIZE.search(place) and value.isdecimal() and (size := self._normal.size(self._act, int(value))):
                return f'"<{size}>"'
            return orjson.dumps(self.text(value)).decode()
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if (unit := unit_of(value, self._wall)) is not None:
                return f"<time in {unit}>"
            if _SIZE.search(place) and isinstance(value, int) and (size := self._normal.size(self._act, value)):
                return f"<{size}>"
        return orjson.dumps(value).decode()

    def _identifier(self, match: re.Match[str]) -> str:
        name, kind = self._normal.names.of(match[0], self._act, in_line=self._in_line), match.lastgroup or "etag"
        if name == NEW:
            return f"<{kind} {NEW}>"
        known = self._named.setdefault(name, [])
        plain = _plain(match[0])
        if plain not in known:
            known.append(plain)
        number = known.index(plain) + 1
        return f"<{kind} {name}{f' #{number}' if number > 1 else ''}>"


def _keep(found: dict[K, str], key: K, name: str) -> None:
    """Of several names the first by name: which was seen first says nothing."""
    found[key] = min(found.get(key, name), name)


def _plain(token: str) -> str:
    return token.replace("-", "").lower()


def _without(place: str) -> str:
    """A place whose own name holds no identifier."""
    return _TOKEN.sub(lambda match: f"<{match.lastgroup}>", place)
