"""Tags of the host: ``tags.toml`` beside the configuration, every value as text (H-016)."""

from __future__ import annotations

import logging
import math
import tomllib
from datetime import date, datetime, time
from decimal import Decimal
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
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, (datetime, time)):
        return value.isoformat(timespec="seconds") + (f".{value.microsecond:06}000" if value.microsecond else "")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be a tag")


def _number(value: float) -> str:
    """The shortest spelling, with an exponent below 1e-4 and from 1e6 on, as Go writes it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else f"{value:+}".replace("inf", "Inf")
    spelled = Decimal(repr(value)).normalize()
    if -4 <= spelled.adjusted() < 6:
        return f"{spelled:f}"
    first, *rest = map(str, spelled.as_tuple().digits)
    sign, fraction = "-" if value < 0 else "", "." + "".join(rest) if rest else ""
    return f"{sign}{first}{fraction}e{spelled.adjusted():+03d}"
