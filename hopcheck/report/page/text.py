"""Text of peers as text of a page: never markup, never a control character, never endless."""

from __future__ import annotations

from html import escape
from importlib import resources

import orjson

from hopcheck.printable import printable

MOST = 4_000


def text(value: object, most: int = MOST) -> str:
    """Escaped and printable; of more than ``most`` characters the first, and how many there were."""
    whole = str(value)
    shown = printable(whole[:most])
    return escape(f"{shown} … of {len(whole)} characters" if len(whole) > most else shown)


def embedded(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode().replace("<", "\\u003c")


def counted(count: int, what: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def command(line: str) -> str:
    """A line to be copied; its button works where scripts do."""
    return (
        f'<span class="command"><code tabindex="0">{text(line)}</code>'
        '<button type="button" class="copy">Copy</button></span>'
    )


def asset(name: str) -> str:
    """A file that lies beside this module."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")
