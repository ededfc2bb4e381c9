"""``--contracts`` and HOPCHECK_CONTRACTS: everything that the kit does by another version of the contracts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from hopcheck.config import ConfigError
from hopcheck.home import CONTRACTS, CONTRACTS_VARIABLE
from hopcheck.python import module

OPTION = "--contracts"
Replace = Callable[[str, list[str], dict[str, str]], NoReturn]


def go_by(arguments: Sequence[str], replace: Replace = os.execve) -> list[str]:
    """The arguments without ``--contracts``; where another version is asked for, the command begins anew with it.

    What goes by contracts reads them as soon as it is imported, so the choice has to stand before. A directory is
    taken as it is; a file or a revision becomes one below the cache, named by what is in it. Raises `ConfigError`.
    """
    asked, rest = _taken(arguments)
    asked = asked or os.environ.get(CONTRACTS_VARIABLE)
    if not asked:
        return rest
    directory = _directory(asked)
    if directory.resolve() == CONTRACTS.resolve():
        return rest
    environment = {**os.environ, CONTRACTS_VARIABLE: str(directory)}
    sys.stdout.flush()
    replace(sys.executable, module("hopcheck.cli", *rest), environment)


def _taken(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """The value of the option, where it is given before any ``--``, and the other arguments."""
    rest = list(arguments)
    end = rest.index("--") if "--" in rest else len(rest)
    for number, each in enumerate(rest[:end]):
        if each.startswith(f"{OPTION}="):
            return each.partition("=")[2], [*rest[:number], *rest[number + 1 :]]
        if each == OPTION and number + 1 < end:
            return rest[number + 1], [*rest[:number], *rest[number + 2 :]]
    return None, rest


def _directory(asked: str) -> Path:
    if Path(asked).is_dir():
        return Path(asked).absolute()
    from hopcheck.evolution.version import Version, VersionError
    from hopcheck.images.cache import digest, making, root

    try:
        version = Version.read(asked)
    except VersionError as error:
        raise ConfigError(str(error)) from None
    place = root() / "contracts" / digest({name: data.hex() for name, data in sorted(version.files.items())})
    if not place.is_dir():
        with making(place) as folder:
            version.write(folder / place.name)
    return place
