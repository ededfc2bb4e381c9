"""What a run was started with, and on what: written into its trace, so that it is known on another day elsewhere."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from hopcheck.config.table import TOPOLOGY, of_groups
from hopcheck.conform.identity import of_directory
from hopcheck.home import CONTRACTS
from hopcheck.life.called import called

ELSEWHERE = ("report",)
"""Options that say where things go, not how they are."""
_USER = re.compile(r"(?<=://)[^/@\s]+(?=@)")


def about(option: Callable[[str], Any]) -> Mapping[str, Any]:
    """Command line, options that differ from their defaults, digest of the contracts, and the machine's system.

    ``option`` gives a value by name. User names and passwords in addresses are left out.
    """
    return {
        "command": [called(), *map(_shown, sys.argv[1:])],
        "options": {
            each.name: [_shown(word) for word in each.words(option(each.name))]
            for each in of_groups([TOPOLOGY])
            if each.name not in ELSEWHERE and option(each.name) not in (each.default, None)
        },
        "contracts": of_directory(CONTRACTS),
        "system": _system(),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": len(os.sched_getaffinity(0)),
    }


def _shown(word: str) -> str:
    return _USER.sub("…", word)


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return ""
