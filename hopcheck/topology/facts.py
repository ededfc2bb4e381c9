"""The kit's facts: what a profile's ``${…}`` stands for. A flat mapping, each with a sentence that says what it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from hopcheck.topology.settings import OTHER_ACCOUNT, OTHER_ORG

if TYPE_CHECKING:
    from hopcheck.topology.identity import Identity
    from hopcheck.topology.pki import Pair
    from hopcheck.topology.postgresql import Database
    from hopcheck.topology.roles import Plan
    from hopcheck.topology.signing import Signed

BUCKET, S3_KEY, S3_REGION = "insights-upload-perma", "hopcheck-ingress", "us-east-1"
DENIED_ORG, QPC_LIMIT = "7000009", 16
"""An org whose uploads are refused, and how many bytes one service's may have: only cases upload so."""
READER, EXECUTOR, UNKNOWN_RIGHTS = "reader", "executor", "somebody"
PERMISSIONS = {
    READER: ["remediations:remediation:read", "playbook-dispatcher:run:read"],
    EXECUTOR: ["remediations:remediation:execute"],
    UNKNOWN_RIGHTS: None,
}
"""Users who may not do everything; of the last one access control cannot say what."""
CONNECTOR = "cloud-connector"
SPARES = 3
"""How many ports a server role has for processes beside its main one."""
T = TypeVar("T")
Where = Literal["any", "server", "host"]
_TEMPLATE = re.compile(r"(\$?)\$\{([^}]*)\}")


class FactError(ValueError):
    """A fact cannot be had by whoever asks for it; the text says why."""


