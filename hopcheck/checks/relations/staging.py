"""Ingress and storage: what was uploaded is what is stored, announced and read back."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import Exchange, body, member, query
from hopcheck.checks.predicate import header
from hopcheck.checks.relations.collection import read_metadata
from hopcheck.checks.uploads import Upload, object_key, same_bytes
from hopcheck.trace import Event

SERVICE = re.compile(r"application/vnd\.redhat\.([a-z0-9-]+)\.([a-z0-9-]+)")
LEGACY = ("application/x-gzip; charset=binary", "application/gzip", "application/gzip; charset=binary")


@clause("ING-07")
def success_is_accepted(told: Told) -> Judged:
    """An upload is answered 202, except 201 for the advisor service without metadata."""
    for upload in _taken(told):
        service, _ = routing(upload)
        asked = 201 if service == "advisor" and upload.metadata is None else 202
        yield seen(*upload.post.events)
        if upload.post.status != asked:
            yield Violation(upload.post.answered, str(asked), str(upload.post.status))


@clause("ING-08")
def answer_names_request_and_org(told: Told) -> Judged:
    """The answer bears the request id and the identity's account and org id; an absent account is left out."""
    for upload in _taken(told):
        answer, identity = body(upload.post.answered), _identity(upload)
        yield seen(*upload.post.events)
        asked = {"request_id": upload.request_id, "org_id": _org(identity)}
        got = {"request_id": member(answer, "request_id"), "org_id": member(answer, "upload", "org_id")}
        if asked != got:
            yield Violation(upload.post.answered, str(asked), str(got))
        account = member(identity, "account_number") or None
        if "account_number" in (member(answer, "upload") or {}) and not account:
            yield Violation(upload.post.answered, "no account_number", "one")
        elif account != (member(answer, "upload", "account_number") or None):
            yield Violation(
                upload.post.answered,
                f"account_number {account}",
                str(member(answer, "upload", "account_number") or "none"),
            )


@clause("ING-09")
def accepted_upload_is_announced_once(told: Told) -> Judged:
    """Each accepted upload yields one announce, with its service in the header."""
    for upload in _taken(told):
        yield seen(upload.post.answered, *upload.announces)
        if len(upload.announces) != 1 and (upload.announces or not without_kafka(told, upload)):
            yield Violation(
                upload.post.answered, "one announce", str(len(upload.announces)), absent=not upload.announces
            )
        for announce in upload.announces:
            if announce.attrs.get("headers") != [["service", routing(upload)[0]]]:
                yield Violation(
                    announce, f"the one header service={routing(upload)[0]}", str(announce.attrs.get("headers"))
                )


@clause("ING-10")
def announce_tells_the_upload(told: Told) -> Judged:
    """Ids, type, size and identity in the announce are those of the upload."""
    for upload in _taken(told):
        org = _org(_identity(upload))
        asked = {
            "request_id": upload.request_id,
            "org_id": org,
            "principal": org,
            "content_type": upload.file and upload.file.content_type,
            "b64_identity": member(header(upload.post.asked, "x-rh-identity"), "digest"),
        }
        if upload.file is not None and not _redacted(upload.post.asked):
            asked["size"] = len(upload.file.data)
        for announce in upload.announces:
            record = body(announce)
            got = {name: member(record, name) for name in asked}
            got["b64_identity"] = member(record, "b64_identity", "digest")
            yield seen(announce)
            if wrong := [name for name in asked if got[name] != asked[name]]:
                yield Violation(
                    announce, ", ".join(f"{n} {asked[n]}" for n in wrong), ", ".join(f"{n} {got[n]}" for n in wrong)
                )
            if lacking := {"account", "url", "timestamp", "metadata"} - set(record or {}):
                yield Violation(announce, "account, url, timestamp and metadata", f"without {sorted(lacking)}")


@clause("ING-11")
def announce_follows_the_object(told: Told) -> Judged:
    """Nothing is announced before the store has taken the object.

    The announce's observer lags, so an announce seen before the store's answer was certainly sent before it.
    """
    for upload in told.attribution.uploads.by_key.values():
        for announce in upload.announces:
            stored = [e.answered.seq for e in upload.puts if e.answered is not None and e.status == 200]
            yield seen(announce)
            if not stored or announce.seq < stored[0]:
                yield Violation(announce, "the object stored before", "announced first" if stored else "not stored")


