"""Wrong ways to be Ingress."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fakes.faults._ends import dies
from fakes.faults.seam import around, put
from fakes.identity import BadIdentity
from fakes.ingress import announce, app, config, metadata, staging, status, upload
from fakes.ingress.content_type import Route
from fakes.ingress.kafka import Producer, Record
from fakes.ingress.staging import S3Stage


def stores_altered_bytes() -> None:
    """The object has an empty line that the part had not."""

    @around(S3Stage, "put")
    def _(put_object: Any, stage: S3Stage, request_id: str, stream: Any, *rest: Any) -> Any:
        return put_object(stage, request_id, io.BytesIO(stream.read() + b"\n"), *rest)


def stores_under_another_key() -> None:
    """The object's key is not the request id alone."""

    @around(S3Stage, "__init__")
    def _(init: Any, stage: S3Stage, config: Any) -> None:
        init(stage, config)
        client = stage._client
        put_object, presign = client.put_object, client.generate_presigned_url
        client.put_object = lambda **named: put_object(**named | {"Key": f"uploads/{named['Key']}"})
        client.generate_presigned_url = lambda method, Params, ExpiresIn: presign(
            method, Params=Params | {"Key": f"uploads/{Params['Key']}"}, ExpiresIn=ExpiresIn
        )


def stores_as_another_type() -> None:
    """The object's content type is not gzip."""
    put(staging, "OBJECT_TYPE", "application/octet-stream")


def presigns_for_a_minute() -> None:
    """The announced URL is good for sixty seconds."""
    put(staging, "URL_LIFETIME", 60)


def announces_twice() -> None:
    """Each upload is announced, then announced again."""

    @around(upload, "hand_over")
    def _(hand_over: Any, ingress: Any, *rest: Any) -> None:
        hand_over(replace(ingress, sink=_Twice(ingress.sink, ingress.config.announce_topic)), *rest)


def announces_with_another_header() -> None:
    """The service is in a header of another name."""

    @around(announce, "announcement")
    def _(announcement: Any, *arguments: Any) -> Any:
        record = announcement(*arguments)
        return replace(record, headers=(("Service", record.headers[0][1]),))


def announces_with_one_header_more() -> None:
    """The announce has a header beside the service."""

    @around(announce, "announcement")
    def _(announcement: Any, *arguments: Any) -> Any:
        record = announcement(*arguments)
        return replace(record, headers=(*record.headers, ("reporter", b"ingress")))


def announces_without_storing() -> None:
    """What is announced was never stored."""

    @around(S3Stage, "__init__")
    def _(init: Any, stage: S3Stage, config: Any) -> None:
        init(stage, config)
        stage._client.put_object = lambda **_: None


def answers_200() -> None:
    """An upload that was taken is answered 200."""

    @around(upload, "success_status")
    def _(*_: Any) -> int:
        return 200


def answers_without_the_account() -> None:
    """The answer names the org alone."""

    @around(upload, "success_body")
    def _(success_body: Any, request_id: str, identity: Any) -> Any:
        return success_body(request_id, replace(identity, account=""))


def puts_all_in_one_category() -> None:
    """The category is not the content type's."""

    @around(upload, "route")
    def _(route: Any, content_type: str) -> Any:
        found = route(content_type)
        return found and Route(found.service, "upload")


def announces_another_size() -> None:
    """The size announced is that of the part and its last line break."""
    _announces(lambda value: value | {"size": value["size"] + 2})


def keys_by_org() -> None:
    """A record without a queue key has the org's id for its key."""

    @around(announce, "announcement")
    def _(announcement: Any, topic: str, told: Any, *rest: Any) -> Any:
        record = announcement(topic, told, *rest)
        return replace(record, key=record.key or told.identity.org_id.encode())


def drops_metadata() -> None:
    """Of the metadata nothing but the reporter is passed on."""

    @around(metadata, "parse")
    def _(parse: Any, *arguments: Any) -> Any:
        found = parse(*arguments)
        return found and {name: found[name] for name in ("reporter", "stale_timestamp")}


def announces_a_list_in_metadata() -> None:
    """The metadata of the first playbook upload that is announced has a list in it."""
    known: list[str] = []

    def wrong(value: dict[str, Any]) -> dict[str, Any]:
        if value["service"] != "playbook" or known:
            return value
        known.append(value["request_id"])
        return value | {"metadata": value["metadata"] | {"mac_addresses": []}}

    _announces(wrong)


def tracks_no_success() -> None:
    """What became of an upload after it was received is never told."""

    @around(status, "success")
    def _(_success: Any, topic: str, told: Any, now: Any) -> Any:
        return status.received(topic, told, now)


