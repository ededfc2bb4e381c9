"""Messages as a table of a feature, so that what was found once is played again by whoever runs the features."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path

from hopcheck.generated.messages_wire import Sent

COLUMNS = ("topic", "message")
ENDS = ("control/in", "data/in")
PACKED = "packed:"
"""Before what would be no cell of a table: it is compressed, and in base64."""
LONGEST = 500


def cell(payload: bytes) -> str:
    """A message as a cell, written so that Gherkin reads the message."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        text = ""
    plain = text.isprintable() and text == text.strip() and not text.startswith(PACKED)
    if text and plain and len(text) <= LONGEST:
        return text.replace("\\", "\\\\").replace("|", "\\|")
    return PACKED + b64encode(zlib.compress(payload, 9)).decode()


def payload(text: str) -> bytes:
    """What stands in a cell, as Gherkin read it. Raises ValueError."""
    if not text.startswith(PACKED):
        return text.encode()
    try:
        return zlib.decompress(b64decode(text.removeprefix(PACKED), validate=True))
    except zlib.error as error:
        raise ValueError(f"{text}: {error}") from error


def sequence(table: Sequence[Sequence[str]]) -> list[Sent]:
    """The messages of a table with the columns `COLUMNS`. Raises ValueError that says what is wrong with it."""
    head, *rows = table
    if tuple(head) != COLUMNS or not rows:
        raise ValueError(f"a table of messages has the columns {', '.join(COLUMNS)}, and a row for each")
    if strange := [end for end, _ in rows if end not in ENDS]:
        raise ValueError(f"{strange[0]!r} is no topic that a host hears: want {' or '.join(ENDS)}")
    return [(end, payload(text)) for end, text in rows]


def feature(sent: Sequence[Sent], wrong: str) -> str:
    """A feature that plays the messages; ``wrong`` is what came of it when it was found."""
    rows = [COLUMNS, *((end, cell(data)) for end, data in sent)]
    width = max(len(end) for end, _ in rows)
    table = "\n".join(f"      | {end:{width}} | {text} |" for end, text in rows)
    return f"""\
@cases
Feature: rhc after messages that nobody should send

  # Found by `hopcheck fuzz rhc`, which missed {wrong}.
  Scenario: It still answers
    When rhc is sent these messages
{table}
    Then rhc still answers
"""


def save(directory: Path, name: str, text: str) -> Path:
    """Write a feature; a name that is taken gets a number."""
    directory.mkdir(parents=True, exist_ok=True)
    path, number = directory / f"{name}.feature", 2
    while path.exists():
        path, number = directory / f"{name}-{number}.feature", number + 1
    path.write_text(text)
    return path
