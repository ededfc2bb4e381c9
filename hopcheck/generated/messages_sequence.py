"""Messages one after the other: some come twice, some late, some before the one that they follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from hopcheck.generated.messages import Message

DUPLICATE, STALE, REORDERED = "duplicate", "stale", "reordered"
MOST = 5
"""Messages of a sequence, before some come twice."""
LONG_AGO = "2001-02-03T04:05:06Z"
_IDS = UUID("0b5ad5a4-6fb4-4d0b-8a7a-3c3b6d4f7c11")
_ID = re.compile(rb'("(?:message|request)_id":")([^"\\]*)"')
_SENT = re.compile(rb'("(?:sent|timestamp)":")[^"\\]*"')
_FATE = st.sampled_from(("", "", "", "", "", DUPLICATE, STALE, REORDERED))


def sequences(messages: SearchStrategy[Message], most: int = MOST) -> SearchStrategy[list[Message]]:
    """Up to ``most`` messages, each with an id of its own, and what fate made of them."""
    return st.lists(st.tuples(messages, _FATE), min_size=1, max_size=most).map(_played)


def numbered(message: Message, of: str) -> Message:
    """The message with another id, where it has one: the same for the same id and ``of``."""
    data = _ID.sub(lambda match: match[1] + str(uuid5(_IDS, of + match[2].hex())).encode() + b'"', message.data)
    beside = message.beside
    if isinstance(beside.get("args"), list) and len(beside["args"]) > 1 and beside["args"][1]:
        args = [*beside["args"]]
        args[1] = str(uuid5(_IDS, of + args[1]))
        beside = {**beside, "args": args}
    return replace(message, data=data, beside=beside)


def _played(drawn: Sequence[tuple[Message, str]]) -> list[Message]:
    played: list[Message] = []
    for position, (plain, fate) in enumerate(drawn):
        message = numbered(plain, str(position))
        if fate == STALE:
            data = _SENT.sub(lambda match: match[1] + LONG_AGO.encode() + b'"', message.data, count=1)
            message = message if data == message.data else replace(message, kind=STALE, data=data)
        if fate == REORDERED and played:
            played.insert(-1, replace(message, kind=REORDERED))
            continue
        played.append(message)
        if fate == DUPLICATE:
            played.append(replace(message, kind=DUPLICATE))
    return played
