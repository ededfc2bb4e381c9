"""What Playbook Dispatcher reads from its environment (facts A.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PSK_PREFIX = "PSK_AUTH_"
RETURN_URL = "https://cloud.redhat.com/api/ingress/v1/upload"


@dataclass(frozen=True, slots=True)
class Config:
    """Settings with the real component's defaults; sizes in bytes, times in seconds.

    Without `rbac_url` everybody may see the same, without `sources_url` nobody knows of Satellites.
    """

    web_port: int = 8000
    metrics_port: int = 9001
    kafka_bootstrap_servers: str = "kafka:29092"
    kafka_group_id: str = "playbook-dispatcher"
    kafka_auto_offset_reset: str = "latest"
    psk: Mapping[str, str] = field(default_factory=dict)
    """Key to service: the lower-cased name of its variable (SRV-014)."""
    cloud_connector_url: str = "http://cloud-connector:8080"
    cloud_connector_client_id: str = "playbook-dispatcher"
    cloud_connector_psk: str = ""
    cloud_connector_timeout: float = 10.0
    inventory_url: str = "http://localhost:4000"
    rbac_url: str | None = None
    rbac_timeout: float = 10.0
    sources_url: str | None = None
    sources_timeout: float = 10.0
    return_url: str = RETURN_URL
    response_interval: str = "600"
    default_run_timeout: int = 3600
    web_console_url: str = "https://console.redhat.com"
    satellite_response_full: bool = True
    artifact_max_size: int = 1048576
    storage_timeout: float = 10.0
    storage_retries: int = 3
    http_max_body_size: int = 512 * 1024
    blocklist_org_ids: tuple[str, ...] = ("",)
    build_commit: str = "unknown"
    state: Path = Path("playbook-dispatcher.sqlite3")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read `env`. Raises SystemExit, one line, on a value that cannot be used."""
        for connector in ("CLOUD_CONNECTOR_IMPL", "INVENTORY_CONNECTOR_IMPL"):
            if env.get(connector, "impl") != "impl":
                raise SystemExit(f"hopcheck-playbook-dispatcher: {connector} must be impl")
        for service in ("RBAC_IMPL", "SOURCES_IMPL"):
            if env.get(service, "mock") not in ("mock", "impl"):
                raise SystemExit(f"hopcheck-playbook-dispatcher: {service} must be mock or impl")
        rbac_url = "{}://{}:{}".format(
            env.get("RBAC_SCHEME", "http"), env.get("RBAC_HOST", "rbac"), env.get("RBAC_PORT", "8080")
        )
        sources_url = "{}://{}:{}".format(
            env.get("SOURCES_SCHEME", "http"), env.get("SOURCES_HOST", "sources"), env.get("SOURCES_PORT", "8080")
        )
        try:
            return cls(
                web_port=int(env.get("WEB_PORT", "8000")),
                metrics_port=int(env.get("METRICS_PORT", "9001")),
                kafka_bootstrap_servers=env.get("KAFKA_BOOTSTRAP_SERVERS", "kafka:29092"),
                kafka_group_id=env.get("KAFKA_GROUP_ID", "playbook-dispatcher"),
                kafka_auto_offset_reset=env.get("KAFKA_AUTO_OFFSET_RESET", "latest"),
                psk={
                    key: name.removeprefix(PSK_PREFIX).lower()
                    for name, key in env.items()
                    if name.startswith(PSK_PREFIX)
                },
                cloud_connector_url="{}://{}:{}".format(
                    env.get("CLOUD_CONNECTOR_SCHEME", "http"),
                    env.get("CLOUD_CONNECTOR_HOST", "cloud-connector"),
                    env.get("CLOUD_CONNECTOR_PORT", "8080"),
                ),
                cloud_connector_client_id=env.get("CLOUD_CONNECTOR_CLIENT_ID", "playbook-dispatcher"),
                cloud_connector_psk=env.get("CLOUD_CONNECTOR_PSK", ""),
                cloud_connector_timeout=float(env.get("CLOUD_CONNECTOR_TIMEOUT", "10")),
                inventory_url="{}://{}:{}".format(
                    env.get("INVENTORY_CONNECTOR_SCHEME", "http"),
                    env.get("INVENTORY_CONNECTOR_HOST", "localhost"),
                    env.get("INVENTORY_CONNECTOR_PORT", "4000"),
                ),
                rbac_url=rbac_url if env.get("RBAC_IMPL") == "impl" else None,
                rbac_timeout=float(env.get("RBAC_TIMEOUT", "10")),
                sources_url=sources_url if env.get("SOURCES_IMPL") == "impl" else None,
                sources_timeout=float(env.get("SOURCES_TIMEOUT", "10")),
                return_url=env.get("RETURN_URL", RETURN_URL),
                response_interval=env.get("RESPONSE_INTERVAL", "600"),
                default_run_timeout=int(env.get("DEFAULT_RUN_TIMEOUT", "3600")),
                web_console_url=env.get("WEB_CONSOLE_URL_DEFAULT", "https://console.redhat.com"),
                satellite_response_full=env.get("SATELLITE_RESPONSE_FULL", "true") == "true",
                artifact_max_size=int(env.get("ARTIFACT_MAX_SIZE", "1048576")),
                storage_timeout=float(env.get("STORAGE_TIMEOUT", "10")),
                storage_retries=int(env.get("STORAGE_RETRIES", "3")),
                # An empty list is a list of the empty organisation, as in the real one.
                blocklist_org_ids=tuple(env.get("BLOCKLIST_ORG_IDS", "").split(",")),
                build_commit=env.get("BUILD_COMMIT", "unknown"),
                state=Path(env.get("STATE_DIRECTORY", ".")) / "playbook-dispatcher.sqlite3",
            )
        except ValueError as error:
            raise SystemExit(f"hopcheck-playbook-dispatcher: bad configuration: {error}") from error
