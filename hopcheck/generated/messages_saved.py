"""Messages as a table of a feature, so that what was found once is played again by whoever runs the features."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path

from hopcheck.checks.hops import load_hops
from hopcheck.generated.messages_receivers import Receiver, Sent
from hopcheck.home import CONTRACTS

MESSAGE = "message"
"""The last column; a receiver's own come before it."""
PACKED = "packed:"
"""Before what would be no cell of a table: it is compressed, and in base64."""
LONGEST = 500


def cell(payload: bytes) -> str:
    """A message as a cell, written so that Gherkin reads the message."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        text = ""
    return _escaped(text) if text and _plain(text) and len(text) <= LONGEST else packed(payload)


def packed(payload: bytes) -> str:
    """What would be no cell of a table, as one."""
    return PACKED + b64encode(zlib.compress(payload, 9)).decode()


def payload(text: str) -> bytes:
    """What stands in a cell, as Gherkin read it. Raises ValueError."""
    if not text.startswith(PACKED):
        return text.encode()
    try:
        return zlib.decompress(b64decode(text.removeprefix(PACKED), validate=True))
    except zlib.error as error:
        raise ValueError(f"{text}: {error}") from error


def sequence(table: Sequence[Sequence[str]], receiver: type[Receiver]) -> list[Sent]:
    """The messages of a table for a receiver. Raises ValueError that says what is wrong with it."""
    head, *rows = table
    columns = (*receiver.columns, MESSAGE)
    if tuple(head) != columns or not rows:
        raise ValueError(f"a table of messages has the columns {', '.join(columns)}, and a row for each")
    found = [Sent(tuple(payload(each).decode() for each in beside), payload(data)) for *beside, data in rows]
    if receiver.places and (strange := [each.beside[0] for each in found if each.beside[0] not in receiver.places]):
        raise ValueError(f"{strange[0]!r} is no {columns[0]} that it hears: want {' or '.join(receiver.places)}")
    return found


def feature(receiver: type[Receiver], sent: Sequence[Sent], wrong: str) -> str:
    """A feature that plays the messages; ``wrong`` is what came of it when it was found."""
    name = next(name for name, role in load_hops(CONTRACTS / "hops.yaml").named.items() if role == receiver.role)
    rows = [(*receiver.columns, MESSAGE), *((*map(_beside, each.beside), cell(each.data)) for each in sent)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    # The message's own comes last, and may be long.
    widths[-1] = 0
    table = "\n".join(
        f"      | {' | '.join(each.ljust(width) for each, width in zip(row, widths, strict=True))} |" for row in rows
    )
    return f"""\
@cases
Feature: {name} after messages that nobody should send

  # Found by `hopcheck fuzz {receiver.role}`, which missed {wrong}.
  Scenario: It still answers
    When {name} is sent these messages
{table}
    Then {name} still answers
"""


def _beside(text: str) -> str:
    return _escaped(text) if _plain(text) else packed(text.encode())


def _plain(text: str) -> bool:
    return text.isprintable() and text == text.strip() and not text.startswith(PACKED)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")


def save(directory: Path, name: str, text: str) -> Path:
    """Write a feature; a name that is taken gets a number."""
    directory.mkdir(parents=True, exist_ok=True)
    path, number = directory / f"{name}.feature", 2
    while path.exists():
        path, number = directory / f"{name}-{number}.feature", number + 1
    path.write_text(text)
    return path
