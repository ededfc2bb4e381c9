"""Options of the worker: ``rhc-worker-playbook.toml`` (facts 3.1)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.rhc import duration

LIBEXEC, THROUGH_CLIENT = "0.2.4", "0.2.3"


@dataclass(frozen=True, slots=True)
class Config:
    """`response_interval` in seconds, 0 for the message's own; `generation` chooses the verifier front end."""

    directive: str = "rhc_worker_playbook"
    log_level: str = "error"
    verify_playbook: bool = True
    response_interval: float = 0.0
    batch_events: int = 0
    insights_core_gpg_check: bool = True
    generation: str = LIBEXEC


def load(file: Path, environment: Mapping[str, str]) -> Config:
    """Options of `file` and ``WORKER_GENERATION``. Raises OSError for a missing file, ValueError for a bad one."""
    values: dict[str, Any] = {}
    document = {key.replace("-", "_"): value for key, value in tomllib.loads(file.read_text()).items()}
    for name, wanted in _TYPES.items():
        if name in document:
            value = document[name]
            if type(value) is not wanted and not (wanted is str and name == "response_interval"):
                raise ValueError(f"{name.replace('_', '-')}: expected {wanted.__name__}, got {value!r}")
            values[name] = value
    if "response_interval" in values:
        value = values["response_interval"]
        # A bare number is Go's own unit, nanoseconds.
        values["response_interval"] = duration.parse(value) if isinstance(value, str) else value * 1e-9
    if "-" in values.get("directive", ""):
        raise ValueError("a directive must not contain '-'")
    generation = environment.get("WORKER_GENERATION") or LIBEXEC
    if generation not in (LIBEXEC, THROUGH_CLIENT):
        raise ValueError(f"WORKER_GENERATION: {generation!r} is neither {LIBEXEC} nor {THROUGH_CLIENT}")
    return Config(**values, generation=generation)


_TYPES: Mapping[str, type] = {
    "directive": str,
    "log_level": str,
    "verify_playbook": bool,
    "response_interval": str,
    "batch_events": int,
    "insights_core_gpg_check": bool,
}
