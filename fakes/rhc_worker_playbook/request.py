"""What a message asks for: the metadata of a Dispatch (facts 3.2)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from fakes.rhc import duration

log = logging.getLogger(__name__)

DEFAULT_INTERVAL = "300"


class BadRequest(ValueError):
    """Metadata with which nothing can be run nor told (H-044)."""


@dataclass(frozen=True, slots=True)
class Request:
    """`response_interval` in seconds; 0 and less means one upload, at the end."""

    message_id: str
    return_url: str
    correlation_id: str
    response_interval: float


def read(message_id: str, metadata: Mapping[str, str], configured_interval: float = 0.0) -> Request:
    """A configured interval above 0 wins over the message's. Raises BadRequest."""
    for key in ("return_url", "crc_dispatcher_correlation_id"):
        if key not in metadata:
            raise BadRequest(f"invalid metadata: missing {key}")
    correlation_id = metadata["crc_dispatcher_correlation_id"]
    if "/" in correlation_id or correlation_id in ("", ".", ".."):
        # It names files; upstream would follow it anywhere.
        raise BadRequest(f"invalid metadata: {correlation_id!r} cannot name a run")
    interval = configured_interval if configured_interval > 0 else response_interval(metadata)
    return Request(message_id, metadata["return_url"], correlation_id, interval)


def response_interval(metadata: Mapping[str, str]) -> float:
    """Seconds; the text with ``s`` behind it is a Go duration, so ``5m`` is five milliseconds. Raises BadRequest."""
    text = metadata.get("response_interval")
    if text is None:
        log.warning("no response_interval in the metadata, using %s", DEFAULT_INTERVAL)
        text = DEFAULT_INTERVAL
    try:
        return duration.parse(text + "s")
    except ValueError as error:
        raise BadRequest(f"cannot parse response interval: {error}") from error
