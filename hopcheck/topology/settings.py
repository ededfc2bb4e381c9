"""What a user may choose about a run."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hopcheck.suggestion import meant

if TYPE_CHECKING:
    from hopcheck.topology.sut import Sut

OTHER_ORG, OTHER_ACCOUNT = "7000001", "7000002"
"""A tenant that has no hosts."""
ROLES = (
    "remediations-ui",
    "remediations",
    "playbook-dispatcher",
    "cloud-connector",
    "ingress",
    "s3",
    "rhc",
    "rhc-worker-playbook",
    "insights-client",
    "ansible-runner",
)
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "remediations-ui": ("remediations",),
    "remediations": ("playbook-dispatcher", "remediations-ui"),
    "playbook-dispatcher": ("cloud-connector", "ingress"),
    "ingress": ("s3",),
    "rhc": ("cloud-connector", "remediations"),
    "rhc-worker-playbook": ("rhc", "remediations"),
    "insights-client": ("rhc", "ingress"),
}
WITHOUT_ANSIBLE: Mapping[str, tuple[str, ...]] = {"ansible-runner": (sys.executable, "-m", "fakes.ansible_runner")}
"""Commands with a stand-in of ansible-runner, for where Ansible itself would only cost time."""
QUICK: Mapping[str, tuple[str, ...]] = {
    **WITHOUT_ANSIBLE,
    "insights-client": (sys.executable, "-m", "fakes.insights_client.quick"),
}
"""Those, and a stand-in that collects without insights-core; a host is then one of the process runtime."""
AUTO, CONTAINERS, PROCESS = "auto", "containers", "process"
RUNTIMES = (AUTO, CONTAINERS, PROCESS)
OURS = "fakes."
NATIVE = ("rhc", "rhc-worker-playbook", "insights-client")


@dataclass(frozen=True, slots=True)
class Settings:
    """One run's choices. Times are seconds, as text where a component takes text.

    ``hosts`` is how many remediation targets are up from the start.
    ``roles`` come up on the server side, the platform's services with a role that asks them.
    ``commands`` replaces a role's program (a faulty or foreign one) by an argument list that gets the same
    environment and files. ``suts`` are the components that were given, by role, those of ``commands`` and ``native``
    among them; ``profiles`` the files that say how some of them are started. ``postgres`` is the address of a server
    for those that need one, ``generation`` that of the hosts where it is not the present one, ``first_port`` the lowest
    of the ports that components and taps may have. ``host_image``, ``host_overlay`` and ``native`` (the host roles that
    they hold) are for hosts in containers. ``timeout_s`` is how long any one step of a flow may take. With
    ``reconcile`` counts are gathered that the taps did not make, and every role ends before the trace does. ``about``
    is what else the trace's first event shall tell of the run.
    """

    report: Path
    host_image: str | None = None
    host_overlay: Path | None = None
    native: tuple[str, ...] = ()
    host_capabilities: tuple[str, ...] = ()
    hosts: int = 1
    roles: tuple[str, ...] = ROLES
    bootstrap: str | None = None
    response_interval: str = "0.4"
    poll_interval: str = "0.2"
    worker_generation: str = "0.2.4"
    generation: str = ""
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    suts: Mapping[str, Sut] = field(default_factory=dict)
    profiles: Mapping[str, Path] = field(default_factory=dict)
    postgres: str | None = None
    first_port: int | None = None
    org_id: str = "1979710"
    account: str = "0369233"
    username: str = "qa-engineer"
    timeout_s: float = 120.0
    reconcile: bool = False
    keep: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)
    seed: str = field(default_factory=lambda: secrets.token_hex(8))

    def swapped(self, role: str) -> bool:
        """Whether somebody else's component has this role; a faulty one of `fakes` is still ours."""
        if role in self.suts and self.suts[role].kind != "cmd":
            return True
        return not any(part.startswith(OURS) for part in self.commands.get(role, (OURS,)))


def scope(role: str) -> tuple[str, ...]:
    """A role and those whose answers it needs, so that cases can be put to it; a host's role needs a host."""
    found = [role]
    for each in found:
        found += [needed for needed in _NEEDS.get(each, ()) if needed not in found]
    return tuple(found)


def parse_native(text: str) -> tuple[str, ...]:
    """``ROLE,ROLE`` as roles that a host's image can hold. Raises ValueError naming what is wrong."""
    roles = tuple(part.strip() for part in text.split(",") if part.strip())
    for role in roles:
        if role not in NATIVE:
            raise ValueError(
                f"--native {text}: no host's role {role!r}{meant(role, NATIVE)}; those are {', '.join(NATIVE)}"
            )
    return roles
