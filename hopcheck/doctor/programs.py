"""Programs that the kit calls, and the Debian packages that they are in."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

# Where administrators' programs are, which a user's PATH may lack.
SBIN = ("/usr/local/sbin", "/usr/sbin", "/sbin")


@dataclass(frozen=True, slots=True)
class Program:
    """``machines`` says whether only hosts that are machines need it."""

    name: str
    package: str
    what: str
    machines: bool = False

    def find(self) -> str | None:
        """Its path, or None where it is not there."""
        return shutil.which(self.name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *SBIN]))


PROGRAMS = (
    Program("mosquitto", "mosquitto", "the MQTT broker"),
    Program("dbus-daemon", "dbus", "the hosts' message bus"),
    Program("gpg", "gpg", "signs and verifies playbooks"),
    Program("gpg-agent", "gpg-agent", "signs playbooks"),
    Program("unshare", "util-linux", "the hosts' namespaces"),
    Program("nsenter", "util-linux", "the hosts' namespaces"),
    Program("mount", "mount", "the hosts' namespaces"),
    Program("ip", "iproute2", "the insights collection"),
    Program("mmdebstrap", "mmdebstrap", "makes the hosts' image", machines=True),
    Program("iptables", "iptables", "the hosts' network", machines=True),
)
VENV = "python3-venv"
"""The package of what makes the kit's environment."""


def packages(*, machines: bool = False) -> list[str]:
    """The Debian packages of all programs, each once."""
    names = [program.package for program in PROGRAMS if machines or not program.machines]
    return list(dict.fromkeys([VENV, *names]))
