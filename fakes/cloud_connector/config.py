"""The environment that the real service reads: `CLOUD_CONNECTOR_` names (facts A13)."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SCHEMES = {"tcp": 1883, "mqtt": 1883, "ssl": 8883, "tls": 8883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Broker:
    """The MQTT broker and how to log in; `tls` is the scheme's."""

    host: str = "localhost"
    port: int = 8883
    tls: bool = True
    username: str | None = None
    password: str | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    skip_verify: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """Settings with the real ones' defaults; times in seconds unless named otherwise."""

    broker: Broker = field(default_factory=Broker)
    mqtt_client_id: str = ""
    topic_prefix: str = "redhat"
    publish_timeout: float = 2.0
    clean_session: bool = False
    shutdown_on_loss: bool = False
    kafka_brokers: str = "kafka:29092"
    kafka_topic: str = "platform.cloud-connector.rhc-message-ingress"
    kafka_group: str = "cloud-connector-rhc-message-consumer"
    recorder: str = "fake"
    inventory_brokers: str = "kafka:29092"
    inventory_topic: str = "platform.inventory.host-ingress-p1"
    inventory_reporter: str = "cloud-connector"
    inventory_stale_hours: int = 26
    client_id_file: Path = Path("client_id_to_account_id_map.json")
    default_account: str = "111000"
    default_org: str = "10000"
    credentials: Mapping[str, str] = field(default_factory=dict)
    relaxed_lookup: bool = True
    accounts: Mapping[str, str] = field(default_factory=lambda: {"0002": "111000"})
    base_path: str = "/api/cloud-connector"
    openapi_file: Path = Path("/opt/app-root/src/api/api.spec.file")


def read_config(environ: Mapping[str, str]) -> Config:
    """The configuration in `environ`. Raises ValueError naming the variable that is wrong."""
    known = Config()

    def text(name: str, default: str = "") -> str:
        return environ.get(f"CLOUD_CONNECTOR_{name}") or default

    def number(name: str, default: int) -> int:
        value = text(name, str(default))
        if not value.isdecimal():
            raise ValueError(f"CLOUD_CONNECTOR_{name} is no number: {value}")
        return int(value)

    def switch(name: str, default: bool = False) -> bool:
        return text(name, str(default)).lower() in ("1", "t", "true")

    def brokers(name: str) -> str:
        return ",".join(text(name, "kafka:29092").split())

    def strings(name: str, default: Mapping[str, str]) -> Mapping[str, str]:
        return json_strings(f"CLOUD_CONNECTOR_{name}", text(name), default)

    client_id = text("MQTT_CLIENT_ID")
    if switch("MQTT_USE_HOSTNAME_AS_CLIENT_ID"):
        client_id = socket.gethostname()
    if not client_id:
        raise ValueError("CLOUD_CONNECTOR_MQTT_CLIENT_ID must be set")
    return Config(
        broker=read_broker(text),
        mqtt_client_id=client_id,
        topic_prefix=text("MQTT_TOPIC_PREFIX", known.topic_prefix),
        publish_timeout=float(number("MQTT_PUBLISH_TIMEOUT", 2)),
        clean_session=switch("MQTT_CLEAN_SESSION"),
        shutdown_on_loss=switch("SHUTDOWN_ON_MQTT_CONNECTION_LOST"),
        kafka_brokers=brokers("RHC_MESSAGE_KAFKA_BROKERS"),
        kafka_topic=text("RHC_MESSAGE_KAFKA_TOPIC", known.kafka_topic),
        kafka_group=text("RHC_MESSAGE_KAFKA_CONSUMER_GROUP", known.kafka_group),
        recorder=text("CONNECTED_CLIENT_RECORDER_IMPL", known.recorder),
        inventory_brokers=brokers("INVENTORY_KAFKA_BROKERS"),
        inventory_topic=text("INVENTORY_KAFKA_TOPIC", known.inventory_topic),
        inventory_reporter=text("INVENTORY_REPORTER_NAME", known.inventory_reporter),
        inventory_stale_hours=number("INVENTORY_STALE_TIMESTAMP_OFFSET", known.inventory_stale_hours),
        client_id_file=Path(text("CLIENT_ID_TO_ACCOUNT_ID_CONFIG_FILE", str(known.client_id_file))),
        default_account=text("CLIENT_ID_TO_ACCOUNT_ID_DEFAULT_ACCOUNT_ID", known.default_account),
        default_org=text("CLIENT_ID_TO_ACCOUNT_ID_DEFAULT_ORG_ID", known.default_org),
        credentials=strings("SERVICE_TO_SERVICE_CREDENTIALS", {}),
        relaxed_lookup=text("API_SERVER_CONNECTION_LOOKUP_IMPL", "relaxed") == "relaxed",
        accounts=strings("TENANT_TRANSLATOR_MOCK_MAPPING", known.accounts),
        base_path=f"/{text('URL_PATH_PREFIX', 'api')}/{text('URL_APP_NAME', 'cloud-connector')}",
        openapi_file=Path(text("OPENAPI_SPEC_FILE_PATH", str(known.openapi_file))),
    )


def read_broker(text: Any) -> Broker:
    """The broker that `text`, a reader of variables, tells of. Raises ValueError."""
    address = text("MQTT_BROKER_ADDRESS", "ssl://localhost:8883")
    url = urlsplit(address)
    if url.scheme not in SCHEMES or not url.hostname:
        raise ValueError(f"CLOUD_CONNECTOR_MQTT_BROKER_ADDRESS is no tcp:// or ssl:// address: {address}")
    auth = text("MQTT_BROKER_AUTH_TYPE", "jwt")
    if auth == "jwt":
        raise ValueError("CLOUD_CONNECTOR_MQTT_BROKER_AUTH_TYPE jwt needs a websocket; use password or none")
    login = auth == "password"
    return Broker(
        host=url.hostname,
        port=url.port or SCHEMES[url.scheme],
        tls=SCHEMES[url.scheme] == 8883,
        username=text("MQTT_BROKER_USERNAME") if login else None,
        password=text("MQTT_BROKER_PASSWORD") if login else None,
        ca_file=text("MQTT_BROKER_TLS_CA_CERT_FILE") or None,
        cert_file=text("MQTT_BROKER_TLS_CERT_FILE") or None,
        key_file=text("MQTT_BROKER_TLS_KEY_FILE") or None,
        skip_verify=text("MQTT_BROKER_TLS_SKIP_VERIFY").lower() in ("1", "t", "true"),
    )


def json_strings(name: str, value: str, default: Mapping[str, str]) -> Mapping[str, str]:
    """A JSON object of strings; `default` where `value` is empty. Raises ValueError."""
    if not value:
        return default
    try:
        pairs = json.loads(value)
    except ValueError as error:
        raise ValueError(f"{name} is not JSON: {error}") from None
    if not isinstance(pairs, dict) or not all(isinstance(item, str) for item in pairs.values()):
        raise ValueError(f"{name} is no JSON object of strings")
    return pairs
