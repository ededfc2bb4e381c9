"""The table of programs (programs.ini), and the sentence that says how to install some of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from hopcheck.install.system import DEBIAN, FEDORA, MACOS, System, here

TABLE = Path(__file__).with_name("programs.ini")
RUN, MACHINES = "run", "machines"
SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Where administrators' programs are, which a user's PATH may lack."""
NO_PACKAGE = "this system has no package of it"
_NONE = "-"


@dataclass(frozen=True, slots=True)
class Program:
    """``packages`` are by the name of a `System`; ``needed`` is RUN or MACHINES, or else what says so when it is."""

    name: str
    what: str
    needed: str
    packages: Mapping[str, tuple[str, ...]]
    epel: bool = False

    def find(self) -> str | None:
        """Its path, or None where it is not there."""
        return shutil.which(self.name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *SBIN]))


def _load() -> dict[str, Program]:
    table = ConfigParser(interpolation=None)
    table.read_string(TABLE.read_text("utf-8"))
    systems = {each.name for each in (DEBIAN, FEDORA, MACOS)}
    return {
        name: Program(
            name,
            row["what"],
            row["for"],
            {system: tuple(row[system].split()) for system in systems if row[system] != _NONE},
            row.getboolean("epel", fallback=False),
        )
        for name, row in table.items()
        if name != table.default_section
    }


PROGRAMS = _load()


def of_runs(*, machines: bool = False) -> list[Program]:
    """What makes the kit's environment, and what every run needs, or every run with hosts in containers."""
    wanted = {RUN, MACHINES} if machines else {RUN}
    return [PROGRAMS["python3-venv"], *(each for each in PROGRAMS.values() if each.needed in wanted)]


def packages(programs: Iterable[Program], system: System) -> list[str]:
    """The packages that hold them, each once, in the table's order; what a system has not is left out."""
    return list(dict.fromkeys(name for each in programs for name in each.packages.get(system.name, ())))


def how(programs: Iterable[Program], system: System | None = None) -> str:
    """The command that installs some programs here; on a system that is not known, Debian's and Fedora's.

    ``system`` stands in place of the one at hand. Empty where no package holds any of them.
    """
    wanted = list(programs)
    known = system or here()
    if known is None:
        return f"on Debian: {how(wanted, DEBIAN)}; on Fedora: {how(wanted, FEDORA)}"
    found = packages(wanted, known)
    if not found:
        return ""
    command = f"{known.command} {' '.join(found)}"
    from_epel = packages((each for each in wanted if each.epel), known) if known.epel else []
    return f"{command} (EPEL holds {', '.join(from_epel)})" if from_epel else command


def missing(*names: str) -> str:
    """A sentence: which programs are missing, what for, and how to install them here."""
    wanted = [PROGRAMS[name] for name in names]
    purposes = ", ".join(dict.fromkeys(each.what for each in wanted))
    verb = "is" if len(wanted) == 1 else "are"
    return f"{' and '.join(names)} {verb} missing ({purposes}): {how(wanted) or NO_PACKAGE}"
