"""Tags of the host: ``tags.toml`` beside the configuration, every value as text (H-016)."""

from __future__ import annotations

import logging
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def read(file: Path) -> dict[str, str]:
    """The tags; none where the file is missing or holds anything that has no text form."""
    try:
        return {key: text(value) for key, value in tomllib.loads(file.read_text()).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        log.error("cannot read tags: %s", error)
        return {}


def text(value: Any) -> str:
    """A scalar of TOML as text. Raises TypeError for arrays and tables."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, time)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be a tag")