@clause("ING-12")
def queue_key_is_the_record_key(told: Told) -> Judged:
    """The record's key is the metadata's queue_key; without one there is none."""
    for upload in told.attribution.uploads.by_key.values():
        asked = (read_metadata(upload) or {}).get("queue_key")
        for announce in upload.announces:
            yield seen(announce)
            if (got := announce.attrs.get("key")) != asked:
                yield Violation(announce, f"key {asked}", str(got))


@clause("ING-17")
def only_what_is_not_stored_is_a_failure(told: Told) -> Judged:
    """A 500 is for what the store did not take; whoever is answered so sends the upload once more."""
    for upload in told.attribution.uploads.by_key.values():
        if upload.post.status != 500:
            continue
        yield seen(*upload.post.events)
        stored = [put.answered for put in upload.puts if put.status == 200]
        if stored and len(stored) == len(upload.puts):
            yield Violation(upload.post.answered, "500 where staging fails", "500, and the object is stored")


@clause("ING-14")
def nothing_is_left_of_a_test(told: Told) -> Judged:
    """Of what was answered as a test nothing is stored, announced or tracked."""
    statuses = _statuses(told)
    for upload in told.attribution.uploads.by_key.values():
        if upload.post.status != 200 or _accepted(upload):
            continue
        yield seen(*upload.post.events)
        left = [*(put.asked for put in upload.puts), *upload.announces, *statuses[upload.request_id]]
        for event in left:
            yield Violation(event, "nothing after a test", f"{told.history.name(event)} of {upload.request_id}")


@clause("ING-16")
def tracker_is_told_twice(told: Told) -> Judged:
    """An accepted upload yields the statuses received, then success."""
    statuses = _statuses(told)
    for upload in _taken(told):
        own = statuses[upload.request_id]
        ordered = sorted(own, key=lambda e: e.attrs.get("offset", 0))
        names = [member(body(e), "status") for e in ordered if member(body(e), "service") == "ingress"]
        lost = names in ([], ["received"])
        yield seen(upload.post.answered, *own)
        if names != ["received", "success"] and not (lost and without_kafka(told, upload)):
            yield Violation(
                own[-1] if own else upload.post.answered,
                "received, success",
                ", ".join(map(str, names)),
                absent=lost,
            )


@clause("ING-18")
def kafka_may_be_away(told: Told) -> Judged:
    """What is uploaded while Kafka is away is taken, and announced once it is back."""
    for upload in told.attribution.uploads.by_key.values():
        if not without_kafka(told, upload):
            continue
        yield seen(*upload.post.events, *upload.announces)
        if upload.post.status is None or upload.post.status >= 500:
            yield Violation(upload.post.answered, "201 or 202 while Kafka is away", str(upload.post.status))
        elif _accepted(upload) and not upload.announces:
            yield Violation(upload.post.answered, "an announce once Kafka is back", "none", absent=True)


@clause("STO-01")
def object_is_the_part(told: Told) -> Judged:
    """The object's key is the request id, its bytes are the part's, its type is gzip."""
    for upload, put in _puts(told):
        yield seen(put.asked)
        if upload.request_id != object_key(put.asked):
            yield Violation(put.asked, f"key {upload.request_id}", object_key(put.asked))
        if (got := header(put.asked, "content-type")) != "application/gzip":
            yield Violation(put.asked, "content type application/gzip", str(got))
        content = object_content(put.asked)
        if (
            upload.file is not None
            and content is not None
            and not same_bytes(upload.file, put.asked)
            and sha256(content).hexdigest() != upload.file.sha256
        ):
            yield Violation(put.asked, f"the part's bytes, digest {upload.file.sha256}", sha256(content).hexdigest())


@clause("STO-02")
def object_has_user_metadata(told: Told) -> Judged:
    """The object carries the request id, the account and the org id."""
    for upload, put in _puts(told):
        identity = _identity(upload)
        asked = {
            "requestid": upload.request_id,
            "account": member(identity, "account_number") or "",
            "org": _org(identity),
        }
        got = {name: header(put.asked, f"x-amz-meta-{name}") for name in asked}
        got["account"] = got["account"] or ""
        yield seen(put.asked)
        if got != asked:
            yield Violation(put.asked, str(asked), str(got))


