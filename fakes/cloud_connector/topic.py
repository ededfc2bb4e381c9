"""MQTT topics: `{prefix}/insights/{client_id}/{control|data}/{in|out}` (facts A7)."""

from __future__ import annotations

from dataclasses import dataclass

CONTROL, DATA = "control", "data"


@dataclass(frozen=True, slots=True)
class Sender:
    """The host that published, and whether on its `control` or its `data` topic."""

    client_id: str
    kind: str


def to_host(prefix: str, client_id: str, kind: str) -> str:
    """The topic a host listens on (CON-23, CON-27)."""
    return f"{prefix}/insights/{client_id}/{kind}/in"


def subscriptions(prefix: str) -> list[str]:
    """The filters for everything that hosts publish (CON-29)."""
    return [f"{prefix}/insights/+/{kind}/out" for kind in (CONTROL, DATA)]


def sender(prefix: str, topic: str) -> Sender | None:
    """Who published on `topic`; None where no host of ours does (CON-32)."""
    segments = topic.split("/")
    if len(segments) != 5:
        return None
    first, insights, client_id, kind, direction = segments
    if (first, insights, direction) != (prefix, "insights", "out") or kind not in (CONTROL, DATA):
        return None
    return Sender(client_id, kind)
