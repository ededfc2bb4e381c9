"""What the options are: the command line before the environment, the environment before the file, then the default."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopcheck.config import file
from hopcheck.config.option import ENVIRONMENT, ConfigError, Option, Value
from hopcheck.config.table import OPTIONS

CONFIG = ENVIRONMENT + "CONFIG"
LINE, ENV, DEFAULT = "command line", "environment", "default"


@dataclass(frozen=True, slots=True)
class Values:
    """Every option's value by name, and where it is from: a file's path, or one of LINE, ENV and DEFAULT.

    An option by role is from everywhere that named a role of it. ``file`` is the one that was read.
    """

    values: Mapping[str, Value]
    sources: Mapping[str, tuple[str, ...]]
    file: Path | None


def resolve(
    line: Mapping[str, Any],
    *,
    config: Path | None = None,
    defaults: Mapping[str, Value] | None = None,
    environ: Mapping[str, str] = os.environ,
    without_file: bool = False,
) -> Values:
    """Every option; ``line`` has what was read from the command line, None or nothing for what was not given.

    ``config`` is the file asked for; else HOPCHECK_CONFIG's, else hopcheck.toml where one is in the working directory;
    none at all ``without_file``. Raises `ConfigError`.
    """
    path = None if without_file else find(config, environ)
    layers: list[tuple[str, Mapping[str, Value]]] = [
        (DEFAULT, {o.name: o.default for o in OPTIONS} | {**(defaults or {})})
    ]
    if path is not None:
        layers.append((str(path), file.read(path)))
    layers += [(ENV, _environment(environ)), (LINE, {name: value for name, value in line.items() if value is not None})]
    values: dict[str, Value] = {}
    sources: dict[str, tuple[str, ...]] = {}
    for option in OPTIONS:
        for source, layer in layers:
            if option.name in layer:
                _lay(option, source, layer[option.name], values, sources)
    return Values(values, sources, path)


def find(config: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that is to be read; None where none was asked for and there is none. Raises `ConfigError`."""
    if asked := config or (Path(environ[CONFIG]) if environ.get(CONFIG) else None):
        if not asked.is_file():
            raise ConfigError(f"{CONFIG + '=' if config is None else '--config '}{asked}: no such file")
        return asked
    here = Path(file.NAME)
    return here if here.is_file() else None


def _lay(
    option: Option, source: str, value: Value, values: dict[str, Value], sources: dict[str, tuple[str, ...]]
) -> None:
    """One layer's value over those below it. By role each role is one's own, but who names none means all."""
    before = values.get(option.name, {}) if option.by_role and "" not in value else {}
    values[option.name] = {**before, **value} if option.by_role else value
    sources[option.name] = (*(each for each in sources.get(option.name, ()) if before and each != DEFAULT), source)


def _environment(environ: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for option in OPTIONS:
        text = environ.get(option.variable, "")
        # A job's variable that is empty is one that was not given.
        if not text.strip() or option.line_only:
            continue
        lines = [line.strip() for line in text.splitlines() if line.strip()] if option.many else [text.strip()]
        found[option.name] = _read(option, lines)
    return found


def _read(option: Option, lines: Iterable[str]) -> Value:
    read = []
    for text in lines:
        try:
            read.append(option.read(text))
        except ValueError as error:
            raise ConfigError(f"{option.variable}={text}: {error}") from None
    try:
        return option.collect(read)
    except ValueError as error:
        raise ConfigError(f"{option.variable}: {error}") from None
