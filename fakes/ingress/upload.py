"""`POST …/upload`, step by step in the real service's order (facts B3)."""

from __future__ import annotations

import logging
import random
import re
import socket
import string
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Request

from fakes.identity import NOBODY, Identity, read_identity
from fakes.ingress import announce, metadata, status
from fakes.ingress.announce import Upload
from fakes.ingress.config import Config
from fakes.ingress.content_type import Route, route
from fakes.ingress.kafka import Sink
from fakes.ingress.staging import Stage, StagingFailed

log = logging.getLogger(__name__)
TEST_DOCUMENT = re.compile(rb'\{\s*"test"\s*:\s*"test"\s*\}')


class Refused(Exception):
    """An upload that is turned away: HTTP `status` and the plain `text` of its body."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(f"{status} {text}".strip())
        self.status, self.text = status, text


@dataclass(frozen=True, slots=True)
class Ingress:
    """A running service: its settings and the two places it writes to."""

    config: Config
    stage: Stage
    sink: Sink


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: HTTP `status` and JSON `body`."""

    status: int
    body: dict[str, Any]


def receive(ingress: Ingress, request: Request) -> Answer:
    """Take one upload. Raises Refused and BadIdentity."""
    config = ingress.config
    identity = identity_of(config, request)
    request_id = request_id_of(request)
    if is_test(request):
        return Answer(200, success_body(request_id, identity))
    if identity.org_id in config.deny_listed_org_ids:
        raise Refused(403, "Upload denied. Please contact Red Hat Support.")
    part = payload_part(request)
    target = accepted_route(config, part)
    size = size_of(part)
    check_size(config, target.service, size)
    sent = metadata_part(request)
    described = metadata.parse(sent, datetime.now(UTC)) if sent is not None else None
    upload = Upload(
        request_id,
        identity,
        target.service,
        target.category,
        part.content_type or "",
        size,
        described or metadata.NO_METADATA,
    )
    hand_over(ingress, upload, cast(BinaryIO, part.stream))
    return Answer(success_status(target.service, sent), success_body(request_id, identity))


def hand_over(ingress: Ingress, upload: Upload, stream: BinaryIO) -> None:
    """Stage first, announce after: whoever hears of the object can read it (ING-11)."""
    config, sink = ingress.config, ingress.sink
    sink.send(status.received(config.tracker_topic, upload, datetime.now(UTC)))
    try:
        url = ingress.stage.put(upload.request_id, stream, upload.identity)
    except StagingFailed as error:
        log.error("staging %s: %s", upload.request_id, error)
        raise Refused(500) from error
    sink.send(status.success(config.tracker_topic, upload, datetime.now(UTC)))
    sink.send(announce.announcement(config.announce_topic, upload, url, datetime.now(UTC)))


def identity_of(config: Config, request: Request) -> Identity:
    """The caller, nobody where authentication is off. Raises BadIdentity."""
    return read_identity(request.headers.get("x-rh-identity")) if config.auth else NOBODY


def request_id_of(request: Request) -> str:
    """The caller's request id verbatim, or a new `<host name>/<10 characters>-<6 digits>`."""
    sent = request.headers.get("x-rh-insights-request-id")
    if sent:
        return sent
    word = "".join(random.choices(string.ascii_letters + string.digits, k=10))
    return f"{socket.gethostname()}/{word}-{random.randrange(10**6):06}"


def is_test(request: Request) -> bool:
    """Whether this only tries the connection (ING-14). Leaves a multipart body unread."""
    if request.args.get("test") == "test":
        return True
    if request.mimetype == "application/x-www-form-urlencoded":
        return request.form.get("test") == "test"
    if request.headers.get("Content-Type") == "application/json":
        return TEST_DOCUMENT.search(request.get_data()) is not None
    return False


def payload_part(request: Request) -> FileStorage:
    """The file part `file`, else `upload` (ING-03). A part without a file name is no file."""
    for name in ("file", "upload"):
        for part in request.files.getlist(name):
            if part.filename:
                return part
    raise Refused(400, "File or upload field not found")


def accepted_route(config: Config, part: FileStorage) -> Route:
    """Where the part goes (ING-04)."""
    target = route(part.content_type or "")
    if target is None or target.service not in config.valid_upload_types:
        raise Refused(415)
    return target


def size_of(part: FileStorage) -> int:
    """The part's size in bytes; the stream is left at its start."""
    size = part.stream.seek(0, 2)
    part.stream.seek(0)
    return size


def check_size(config: Config, service: str, size: int) -> None:
    """Refuse what is above the service's limit; the text names the default one all the same (ING-06)."""
    if size > config.limit(service):
        raise Refused(413, f"File exceeds maximum file size ({config.default_max_size}) for upload: {size}")


def metadata_part(request: Request) -> bytes | None:
    """The part `metadata`, sent as a file or as a form value."""
    part = request.files.get("metadata")
    if part is not None:
        return part.stream.read()
    value = request.form.get("metadata")
    return None if value is None else value.encode()


def success_status(service: str, sent_metadata: bytes | None) -> int:
    """201 for old clients, 202 for all others (ING-07)."""
    return 201 if service == "advisor" and sent_metadata is None else 202


def success_body(request_id: str, identity: Identity) -> dict[str, Any]:
    """The request id and who uploaded; what is empty is left out (ING-08)."""
    who = {"account_number": identity.account, "org_id": identity.org_id}
    return {"request_id": request_id, "upload": {name: value for name, value in who.items() if value}}
