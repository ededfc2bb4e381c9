"""The environment that the real service reads: `INGRESS_` names (facts B9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Config:
    """Settings by the real ones' defaults; sizes in bytes, times in seconds."""

    web_port: int = 3000
    metrics_port: int = 8080
    auth: bool = True
    kafka_brokers: str = "kafka:29092"
    announce_topic: str = "platform.upload.announce"
    tracker_topic: str = "platform.payload-status"
    valid_upload_types: frozenset[str] = frozenset({"unit", "announce"})
    default_max_size: int = 104_857_600
    max_size_map: Mapping[str, str] = field(default_factory=dict)
    deny_listed_org_ids: frozenset[str] = frozenset()
    endpoint: str = "s3.amazonaws.com"
    use_ssl: bool = False
    access_key: str = ""
    secret_key: str = ""
    region: str = "us-east-1"
    bucket: str = "available"
    payload_tracker_url: str = "http://payload-tracker/v1/payloads/"
    http_client_timeout: float = 10.0
    commit: str = "notrunninginopenshift"

    def limit(self, service: str) -> int:
        """The largest part that `service` takes; 0 where the map's value is no number."""
        if service not in self.max_size_map:
            return self.default_max_size
        value = self.max_size_map[service]
        return int(value) if value.isdecimal() else 0


def read_config(environ: Mapping[str, str]) -> Config:
    """The configuration in `environ`. Raises ValueError naming the variable that is wrong."""
    known = Config()

    def text(name: str, default: str) -> str:
        return environ.get(f"INGRESS_{name}") or default

    def number(name: str, default: int) -> int:
        value = text(name, str(default))
        if not value.isdecimal():
            raise ValueError(f"INGRESS_{name} is no number: {value}")
        return int(value)

    def switch(name: str, default: bool) -> bool:
        return text(name, str(default)).lower() in ("1", "t", "true")

    if text("STAGERIMPLEMENTATION", "s3") != "s3":
        raise ValueError("INGRESS_STAGERIMPLEMENTATION: only s3 is known here")
    if not (environ.get("INGRESS_MINIOACCESSKEY") and environ.get("INGRESS_MINIOSECRETKEY")):
        raise ValueError("INGRESS_MINIOACCESSKEY and INGRESS_MINIOSECRETKEY must be set")
    try:
        max_size_map = {key: str(value) for key, value in json.loads(text("MAXSIZEMAP", "{}")).items()}
    except (ValueError, AttributeError) as error:
        raise ValueError(f"INGRESS_MAXSIZEMAP is no JSON object: {error}") from error
    return Config(
        web_port=number("WEBPORT", known.web_port),
        metrics_port=number("METRICSPORT", known.metrics_port),
        auth=switch("AUTH", known.auth),
        kafka_brokers=",".join(text("KAFKABROKERS", known.kafka_brokers).split()),
        announce_topic=text("KAFKAANNOUNCETOPIC", known.announce_topic),
        tracker_topic=text("KAFKATRACKERTOPIC", known.tracker_topic),
        valid_upload_types=frozenset(name.strip() for name in text("VALID_UPLOAD_TYPES", "unit,announce").split(",")),
        default_max_size=number("DEFAULTMAXSIZE", known.default_max_size),
        max_size_map=max_size_map,
        # White space separates here, so that "a,b" is one organization.
        deny_listed_org_ids=frozenset(text("DENY_LISTED_ORGIDS", "").split()),
        endpoint=text("MINIOENDPOINT", known.endpoint),
        use_ssl=switch("USESSL", known.use_ssl),
        access_key=text("MINIOACCESSKEY", ""),
        secret_key=text("MINIOSECRETKEY", ""),
        region=text("STORAGEREGION", known.region),
        bucket=text("STAGEBUCKET", known.bucket),
        payload_tracker_url=text("PAYLOADTRACKERURL", known.payload_tracker_url),
        http_client_timeout=float(number("HTTPCLIENTTIMEOUT", 10)),
        commit=environ.get("OPENSHIFT_BUILD_COMMIT") or known.commit,
    )
