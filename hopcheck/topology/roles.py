"""How each role is started: the environment and files that its real counterpart documents, pointing at taps."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import Command
from hopcheck.topology.registry import Registry
from hopcheck.topology.settings import OTHER_ACCOUNT, OTHER_ORG, Settings
from hopcheck.topology.site import Site

BUCKET, S3_KEY = "insights-upload-perma", "hopcheck-ingress"
DENIED_ORG, QPC_LIMIT = "7000009", 16
"""An org whose uploads are refused, and how many bytes one service's may have: only cases upload so."""
READER, EXECUTOR, UNKNOWN_RIGHTS = "reader", "executor", "somebody"
PERMISSIONS = {
    READER: ["remediations:remediation:read", "playbook-dispatcher:run:read"],
    EXECUTOR: ["remediations:remediation:execute"],
    UNKNOWN_RIGHTS: None,
}
"""Users who may not do everything; of the last one access control cannot say what."""
TOPICS = {
    "platform.upload.announce": 1,
    "platform.upload.validation": 1,
    "platform.payload-status": 1,
    "platform.playbook-dispatcher.runner-updates": 1,
    "platform.cloud-connector.rhc-message-ingress": 1,
    "platform.inventory.host-ingress-p1": 1,
}


@dataclass(slots=True)
class Ports:
    """Ports that components listen on, all on 127.0.0.1."""

    remediations: int
    dispatcher: int
    dispatcher_metrics: int
    cloud_connector: int
    ingress: int
    ingress_metrics: int
    s3: int
    ui: int
    platform: int
    broker_hosts: int
    broker_connector: int

    @classmethod
    def choose(cls) -> Ports:
        """Eleven free ones."""
        return cls(*free_ports(11))


@dataclass(slots=True)
class TapPorts:
    """Ports that taps listen on: where each caller is sent."""

    ui_remediations: int = 0
    remediations_dispatcher: int = 0
    dispatcher_connector: int = 0
    rhc_remediations: int = 0
    rhc_ingress: int = 0
    client_ingress: int = 0
    s3: int = 0
    mqtt_hosts: int = 0
    mqtt_connector: int = 0
    mqtt_passthrough: int = 0
    mqtt_visitors: int = 0
    mqtt_guests: int = 0
    mqtt_commander: int = 0
    cases: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The run's pre-shared keys and passwords; none may appear in a trace."""

    dispatcher_psk: str = field(default_factory=lambda: secrets.token_hex(16))
    connector_psk: str = field(default_factory=lambda: secrets.token_hex(16))
    broker_password: str = field(default_factory=lambda: secrets.token_hex(16))
    ui_password: str = field(default_factory=lambda: secrets.token_hex(16))
    s3_secret: str = field(default_factory=lambda: secrets.token_hex(20))

    def values(self) -> list[str]:
        """All of them."""
        return [getattr(self, name) for name in self.__slots__]


