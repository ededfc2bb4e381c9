"""What users may do: everything, but for those of a JSON file."""

from __future__ import annotations

import json
from pathlib import Path


class Unknown(Exception):
    """What a user may do cannot be said."""


def permissions(file: Path | None, username: str, application: str) -> list[str]:
    """The user's permissions in an application, as ``application:resource:verb``. Raises OSError, ValueError.

    The file has them by user name, and is read on each request; of a user with null there nobody knows (Unknown).
    """
    if not application or ":" in application:
        return []
    listed = {} if file is None else json.loads(file.read_bytes())
    known: list[str] | None = listed.get(username, [f"{application}:*:*"])
    if known is None:
        raise Unknown(username)
    return [each for each in known if each.partition(":")[0] == application]