def stores_without_the_org() -> None:
    """The object's user metadata lacks the org id."""

    @around(S3Stage, "put")
    def _(put_object: Any, stage: S3Stage, request_id: str, stream: Any, identity: Any) -> Any:
        return put_object(stage, request_id, stream, replace(identity, org_id=""))


def takes_what_is_too_large() -> None:
    """No upload is too large."""
    put(upload, "check_size", lambda *_: None)


def refuses_what_is_just_the_limit() -> None:
    """What is as large as its service allows is taken for too large."""

    @around(upload, "check_size")
    def _(check_size: Any, config: Any, service: str, size: int) -> None:
        check_size(config, service, size + 1)


def drops_the_queue_key() -> None:
    """A record has no key, whatever the metadata says."""

    @around(announce, "announcement")
    def _(announcement: Any, *arguments: Any) -> Any:
        return replace(announcement(*arguments), key=None)


def knows_no_listed_org() -> None:
    """No org is refused."""

    @around(config, "read_config")
    def _(read_config: Any, environ: Any) -> Any:
        return replace(read_config(environ), deny_listed_org_ids=frozenset())


def answers_503_where_staging_fails() -> None:
    """An upload that could not be stored is answered 503."""

    @around(upload, "hand_over")
    def _(hand_over: Any, *arguments: Any) -> None:
        try:
            hand_over(*arguments)
        except upload.Refused as refused:
            raise upload.Refused(503) from refused


def answers_500_though_stored() -> None:
    """What the store has taken is answered 500."""

    @around(S3Stage, "put")
    def _(put_object: Any, *arguments: Any) -> str:
        put_object(*arguments)
        raise staging.StagingFailed("taken all the same")


def takes_the_part_upload_first() -> None:
    """Of two parts the one named upload is taken."""

    @around(upload, "payload_part")
    def _(payload_part: Any, request: Any) -> Any:
        return request.files.get("upload") or payload_part(request)


def answers_202_to_old_clients() -> None:
    """What came without metadata for the advisor is answered 202."""
    put(upload, "success_status", lambda *_: 202)


def keeps_tests() -> None:
    """What only tries the connection is stored and announced like an upload."""

    @around(upload, "receive")
    def _(receive: Any, ingress: Any, request: Any) -> Any:
        answer = receive(ingress, request)
        if upload.is_test(request):
            who = upload.identity_of(ingress.config, request)
            kept = announce.Upload(answer.body["request_id"], who, "qpc", "test", "text/plain", 4, metadata.NO_METADATA)
            upload.hand_over(ingress, kept, io.BytesIO(b"test"))
        return answer


def refuses_empty_archives() -> None:
    """A part without a byte is no file."""

    @around(upload, "size_of")
    def _(size_of: Any, part: Any) -> Any:
        if not (size := size_of(part)):
            raise upload.Refused(400, "The file is empty")
        return size


def gives_up_on_kafka() -> None:
    """What Kafka does not take within a tenth of a second is forgotten."""
    put(Producer, "_delivered", lambda *_: None)

    @around(Producer, "send")
    def _(send: Any, producer: Any, record: Record) -> None:
        send(producer, record)
        # There are several records, and nobody waits for long.
        if producer._client.flush(0.1):
            producer._client.purge()


def refuses_while_kafka_is_away() -> None:
    """An upload whose records Kafka does not take within half a second is answered 503."""

    @around(Producer, "send")
    def _(send: Any, producer: Any, record: Record) -> None:
        send(producer, record)
        if producer._client.flush(0.5):
            raise upload.Refused(503)


def serves_below_one_path() -> None:
    """Nothing is served below the older path."""
    put(app, "BASES", app.BASES[:1])


def answers_401_to_nobody() -> None:
    """Who has no usable identity is answered 401, as the gateway does it."""

    @around(upload, "identity_of")
    def _(identity_of: Any, *arguments: Any) -> Any:
        try:
            return identity_of(*arguments)
        except BadIdentity as bad:
            raise upload.Refused(401, str(bad)) from bad


def answers_400_to_unknown_types() -> None:
    """A type that leads to no service is answered 400."""

    @around(upload, "accepted_route")
    def _(accepted_route: Any, *arguments: Any) -> Any:
        try:
            return accepted_route(*arguments)
        except upload.Refused as refused:
            raise upload.Refused(400, "Unknown type") from refused


def dies_at_an_upload() -> None:
    """The first upload ends the process."""
    put(upload, "hand_over", dies)


def _announces(wrong: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    @around(announce, "announced")
    def _(announced: Any, *arguments: Any) -> Any:
        return wrong(announced(*arguments))


class _Twice:
    """A sink that sends what goes to one topic two times."""

    def __init__(self, sink: Any, topic: str) -> None:
        self._sink, self._topic = sink, topic

    def send(self, record: Record) -> None:
        self._sink.send(record)
        if record.topic == self._topic:
            self._sink.send(record)
