"""`GET …/track/{requestID}`: what the payload tracker knows of an upload (facts B8)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from typing import Any

from fakes.identity import Identity
from fakes.ingress.config import Config
from fakes.ingress.upload import Refused

SHOWN = ("status_msg", "date", "inventory_id", "service", "status")


def track(config: Config, identity: Identity, request_id: str, verbosity: str) -> Any:
    """The newest status of the upload, or all of them from `verbosity` 2 on. Raises Refused."""
    try:
        uuid.UUID(request_id)
    except ValueError:
        raise Refused(400, "request id is not an uuid") from None
    document = ask(config.payload_tracker_url + request_id, config.http_client_timeout)
    entries = document.get("data")
    if not entries:
        raise Refused(404)
    newest = entries[0]
    if newest.get("org_id") != identity.org_id and identity.type != "Associate":
        raise Refused(403)
    if verbosity.isdecimal() and int(verbosity) >= 2:
        return document
    return {name: newest.get(name, "") for name in SHOWN}


def ask(url: str, timeout: float) -> dict[str, Any]:
    """The tracker's answer. Raises Refused (500) where there is none that can be read."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            document = json.load(answer)
    except (OSError, ValueError) as error:
        raise Refused(500) from error
    if not isinstance(document, dict):
        raise Refused(500)
    return document
