"""What insights-client is asked for most: to collect, with or without registering, and how it is connected."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from fakes.insights_client import VERSION
from fakes.insights_client.quick import facts, https
from fakes.insights_client.quick.archive import tar_gz
from fakes.insights_client.quick.site import Site, Unknown, read

FOLDER = Path("/etc/insights-client")
REGISTERED, UNREGISTERED = FOLDER / ".registered", FOLDER / ".unregistered"
ANSWER, TAKEN = FOLDER / ".last-upload.results", FOLDER / ".lastupload"
UPLOAD, PING = "/ingress/v1/upload", "/apicast-tests/ping"
COLLECTION = "application/vnd.redhat.advisor.collection+tgz"
ACCEPTED, CONNECTED = (200, 202), (200, 201, 202)
_KNOWN = {"--register", "--disable-schedule", "--status", "--test-connection", "--quiet", "--silent", "--verbose"}


def knows(arguments: Sequence[str]) -> bool:
    """Whether this is asked for something known here; ``--disable-schedule`` alone collects nothing."""
    return _KNOWN.issuperset(arguments) and ("--disable-schedule" not in arguments or "--register" in arguments)


def run(arguments: Sequence[str]) -> int:
    """Exit status 0 or 1. Raises Unknown, with nothing done, for a configuration or a host that is not known here."""
    site = read()
    try:
        known = facts.canonical()
    except (OSError, ValueError) as error:
        raise Unknown(str(error)) from error
    if "--test-connection" in arguments:
        return 0 if connected(site) else 1
    registered = REGISTERED.is_file()
    if "--status" in arguments:
        _say(arguments, f"This host is {'' if registered else 'un'}registered.")
        return 0 if registered else 1
    if not registered and "--register" not in arguments:
        _complain(arguments, "This host is unregistered. Use --register to register this host.")
        return 1
    name = str(known["fqdn"])
    _say(arguments, f"Starting to collect Insights data for {name}")
    top = f"insights-{name}-{time.strftime('%Y%m%d%H%M%S')}"
    archive = tar_gz({f"{top}/{file}": data for file, data in collected(name).items()}, int(time.time()))
    _say(arguments, "Uploading Insights data.")
    try:
        body, content_type = form(f"{top}.tar.gz", archive, json.dumps(known))
        answer = https.ask(site, "POST", UPLOAD, body, content_type)
    except (OSError, ValueError) as error:
        _complain(arguments, f"Upload failed: {error}")
        return 1
    if answer.status not in ACCEPTED:
        _complain(arguments, f"Upload failed: {answer.status}: {answer.reason}")
        return 1
    remember(answer.body)
    _say(arguments, f"Successfully uploaded report for {name}.")
    return 0


def connected(site: Site) -> bool:
    """Whether upload URL and ping answer well; the second is asked whatever the first one said (H-073)."""
    body, content_type = form("test.tar.gz", b"", json.dumps({"test": "test"}))
    try:
        answers = [https.ask(site, "POST", UPLOAD, body, content_type), https.ask(site, "GET", PING)]
    except (OSError, ValueError) as error:
        print(f"Connectivity test failed! {error}", file=sys.stderr)
        return False
    good = all(answer.status in CONNECTED for answer in answers)
    print(f"Connectivity tests completed {'successfully' if good else 'with some errors'}")
    return good


def collected(name: str) -> dict[str, bytes]:
    """The files of an archive, by their names below its top folder; those that this host has not are left out."""
    now, system = time.strftime("%a %b %e %H:%M:%S UTC %Y", time.gmtime()), " ".join(os.uname())
    files = {
        "insights_archive.txt": b"",
        "data/version_info": json.dumps({"core_version": VERSION, "client_version": None}).encode(),
        "data/branch_info": json.dumps(facts.BRANCH).encode(),
        "data/insights_commands/hostname_-f": name.encode(),
        "data/insights_commands/date_--utc": now.encode(),
        "data/insights_commands/uname_-a": system.encode(),
    }
    copied = (Path("/etc/os-release"), facts.SYSTEM_ID, facts.CLIENT_ID)
    return files | {f"data{file}": file.read_bytes() for file in copied if file.is_file()}


def form(name: str, archive: bytes, metadata: str) -> tuple[bytes, str]:
    """A multipart body with an archive and its metadata, and its content type (H-069)."""
    boundary = os.urandom(16).hex()
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {COLLECTION}\r\n\r\n"
    )
    rest = (
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="metadata"; filename="metadata"\r\n\r\n'
        f"{metadata}\r\n--{boundary}--\r\n"
    )
    return head.encode() + archive + rest.encode(), f"multipart/form-data; boundary={boundary}"


def remember(answer: bytes) -> None:
    """An upload that was taken is the registration, then the answer is kept, and when it came (facts 5.5)."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S")
    UNREGISTERED.unlink(missing_ok=True)
    if not REGISTERED.exists():
        REGISTERED.write_text(now)
    for file, content in ((ANSWER, answer), (TAKEN, now.encode())):
        file.write_bytes(content)
        file.chmod(0o644)


def _say(arguments: Sequence[str], line: str) -> None:
    if not {"--quiet", "--silent"}.intersection(arguments):
        print(line, flush=True)


def _complain(arguments: Sequence[str], line: str) -> None:
    if "--silent" not in arguments:
        print(line, file=sys.stderr)
