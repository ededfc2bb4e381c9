"""Which kind of system this is: whose packages it has, and the command that installs them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

OS_RELEASE = Path("/etc/os-release")
RHEL_LIKE = frozenset({"rhel", "centos", "rocky", "almalinux", "ol"})


@dataclass(frozen=True, slots=True)
class System:
    """``name`` is its key in programs.ini, ``command`` stands before packages; some need ``epel``."""

    name: str
    command: str
    epel: bool = False


DEBIAN = System("debian", "apt-get install")
FEDORA = System("fedora", "dnf install")
RHEL = System("fedora", "dnf install", epel=True)
MACOS = System("macos", "brew install")


def here(platform: str = sys.platform, os_release: Path = OS_RELEASE) -> System | None:
    """This machine's; None where it is none of those that are known."""
    if platform == "darwin":
        return MACOS
    try:
        text = os_release.read_text("utf-8")
    except OSError:
        return None
    return of_release(text)


def of_release(text: str) -> System | None:
    """That of an /etc/os-release, by ID and ID_LIKE."""
    fields = dict(line.partition("=")[::2] for line in text.splitlines())
    own, like = (fields.get(key, "").strip("\"'").split() for key in ("ID", "ID_LIKE"))
    kinds = {*own, *like}
    if kinds & {"debian", "ubuntu"}:
        return DEBIAN
    if kinds & RHEL_LIKE:
        return RHEL
    return FEDORA if "fedora" in kinds else None