@clause("STO-03")
def announced_url_gives_the_object(told: Told) -> Judged:
    """A GET of the announced url, without credentials of its own, returns the object."""
    for upload in told.attribution.uploads.by_key.values():
        urls = [str(member(body(e), "url")) for e in upload.announces]
        for get in upload.gets:
            if not urls or get.answered is None:
                continue
            yield seen(*get.events)
            split = urlsplit(urls[0])
            asked = f"{split.netloc}{split.path}" + (f"?{split.query}" if split.query else "")
            if (got := f"{header(get.asked, 'host')}{get.asked.attrs.get('target')}") != asked:
                yield Violation(get.asked, f"GET of {asked}", got, role="playbook-dispatcher")
            elif header(get.asked, "authorization") is not None:
                yield Violation(get.asked, "no Authorization header", "one", role="playbook-dispatcher")
            elif stored := [put.asked for put in upload.puts if put.status == 200]:
                put = _object(stored[-1], object_content(stored[-1]))
                got = _object(get.answered, get.answered.payload.data if get.answered.payload is not None else None)
                if get.status != 200 or get.answered.payload is None or got != put:
                    yield Violation(get.answered, f"200, {put}", f"{get.status}, {got}")


def routing(upload: Upload) -> tuple[str | None, str | None]:
    """Service and category that a part's content type stands for."""
    content_type = (upload.file.content_type or "") if upload.file is not None else ""
    if content_type in LEGACY:
        return "advisor", "upload"
    found = SERVICE.search(content_type)
    return (found[1], found[2]) if found else (None, None)


def object_content(put: Event) -> bytes | None:
    """What a PUT stores: its body, without the framing of a signed stream; None where nothing was recorded."""
    if put.payload is None:
        return None
    framed = "aws-chunked" in str(header(put, "content-encoding") or "") or str(
        header(put, "x-amz-content-sha256") or ""
    ).startswith("STREAMING-")
    return b"".join(_chunks(put.payload.data)) if framed else put.payload.data


def _object(event: Event, content: bytes | None) -> str:
    """What was put or got, bytes and type; of redacted secrets equal ones look equal."""
    told = "nothing" if content is None else f"{len(content)} bytes with digest {sha256(content).hexdigest()[:12]}"
    return f"{told}, content-type {header(event, 'content-type')}"


def _chunks(data: bytes) -> Iterator[bytes]:
    while data:
        head, _, rest = data.partition(b"\r\n")
        try:
            size = int(head.partition(b";")[0], 16)
        except ValueError:
            return
        if size == 0:
            return
        yield rest[:size]
        data = rest[size + 2 :]


def _redacted(event: Event) -> bool:
    return event.payload is not None and event.payload.size != len(event.payload.data)


def _taken(told: Told) -> list[Upload]:
    return [each for each in told.attribution.uploads.by_key.values() if _accepted(each)]


def _accepted(upload: Upload) -> bool:
    """Whether an upload was taken and is no mere test of the connection."""
    return upload.post.status in (201, 202) or (
        upload.post.status == 200 and upload.file is not None and query(upload.post.asked, "test") != "test"
    )


def _statuses(told: Told) -> defaultdict[Any, list[Event]]:
    """What the payload tracker was told, by request id."""
    statuses = defaultdict(list)
    for event in told.history.named("kafka.payloadStatus"):
        statuses[member(body(event), "request_id")].append(event)
    return statuses


def without_kafka(told: Told, upload: Upload) -> bool:
    """Whether the kit had taken Kafka away from before an upload until after its answer."""
    end = upload.post.asked if upload.post.answered is None else upload.post.answered
    away, back = ([e.seq for e in told.history.kit(op) if e.attrs.get("what") == "kafka"] for op in ("away", "back"))
    return any(
        start < upload.post.asked.seq and end.seq < min((stop for stop in back if stop > start), default=sys.maxsize)
        for start in away
    )


def whole_puts(upload: Upload) -> list[Exchange]:
    """The upload's PUTs that went out to the end: storage that is away lets no body come."""
    return [put for put in upload.puts if put.asked.attrs.get("complete") is not False]


def _puts(told: Told) -> list[tuple[Upload, Exchange]]:
    return [(upload, put) for upload in told.attribution.uploads.by_key.values() for put in whole_puts(upload)]


def _identity(upload: Upload) -> Any:
    return member(header(upload.post.asked, "x-rh-identity"), "decoded", "identity")


def _org(identity: Any) -> Any:
    return member(identity, "org_id") or member(identity, "internal", "org_id")
