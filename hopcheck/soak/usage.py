"""What the kit and each role take of a machine at one moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hopcheck.bench.memory import argv_of, descendants, own_kb, roles


@dataclass(frozen=True, slots=True)
class Usage:
    """One role's processes together; ``memory_kb`` is without the files that they map."""

    memory_kb: int = 0
    files: int = 0
    threads: int = 0
    processes: int = 0

    def plus(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(
            self.memory_kb + other.memory_kb,
            self.files + other.files,
            self.threads + other.threads,
            self.processes + other.processes,
        )


def usage_of(pid: int) -> Usage:
    """One process. Raises OSError where it is gone."""
    process = Path(f"/proc/{pid}")
    return Usage(own_kb(pid), len(os.listdir(process / "fd")), len(os.listdir(process / "task")), 1)


def usages(
    root: int, known: Mapping[int, str], each: Callable[[int], Usage] = usage_of, argv: Callable[[int], bytes] = argv_of
) -> dict[str, Usage]:
    """By role, ``root`` and everything below it; ``known`` are roles by pid. Who is gone by then takes nothing."""
    found: dict[str, Usage] = {}
    for pid, role in roles(root, known, descendants(root), argv).items():
        try:
            found[role] = found.get(role, Usage()).plus(each(pid))
        except OSError:
            continue
    return found
