"""The configuration of a remediation target: what RHEL's packages and ``rhc connect`` would have left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from hopcheck.topology.identity import Identity
from hopcheck.topology.pki import Authority, Pair
from hopcheck.topology.roles import Plan
from hopcheck.topology.signing import Signed

FACTS = "/var/lib/yggdrasil/canonical-facts.json"
CONSUMER = "/etc/pki/consumer/cert.pem", "/etc/pki/consumer/key.pem"
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


def configuration(identity: Identity, plan: Plan, authority: Authority, signed: Signed) -> Iterator[File]:
    """Every file that the programs on the host ``identity`` read, with addresses that point at taps."""
    yield from consumer(authority.issue(identity.client_id))
    yield File("/etc/pki/hopcheck/ca.pem", authority.bundle.read_bytes())
    yield File("/etc/hopcheck/verifier/public.gpg", signed.public_key)
    yield File(REVOCATIONS, signed.revocation_list)
    yield yggdrasil(plan)
    yield _text(FACTS, json.dumps(identity.facts()))
    yield _text(
        "/etc/rhc-worker-playbook/rhc-worker-playbook.toml",
        'directive = "rhc_worker_playbook"\nlog-level = "debug"\nverify-playbook = true\n',
    )
    yield _text("/etc/insights-client/insights-client.conf", _client(plan))
    yield _text("/etc/insights-client/machine-id", identity.insights_id)
    yield _text("/etc/insights-client/.registered", "")
    yield _text(
        "/etc/insights-client/manifest.yaml",
        resources.files("hopcheck.topology").joinpath("manifest.yaml").read_text(),
    )


def consumer(pair: Pair) -> Iterator[File]:
    """The consumer certificate and its key, readable by rhsm's group as on RHEL."""
    cert, key = CONSUMER
    yield File(cert, pair.cert.read_bytes())
    yield File(key, pair.key.read_bytes(), 0o640, "rhsm")


def _text(path: str, content: str) -> File:
    return File(path, content.encode())


def yggdrasil(plan: Plan, more: str = "", *, broker: int | None = None) -> File:
    """rhc's configuration and ``more`` lines of it, for a broker on the hosts' usual port or on another."""
    return _text(
        "/etc/yggdrasil/config.toml",
        f"""\
protocol = "mqtt"
server = ["mqtts://{plan.site.name}:{broker or plan.taps.mqtt_hosts}"]
cert-file = "/etc/pki/consumer/cert.pem"
key-file = "/etc/pki/consumer/key.pem"
ca-root = ["/etc/pki/hopcheck/ca.pem"]
path-prefix = "redhat/insights"
facts-file = "{FACTS}"
log-level = "debug"
{more}""",
    )


def _client(plan: Plan) -> str:
    return f"""\
[insights-client]
base_url={plan.site.name}:{plan.taps.client_ingress}/api
legacy_upload=False
auto_config=False
auto_update=False
authmethod=CERT
cert_verify=/etc/pki/hopcheck/ca.pem
http_timeout=20
cmd_timeout=20
manifest=/etc/insights-client/manifest.yaml
"""
