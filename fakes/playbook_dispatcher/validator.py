"""From an announced upload to its verdict and the update for the response consumer (facts A.8)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from fakes.outbound import Outbound, Unreachable
from fakes.playbook_dispatcher import upload
from fakes.playbook_dispatcher.config import Config
from fakes.playbook_dispatcher.record import (
    ANNOUNCE,
    CORRELATION_ID,
    REQUEST_ID,
    SERVICES,
    UPDATES,
    VALIDATION,
    Record,
)

TEXTS = ("account", "category", "request_id", "org_id", "service", "url", "id", "b64_identity", "timestamp")

log = logging.getLogger(__name__)

Fetch = Callable[[str], bytes]


class Validator:
    """Handles one announce at a time, in their order."""

    topic = ANNOUNCE

    def __init__(self, config: Config, fetch: Fetch | None = None) -> None:
        self._config = config
        self._fetch = fetch or Storage(config).fetch

    def handle(self, record: Record) -> Iterator[Record]:
        """What is to be published, in order: the reply first (SRV-068)."""
        service = record.headers.get("service")
        if service not in SERVICES:
            if service is None:
                log.warning("announce without a service header skipped")
            return
        announce = parse_announce(record.value)
        if announce is None or announce.get("org_id", "") in self._config.blocklist_org_ids:
            return
        try:
            update = judge(announce, service, self._config.artifact_max_size, self._fetch)
        except upload.Rejected as error:
            log.info("upload %s rejected: %s", announce.get("request_id"), error)
            yield validation(announce, "failure")
        except upload.Lost as error:
            log.error("upload %s lost: %s", announce.get("request_id"), error)
        else:
            yield validation(announce, "success")
            yield update


class Storage:
    """Where uploads are fetched from: one connection a host is kept."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._origins: dict[str, Outbound] = {}
        self._lock = threading.Lock()

    def fetch(self, url: str) -> bytes:
        """The content, whatever the HTTP status; tried again on transport errors only. Raises Lost (SRV-063)."""
        parts = urlsplit(url)
        with self._lock:
            outbound = self._origins.setdefault(
                f"{parts.scheme}://{parts.netloc}",
                Outbound(f"{parts.scheme}://{parts.netloc}", timeout=self._config.storage_timeout),
            )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        error: Unreachable | None = None
        for _ in range(self._config.storage_retries):
            try:
                return outbound.request("GET", target).body
            except Unreachable as failed:
                error = failed
        raise upload.Lost(f"cannot be fetched: {error}")

    def close(self) -> None:
        """Close every connection."""
        for outbound in self._origins.values():
            outbound.close_all()


def parse_announce(value: bytes) -> dict[str, Any] | None:
    """The fields that Dispatcher knows; None where the message does not parse, and is dropped."""
    try:
        announce = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        log.error("announce is not JSON: %s", error)
        return None
    if not isinstance(announce, dict):
        log.error("announce is no object")
        return None
    known = {name: announce[name] for name in (*TEXTS, "size", "metadata") if announce.get(name) is not None}
    # As a typed decoder would: one field of another type, and the whole message is gone.
    strange = [name for name in TEXTS if not isinstance(known.get(name, ""), str)]
    if type(known.get("size", 0)) is not int:
        strange.append("size")
    metadata = known.get("metadata", {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        strange.append("metadata")
    if strange:
        log.error("announce dropped, unexpected type of %s", ", ".join(strange))
        return None
    return known


def judge(announce: dict[str, Any], service: str, limit: int, fetch: Fetch) -> Record:
    """The update that an accepted upload becomes. Raises Rejected, Lost."""
    size = announce.get("size", 0)
    if not 0 < size <= limit:
        raise upload.Rejected(f"size {size} is not 1 to {limit}")
    events = upload.parse(upload.decompress(fetch(announce.get("url", ""))), service)
    correlation_id = upload.correlation_id(events, service)
    return Record(
        UPDATES,
        orjson.dumps(
            {
                "org_id": announce.get("org_id", ""),
                "request_id": announce.get("request_id", ""),
                "b64_identity": announce.get("b64_identity", ""),
                "upload_timestamp": announce.get("timestamp", ""),
                "events": [upload.keep_known(event, service) for event in events],
            }
        ),
        correlation_id,
        {REQUEST_ID: announce.get("request_id", ""), CORRELATION_ID: correlation_id, "service": service},
    )


def validation(announce: dict[str, Any], verdict: str) -> Record:
    """The reply: what was announced, and `success` or `failure`."""
    reply = {"account": ""} | announce | {"validation": verdict}
    return Record(VALIDATION, orjson.dumps(reply), reply["account"])