@dataclass(frozen=True, slots=True)
class HostSide:
    """What is known of one host. ``bus`` is the address of its bus, empty where that is the system's."""

    identity: Identity | None = None
    pair: Pair | None = None
    signed: Signed | None = None
    bus: str = ""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a role of a plan, its program and that one's directory, and its database or host where it has one.

    ``link`` is how it finds the run's scratch directory, where that is not by its name. ``listens`` is the role's own
    port where that is not the kit's to choose.
    """

    plan: Plan
    role: str
    program: str = ""
    directory: Path = Path()
    database: Database | None = None
    link: Path | None = None
    listens: int | None = None
    host: HostSide | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """``text`` says what it is. ``path`` marks a file or directory, ``secret`` what must not be shown to anybody."""

    text: str
    of: Callable[[Asker], object]
    where: Where = "any"
    path: bool = False
    secret: bool = False


def names(text: str) -> list[str]:
    """The facts that a text names, in order."""
    return [match[2] for match in _TEMPLATE.finditer(text) if not match[1]]


def fill(text: str, values: Callable[[str], str]) -> str:
    """A text with each ``${name}`` replaced; ``$${name}`` is ``${name}`` itself."""
    return _TEMPLATE.sub(lambda match: match[0][1:] if match[1] else values(match[2]), text)


def value(name: str, asker: Asker) -> str:
    """One fact as text. Raises `FactError` where the asker cannot have it, KeyError where there is no such fact."""
    fact = FACTS[name]
    told = fact.of(asker)
    if fact.path and asker.link is not None and isinstance(told, Path):
        return str(asker.link / told.relative_to(asker.plan.scratch))
    return str(told)


def _port(name: str) -> Callable[[Asker], object]:
    return lambda asker: getattr(asker.plan.ports, name)


def _main_port(role: str) -> Callable[[Asker], object]:
    return lambda asker: asker.listens if asker.role == role and asker.listens else asker.plan.ports.of(role)


def _tap(name: str) -> Callable[[Asker], object]:
    return lambda asker: getattr(asker.plan.taps, name)


def _spare(number: int) -> Callable[[Asker], object]:
    return lambda asker: asker.plan.ports.spares[asker.role][number - 1]


def _setting(name: str) -> Callable[[Asker], object]:
    return lambda asker: getattr(asker.plan.settings, name)


def _secret(name: str) -> Callable[[Asker], object]:
    return lambda asker: getattr(asker.plan.secrets, name)


def _database(name: str) -> Callable[[Asker], object]:
    def of(asker: Asker) -> object:
        if asker.database is None:
            raise FactError(f"{asker.role} has no database: say `needs: [postgresql]`")
        return getattr(asker.database, name)

    return of


def _identity(of: Callable[[Identity], object]) -> Callable[[Asker], object]:
    return lambda asker: of(_known(asker, None if asker.host is None else asker.host.identity))


def _pair(of: Callable[[Pair], Path]) -> Callable[[Asker], object]:
    return lambda asker: of(_known(asker, None if asker.host is None else asker.host.pair)).read_text()


def _signed(of: Callable[[Signed], bytes]) -> Callable[[Asker], object]:
    return lambda asker: of(_known(asker, None if asker.host is None else asker.host.signed)).decode()


def _bus(asker: Asker) -> object:
    return "" if asker.host is None else asker.host.bus


def _known(asker: Asker, told: T | None) -> T:
    if told is None:
        raise FactError(f"{asker.role} is not told here what it knows on its host only")
    return told


def _manifest(_: Asker) -> str:
    return resources.files("hopcheck.topology").joinpath("manifest.yaml").read_text()


FACTS: Mapping[str, Fact] = {
    "program": Fact("the program that was given, or the stand-in's", lambda a: a.program),
    "program.directory": Fact(
        "DIR of a command `cd DIR && …`, else where the program lies, else where the kit was started",
        lambda a: a.directory,
        path=True,
    ),
    "state": Fact(
        "a directory of the role's own that outlives its restarts", lambda a: a.plan.state(a.role), "server", path=True
    ),
    "files": Fact("where the profile's files lie", lambda a: a.plan.files(a.role), "server", path=True),
    "plays": Fact("the signed plays, ISSUE-ID.yml each", lambda a: a.plan.templates, "server", path=True),
    "registry": Fact(
        "a directory with client_id_to_account_id_map.json and platform-hosts.json, written anew for each host",
        lambda a: a.plan.registry.directory,
        "server",
        path=True,
    ),
    "ca.bundle": Fact("the certificate of the run's authority, a file", lambda a: a.plan.bundle, "server", path=True),
    "ca.pem": Fact("the same certificate, its text", lambda a: a.plan.bundle.read_text()),
    "remediations-ui.port": Fact("where Remediations UI listens", _main_port("remediations-ui")),
    "remediations.port": Fact("where Remediations API listens", _main_port("remediations")),
    "playbook-dispatcher.port": Fact("where Playbook Dispatcher listens", _main_port("playbook-dispatcher")),
    "playbook-dispatcher.metrics-port": Fact("where its probes are", _port("dispatcher_metrics")),
    "cloud-connector.port": Fact("where Cloud Connector's API listens", _main_port("cloud-connector")),
    "ingress.port": Fact("where Ingress listens", _main_port("ingress")),
    "ingress.metrics-port": Fact("where its metrics are", _port("ingress_metrics")),
    "s3.port": Fact("where storage listens", _main_port("s3")),
    "platform.port": Fact("inventory, access control, Sources and tenants of the kit", _port("platform")),
    **{
        f"port.{number}": Fact(f"a free port of the role's own, the {number}. of {SPARES}", _spare(number), "server")
        for number in range(1, SPARES + 1)
    },
    "remediations.ui-tap": Fact("where the UI reaches Remediations, https", _tap("ui_remediations")),
    "remediations.hosts-tap": Fact("where hosts fetch playbooks, https", _tap("rhc_remediations")),
    "playbook-dispatcher.tap": Fact("where Remediations reaches Playbook Dispatcher", _tap("remediations_dispatcher")),
    "cloud-connector.tap": Fact("where Playbook Dispatcher reaches Cloud Connector", _tap("dispatcher_connector")),
    "ingress.hosts-tap": Fact("where the worker's uploads go, https", _tap("rhc_ingress")),
    "ingress.client-tap": Fact("where insights-client uploads, https", _tap("client_ingress")),
    "s3.tap": Fact("where Ingress and Playbook Dispatcher reach storage", _tap("s3")),
    "mqtt.tap": Fact("where Cloud Connector reaches the broker, without TLS", _tap("mqtt_connector")),
    "mqtt.hosts-tap": Fact("where hosts reach the broker, with TLS", _tap("mqtt_hosts")),
    "mqtt.username": Fact("Cloud Connector's name at the broker", lambda _: CONNECTOR),
    "mqtt.password": Fact("its password there", _secret("broker_password"), secret=True),
    "kafka.bootstrap": Fact("HOST:PORT of Kafka", lambda a: a.plan.bootstrap),
    "s3.bucket": Fact("the bucket of uploads", lambda _: BUCKET),
    "s3.access-key": Fact("the key's id", lambda _: S3_KEY),
    "s3.secret-key": Fact("the key", _secret("s3_secret"), secret=True),
    "s3.region": Fact("the region that signatures name", lambda _: S3_REGION),
    "playbook-dispatcher.psk": Fact("Remediations' key at the Dispatcher", _secret("dispatcher_psk"), secret=True),
    "cloud-connector.psk": Fact("the Dispatcher's key at Cloud Connector", _secret("connector_psk"), secret=True),
    "site.name": Fact("the name by which hosts know the platform", lambda a: a.plan.site.name),
    "org": Fact("the tenant's org id", _setting("org_id")),
    "account": Fact("its account number", _setting("account")),
    "other-org": Fact("a tenant that has no hosts", lambda _: OTHER_ORG),
    "other-account": Fact("its account number", lambda _: OTHER_ACCOUNT),
    "user.name": Fact("who executes plans", _setting("username")),
    "user.password": Fact("their password at the gateway", _secret("ui_password"), secret=True),
    "ingress.denied-org": Fact("an org whose uploads are refused", lambda _: DENIED_ORG),
    "ingress.qpc-limit": Fact("how many bytes an upload of the service qpc may have", lambda _: QPC_LIMIT),
    "platform.permissions": Fact(
        "users who may not do everything, a JSON object", lambda _: json.dumps(PERMISSIONS), "server"
    ),
    "response-interval": Fact("seconds between a worker's uploads", _setting("response_interval")),
    "poll-interval": Fact("seconds between the UI's questions", _setting("poll_interval")),
    "postgresql.host": Fact("where PostgreSQL is", _database("host"), "server"),
    "postgresql.port": Fact("its port", _database("port"), "server"),
    "postgresql.name": Fact("the role's own database", _database("name"), "server"),
    "postgresql.username": Fact("the database's owner", _database("username"), "server"),
    "postgresql.password": Fact("the owner's password", _database("password"), "server", secret=True),
    "worker.generation": Fact(
        "0.2.4 or 0.2.3: which verifier front end the worker calls", _setting("worker_generation"), "host"
    ),
    "host.client-id": Fact("the host's client id", _identity(lambda i: i.client_id), "host"),
    "host.insights-id": Fact("its id at Insights", _identity(lambda i: i.insights_id), "host"),
    "host.canonical-facts": Fact(
        "its canonical facts, a JSON object", _identity(lambda i: json.dumps(i.facts())), "host"
    ),
    "host.certificate": Fact("its consumer certificate, PEM", _pair(lambda p: p.cert), "host"),
    "host.key": Fact("that one's key, PEM", _pair(lambda p: p.key), "host", secret=True),
    "host.bus": Fact("the address of its bus, where it is not the system's", _bus, "host"),
    "verifier.public-key": Fact("what plays are signed with, ASCII-armoured", _signed(lambda s: s.public_key), "host"),
    "verifier.revocations": Fact("the signed list of revoked plays", _signed(lambda s: s.revocation_list), "host"),
    "insights-client.manifest": Fact("what to collect: little, for speed", _manifest, "host"),
}


def rows() -> list[str]:
    """The facts as rows of a table in Markdown, with who can have those that not everybody can."""
    only = {"any": "", "server": " (server roles)", "host": " (hosts)"}
    return [f"| `{name}` | {fact.text}{only[fact.where]} |" for name, fact in FACTS.items()]
