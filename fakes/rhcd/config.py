"""Options of rhcd: a TOML file whose keys are the long flag names (facts 1.1, 1.2)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from fakes.rhc import config as present

DEFAULT_PREFIX, DEFAULT_DATA_HOST = "redhat/insights", "cert.cloud.redhat.com"


@dataclass(frozen=True, slots=True)
class Config:
    """Field names are the keys' with ``_`` for ``-``. Certificate and key are mandatory."""

    broker: tuple[str, ...]
    cert_file: str
    key_file: str
    ca_root: tuple[str, ...] = ()
    topic_prefix: str = DEFAULT_PREFIX
    data_host: str = DEFAULT_DATA_HOST
    log_level: str = "info"

    @property
    def identity(self) -> present.Config:
        """Certificate, key and authorities, where the successor has them."""
        return present.Config(cert_file=self.cert_file, key_file=self.key_file, ca_root=self.ca_root)


def load(file: Path) -> Config:
    """Raises OSError for a missing file, ValueError for a bad one."""
    return from_toml(tomllib.loads(file.read_text()))


def from_toml(document: Mapping[str, Any]) -> Config:
    """Options out of a TOML document; keys that are no flag are ignored. Raises ValueError."""
    known = {option.name: option.type for option in fields(Config)}
    given: dict[str, Any] = {}
    for key, value in document.items():
        if (name := key.replace("-", "_")) not in known:
            continue
        several = str(known[name]).startswith("tuple")
        if not isinstance(value, list if several else str):
            raise ValueError(f"{key}: expected {'a list' if several else 'text'}, got {value!r}")
        given[name] = tuple(map(str, value)) if several else value
    if missing := [name for name in ("broker", "cert_file", "key_file") if not given.get(name)]:
        raise ValueError(f"{missing[0].replace('_', '-')} is missing")
    return Config(**given)
