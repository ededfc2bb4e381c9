"""hopcheck.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hopcheck.config.option import ConfigError, Option, Value
from hopcheck.config.table import IN_FILE, OF_ROLE
from hopcheck.topology.settings import ROLES
from hopcheck.topology.sut import KINDS, Sut, make, nearest

NAME = "hopcheck.toml"
SUTS = "sut"
_TABLE = re.compile(r"\s*\[([^\[\]]+)\]")


@dataclass(frozen=True, slots=True)
class File:
    """The text of a configuration file and where it lies."""

    path: Path
    text: str

    def wrong(self, table: str, key: str, said: str) -> ConfigError:
        """An error at a key of a table (empty: of none), with its line where it is written as plainly as usual."""
        line = self._line(table, key)
        where = f"{self.path}:{line}" if line else str(self.path)
        return ConfigError(f"{where}: {f'[{table}] ' if table else ''}{said}")

    def _line(self, table: str, key: str) -> int | None:
        current = ""
        for number, text in enumerate(self.text.splitlines(), 1):
            if found := _TABLE.match(text):
                current = re.sub(r"[\s\"']", "", found[1])
                if current == table and not key:
                    return number
            elif current == table and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", text):
                return number
        return None


def read(path: Path) -> dict[str, Value]:
    """What a file says, by option. Raises `ConfigError`: unreadable, no TOML, an unknown key, a wrong value."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"{path}: cannot be read: {reason}") from None
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    return _options(File(path, text), tree)


def _options(file: File, tree: Mapping[str, Any]) -> dict[str, Value]:
    known = {option.name: option for option in IN_FILE}
    found: dict[str, Value] = {}
    for key, given in tree.items():
        if key == SUTS:
            found.update(_suts(file, given))
        elif option := known.get(key):
            found[key] = _value(file, "", option, given)
        elif key in {option.name for option in OF_ROLE}:
            raise file.wrong("", key, f"{key} belongs to a role: put it into [{SUTS}.ROLE]")
        else:
            raise file.wrong(key if isinstance(given, dict) else "", key, _unknown(key, [*known, SUTS]))
    return found


def _suts(file: File, given: Any) -> dict[str, Value]:
    if not isinstance(given, dict):
        raise file.wrong("", SUTS, f'{SUTS} is a table for each role, for instance [{SUTS}.ingress] cmd = "./ingress"')
    found: dict[str, Value] = {SUTS: {}}
    for role, keys in given.items():
        table = f"{SUTS}.{role}"
        if role not in ROLES:
            raise file.wrong(table, "", f"no role {role!r}{nearest(role, ROLES)}; roles are {', '.join(ROLES)}")
        if not isinstance(keys, dict):
            raise file.wrong(SUTS, role, f'{role} is a table: [{table}], then for instance cmd = "./ingress"')
        _known(file, table, keys)
        if sut := _sut(file, table, role, keys):
            found[SUTS][role] = sut
        for option in OF_ROLE:
            if option.name in keys:
                found.setdefault(option.name, {})[role] = _value(file, table, option, keys[option.name])
    return {name: values for name, values in found.items() if values}


def _known(file: File, table: str, keys: Mapping[str, Any]) -> None:
    known = [*KINDS, *(option.name for option in OF_ROLE)]
    for key in keys:
        if key not in known:
            raise file.wrong(table, key, _unknown(key, known))


def _sut(file: File, table: str, role: str, keys: Mapping[str, Any]) -> Sut | None:
    kinds = [kind for kind in keys if kind in KINDS]
    if not kinds:
        return None
    if len(kinds) > 1:
        raise file.wrong(table, kinds[1], f"{' and '.join(kinds)}: one component a role, keep one of them")
    [kind] = kinds
    given = keys[kind]
    if kind == "host":
        if given is not True:
            raise file.wrong(table, kind, "host: want true, or leave it out")
    elif not isinstance(given, str):
        raise file.wrong(table, kind, f"{kind}: want a text")
    try:
        return make(role, kind, None if kind == "host" else given, file.path.parent.absolute())
    except ValueError as error:
        raise file.wrong(table, kind, f"{kind}: {error}") from None


def _value(file: File, table: str, option: Option, given: Any) -> Value:
    try:
        return option.load(given, file.path.parent)
    except ValueError as error:
        raise file.wrong(table, option.name, f"{option.name}: {error}") from None


def _unknown(key: str, known: list[str]) -> str:
    return f"no key {key!r}{nearest(key, known) or '; there are ' + ', '.join(known)}"