@dataclass(slots=True)
class Plan:
    """Everything that a role's command line and environment depend on."""

    settings: Settings
    scratch: Path
    ports: Ports
    taps: TapPorts
    secrets: Secrets
    bootstrap: str
    bundle: Path
    registry: Registry
    site: Site = field(default_factory=Site)

    @property
    def templates(self) -> Path:
        """Signed plays."""
        return self.scratch / "templates"

    def server_roles(self) -> list[Command]:
        """The processes of the server side that are to come up, slowest to start first."""
        makers = {
            "s3": self._s3,
            "ingress": self._ingress,
            "playbook-dispatcher": self._dispatcher,
            "cloud-connector": self._connector,
            "remediations": self._remediations,
            "remediations-ui": self._ui,
        }
        commands = [make() for role, make in makers.items() if role in self.settings.roles]
        asks = {"remediations", "playbook-dispatcher", "platform"} & {*self.settings.roles}
        return [*commands, self._platform()] if asks else commands

    def program(self, role: str) -> tuple[str, ...]:
        """What a role's command lines begin with."""
        return self.settings.commands.get(role) or (sys.executable, "-m", f"fakes.{role.replace('-', '_')}")

    def command(self, role: str, arguments: list[str], env: dict[str, str]) -> Command:
        """A role's own program, or the one that the settings put in its place."""
        state = self.scratch / "state" / role
        state.mkdir(parents=True, exist_ok=True)
        # What we start tells when it is ready; a stranger is asked what its real counterpart's probe is asked.
        health = self._health().get(role) if role in self.settings.commands else None
        argv = [*self.program(role), *arguments]
        return Command(role, argv, {"STATE_DIRECTORY": str(state), **env}, cwd=state, health=health)

    def _health(self) -> dict[str, tuple[int, str]]:
        ports = self.ports
        return {
            "remediations": (ports.remediations, "/health"),
            "ingress": (ports.ingress, "/"),
            "playbook-dispatcher": (ports.dispatcher_metrics, "/ready"),
            "s3": (ports.s3, "/"),
            "cloud-connector": (ports.cloud_connector, "/liveness"),
            "remediations-ui": (ports.ui, "/"),
        }

    def _s3(self) -> Command:
        return self.command(
            "s3",
            ["-H", "127.0.0.1", "-p", str(self.ports.s3)],
            {
                "AWS_ACCESS_KEY_ID": S3_KEY,
                "AWS_SECRET_ACCESS_KEY": self.secrets.s3_secret,
                "S3_BUCKETS": BUCKET,
            },
        )

    def _ingress(self) -> Command:
        return self.command(
            "ingress",
            [],
            {
                "INGRESS_WEBPORT": str(self.ports.ingress),
                "INGRESS_METRICSPORT": str(self.ports.ingress_metrics),
                "INGRESS_KAFKABROKERS": self.bootstrap,
                "INGRESS_VALID_UPLOAD_TYPES": "advisor,playbook,playbook-sat,qpc",
                "INGRESS_MAXSIZEMAP": json.dumps({"qpc": str(QPC_LIMIT)}),
                "INGRESS_DENY_LISTED_ORGIDS": DENIED_ORG,
                "INGRESS_MINIOENDPOINT": f"127.0.0.1:{self.taps.s3}",
                "INGRESS_MINIOACCESSKEY": S3_KEY,
                "INGRESS_MINIOSECRETKEY": self.secrets.s3_secret,
                "INGRESS_STAGEBUCKET": BUCKET,
                "INGRESS_STORAGEREGION": "us-east-1",
            },
        )

    def _dispatcher(self) -> Command:
        return self.command(
            "playbook-dispatcher",
            ["run", "-m", "api,validator,response-consumer"],
            {
                "WEB_PORT": str(self.ports.dispatcher),
                "METRICS_PORT": str(self.ports.dispatcher_metrics),
                "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
                "KAFKA_AUTO_OFFSET_RESET": "earliest",
                "PSK_AUTH_REMEDIATIONS": self.secrets.dispatcher_psk,
                "CLOUD_CONNECTOR_IMPL": "impl",
                "CLOUD_CONNECTOR_SCHEME": "http",
                "CLOUD_CONNECTOR_HOST": "127.0.0.1",
                "CLOUD_CONNECTOR_PORT": str(self.taps.dispatcher_connector),
                "CLOUD_CONNECTOR_CLIENT_ID": "playbook-dispatcher",
                "CLOUD_CONNECTOR_PSK": self.secrets.connector_psk,
                "RETURN_URL": f"https://{self.site.name}:{self.taps.rhc_ingress}/api/ingress/v1/upload",
                "RESPONSE_INTERVAL": self.settings.response_interval,
                # Of its two ways the one that clauses are about; no run of the flow is a Satellite's.
                "SATELLITE_RESPONSE_FULL": "false",
                "INVENTORY_CONNECTOR_IMPL": "impl",
                "INVENTORY_CONNECTOR_HOST": "127.0.0.1",
                "INVENTORY_CONNECTOR_PORT": str(self.ports.platform),
                "RBAC_IMPL": "impl",
                "RBAC_HOST": "127.0.0.1",
                "RBAC_PORT": str(self.ports.platform),
                "SOURCES_IMPL": "impl",
                "SOURCES_HOST": "127.0.0.1",
                "SOURCES_PORT": str(self.ports.platform),
            },
        )

    def _connector(self) -> Command:
        accounts = {self.settings.org_id: self.settings.account, OTHER_ORG: OTHER_ACCOUNT}
        own = {
            "MQTT_BROKER_ADDRESS": f"tcp://127.0.0.1:{self.taps.mqtt_connector}",
            "MQTT_CLIENT_ID": "cloud-connector",
            "MQTT_BROKER_AUTH_TYPE": "password",
            "MQTT_BROKER_USERNAME": "cloud-connector",
            "MQTT_BROKER_PASSWORD": self.secrets.broker_password,
            "RHC_MESSAGE_KAFKA_BROKERS": self.bootstrap,
            "CONNECTED_CLIENT_RECORDER_IMPL": "inventory",
            "INVENTORY_KAFKA_BROKERS": self.bootstrap,
            "SERVICE_TO_SERVICE_CREDENTIALS": json.dumps({"playbook-dispatcher": self.secrets.connector_psk}),
            "CLIENT_ID_TO_ACCOUNT_ID_IMPL": "config_file_based",
            "CLIENT_ID_TO_ACCOUNT_ID_CONFIG_FILE": str(self.registry.client_map),
            "TENANT_TRANSLATOR_MOCK_MAPPING": json.dumps(accounts),
            "API_SERVER_CONNECTION_LOOKUP_IMPL": "relaxed",
        }
        return self.command(
            "cloud-connector",
            ["-l", f"127.0.0.1:{self.ports.cloud_connector}"],
            {f"CLOUD_CONNECTOR_{name}": value for name, value in own.items()},
        )

    def _remediations(self) -> Command:
        config = self.scratch / "remediations-cdappconfig.json"
        config.write_text(
            json.dumps(
                {
                    "publicPort": self.ports.remediations,
                    "endpoints": [
                        {
                            "app": "playbook-dispatcher",
                            "name": "api",
                            "hostname": "127.0.0.1",
                            "port": self.taps.remediations_dispatcher,
                        },
                        {
                            "app": "host-inventory",
                            "name": "service",
                            "hostname": "127.0.0.1",
                            "port": self.ports.platform,
                        },
                        {"app": "rbac", "name": "service", "hostname": "127.0.0.1", "port": self.ports.platform},
                    ],
                }
            )
        )
        return self.command(
            "remediations",
            [],
            {
                "ACG_CONFIG": str(config),
                "PLAYBOOK_DISPATCHER_AUTH": self.secrets.dispatcher_psk,
                "PLAYBOOK_DISPATCHER_IMPL": "impl",
                "INVENTORY_IMPL": "impl",
                "RBAC_IMPL": "impl",
                "PLATFORM_HOSTNAME_URL": f"{self.site.name}:{self.taps.rhc_remediations}",
                "TEMPLATES_DIR": str(self.templates),
            },
        )

    def _ui(self) -> Command:
        return self.command(
            "remediations-ui",
            [],
            {
                "UI_PORT": str(self.ports.ui),
                "REMEDIATIONS_URL": f"https://localhost:{self.taps.ui_remediations}",
                "REQUESTS_CA_BUNDLE": str(self.bundle),
                "UI_USERNAME": self.settings.username,
                "UI_PASSWORD": self.secrets.ui_password,
                "POLL_INTERVAL": self.settings.poll_interval,
            },
        )

    def _platform(self) -> Command:
        access, tenants = self.scratch / "platform-access.json", self.scratch / "platform-tenants.json"
        access.write_text(json.dumps(PERMISSIONS))
        tenants.write_text(json.dumps({self.settings.account: self.settings.org_id, OTHER_ACCOUNT: OTHER_ORG}))
        return self.command(
            "platform",
            [],
            {
                "PLATFORM_PORT": str(self.ports.platform),
                "PLATFORM_HOSTS": str(self.registry.inventory),
                "PLATFORM_ACCESS": str(access),
                "PLATFORM_TENANTS": str(tenants),
                "PLATFORM_CLIENTS": str(self.registry.client_map),
            },
        )
