"""The configuration of a remediation target: what RHEL's packages and ``rhc connect`` would have left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hopcheck.topology.facts import Asker, HostSide, fill, names, value
from hopcheck.topology.pki import Pair
from hopcheck.topology.profile import ProfileFile, of_role
from hopcheck.topology.roles import Plan
from hopcheck.topology.settings import NATIVE

FACTS = "/var/lib/yggdrasil/canonical-facts.json"
CONSUMER = "/etc/pki/consumer/cert.pem", "/etc/pki/consumer/key.pem"
BROKER = "mqtt.hosts-tap"
REVOCATIONS = "/etc/hopcheck/verifier/revoked_playbooks.yaml"
DIRECTORIES = (
    "/var/lib/rhc-worker-playbook/runs",
    "/var/lib/insights",
    "/var/log/insights-client",
    "/var/cache/insights-client",
    "/usr/share/rhc-worker-playbook/ansible/collections",
    "/etc/ansible",
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a host; ``group`` is the one that may read it too, where the host has that group."""

    path: str
    content: bytes
    mode: int = 0o644
    group: str = "root"


def configuration(plan: Plan, side: HostSide) -> list[File]:
    """Every file that the programs on a host read, as their profiles say, with addresses that point at taps."""
    return [_file(each) for role in NATIVE for each in plan.host_files(role, side)]


def consumer(pair: Pair) -> Iterator[File]:
    """The consumer certificate and its key, readable by rhsm's group as on RHEL."""
    cert, key = CONSUMER
    yield File(cert, pair.cert.read_bytes())
    yield File(key, pair.key.read_bytes(), 0o640, "rhsm")


def yggdrasil(plan: Plan, more: str = "", *, broker: int | None = None) -> File:
    """rhc's configuration and ``more`` lines of it, for a broker on the hosts' usual port or on another."""
    profile = of_role("rhc", plan.settings.profiles)
    [template] = [file for file in profile.files if BROKER in names(file.content)]
    asker = Asker(plan, "rhc")
    content = fill(template.content, lambda n: str(broker) if broker and n == BROKER else value(n, asker))
    return _file(replace(template, content=content + more))


def _file(file: ProfileFile) -> File:
    return File(file.path, file.content.encode(), file.mode, file.group)
