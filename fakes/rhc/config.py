"""Options of yggdrasil: a TOML file whose keys are the long flag names, and those flags."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fakes.rhc import duration, paths

PROTOCOLS = ("mqtt", "http", "none")
_GUESSED = {"mqtt": "mqtt", "mqtts": "mqtt", "http": "http", "https": "http"}


@dataclass(frozen=True, slots=True)
class Config:
    """Field names are the flags' with ``_`` for ``-``; durations in seconds."""

    protocol: str = "none"
    server: tuple[str, ...] = ()
    cert_file: str = ""
    key_file: str = ""
    ca_root: tuple[str, ...] = ()
    path_prefix: str = "yggdrasil"
    data_host: str = ""
    client_id: str = ""
    facts_file: str = field(default_factory=lambda: str(paths.STATE_DIR / "canonical-facts.json"))
    log_level: str = "info"
    http_retries: int = 0
    http_timeout: float = 0.0
    mqtt_connect_retry: bool = False
    mqtt_connect_retry_interval: float = 30.0
    mqtt_auto_reconnect: bool = True
    mqtt_reconnect_delay: float = 0.0
    mqtt_connect_timeout: float = 30.0
    mqtt_publish_timeout: float = 30.0
    message_journal: str = ""
    config_dir: Path = field(default_factory=lambda: paths.CONFIG_FILE.parent)


def guess_protocol(protocol: str, servers: Sequence[str]) -> str:
    """`protocol`, or for ``none`` that of the first server whose scheme tells (not tcp, ssl, ws, wss)."""
    if protocol == "none":
        for server in servers:
            if guessed := _GUESSED.get(urlsplit(server).scheme):
                return guessed
    return protocol


def load(arguments: Sequence[str]) -> Config:
    """Options from the file, then from `arguments`. Raises ValueError and OSError for a file that cannot be used."""
    parser = _parser()
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    file = Path(given.pop("config")) if "config" in given else paths.CONFIG_FILE
    values: dict[str, Any] = {}
    if file != paths.CONFIG_FILE or file.exists():
        values |= from_toml(tomllib.loads(file.read_text()))
    values |= {name: _value(name, value) for name, value in given.items()}
    config = Config(**values)
    if config.protocol not in PROTOCOLS:
        raise ValueError(f"unsupported protocol {config.protocol!r}")
    return config


def from_toml(document: Mapping[str, Any]) -> dict[str, Any]:
    """Field values out of a TOML document; keys that are no flag are ignored. Raises ValueError."""
    known = {option.name for option in fields(Config)} - {"config_dir"}
    named = {key.replace("-", "_"): value for key, value in document.items()}
    return {name: _value(name, value) for name, value in named.items() if name in known}


def _value(name: str, value: Any) -> Any:
    default = getattr(Config(), name)
    if isinstance(default, bool):
        wanted: type = bool
    elif isinstance(default, float):
        # A bare number in the file is Go's own unit, nanoseconds.
        return duration.parse(value) if isinstance(value, str) else float(value) * 1e-9
    elif isinstance(default, tuple):
        return tuple(value) if isinstance(value, (list, tuple)) else (str(value),)
    else:
        wanted = type(default)
    if type(value) is not wanted:
        raise ValueError(f"{name.replace('_', '-')}: expected {wanted.__name__}, got {value!r}")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hopcheck-rhc", allow_abbrev=False)
    parser.add_argument("--config")
    defaults = Config()
    for option in fields(Config):
        default, flag = getattr(defaults, option.name), "--" + option.name.replace("_", "-")
        if option.name == "config_dir":
            continue
        if isinstance(default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None)
        elif isinstance(default, tuple):
            parser.add_argument(flag, action="append")
        else:
            parser.add_argument(flag, type=int if isinstance(default, int) else str)
    return parser
