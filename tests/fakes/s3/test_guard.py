from __future__ import annotations

import http.client
from contextlib import closing
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from fakes.s3.guard import Guard
from fakes.s3.signature import (
    Request,
    Scope,
    canonical_request,
    chunk_signature,
    request_signature,
    signing_key,
)

BUCKET = "insights-upload-perma"


def put(client, key="a/key", body=b"tarball", **more):
    return client.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType="application/gzip", **more)


def presigned(client, key="a/key", seconds=86400):
    parameters = {"Bucket": BUCKET, "Key": key}
    return client.generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds)


def fetch(url, method="GET", body=None, headers=()):
    parts = urlsplit(url)
    target = url.partition(parts.netloc)[2]
    with closing(http.client.HTTPConnection(parts.netloc, timeout=5)) as connection:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()


def later(monkeypatch, **delta):
    monkeypatch.setattr(Guard, "now", lambda self: datetime.now(UTC) + timedelta(**delta))


def test_what_was_put_is_read_back(client):
    put(client, Metadata={"requestid": "a/key", "account": "", "org": "5318290"})
    answer = client.get_object(Bucket=BUCKET, Key="a/key")
    assert answer["Body"].read() == b"tarball"
    assert answer["ContentType"] == "application/gzip"
    assert answer["Metadata"] == {"requestid": "a/key", "account": "", "org": "5318290"}


def test_presigned_url_needs_nothing_else(client):
    put(client)
    assert fetch(presigned(client)) == (200, b"tarball")


def test_awkward_key_is_one_object(client):
    put(client, key="a key/ü%2F+&=", body=b"odd")
    assert fetch(presigned(client, key="a key/ü%2F+&=")) == (200, b"odd")


@pytest.mark.parametrize(
    ("old", "new"),
    [("X-Amz-Signature=", "X-Amz-Signature=0"), ("Expires=86400", "Expires=86401"), ("a/key", "a/other")],
)
def test_altered_presigned_url_is_refused(client, old, new):
    put(client)
    status, document = fetch(presigned(client).replace(old, new))
    assert status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in document


def test_signature_covers_the_host(client):
    url = presigned(client)
    assert fetch(url, headers={"Host": "elsewhere:80"})[0] == 403


def test_signature_covers_the_method(client):
    assert fetch(presigned(client), "DELETE")[0] == 403


def test_url_without_its_query_is_refused(client):
    status, document = fetch(presigned(client).partition("?")[0])
    assert status == 403
    assert b"<Code>AccessDenied</Code>" in document


def test_expired_url_is_refused(client, monkeypatch):
    put(client)
    url = presigned(client)
    later(monkeypatch, seconds=86_390)
    assert fetch(url)[0] == 200
    later(monkeypatch, seconds=86_410)
    status, document = fetch(url)
    assert status == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in document


def test_url_from_the_future_is_refused(client, monkeypatch):
    url = presigned(client)
    later(monkeypatch, hours=-1)
    assert fetch(url)[0] == 403


@pytest.mark.parametrize("expires", ["0", "-1", "604801", "soon"])
def test_senseless_expiry_is_a_bad_request(client, expires):
    assert fetch(presigned(client).replace("=86400", f"={expires}"))[0] == 400


def test_presigned_query_must_be_whole(client):
    assert fetch(presigned(client).replace("X-Amz-Date", "X-Date"))[0] == 400


def test_wrong_secret_is_refused(connect):
    with pytest.raises(ClientError) as refused:
        put(connect(secret_key="guess"))
    assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_unknown_access_key_is_refused(connect):
    with pytest.raises(ClientError) as refused:
        put(connect(access_key="guess"))
    assert refused.value.response["Error"]["Code"] == "InvalidAccessKeyId"


def test_old_header_signature_is_refused(client, monkeypatch):
    later(monkeypatch, minutes=16)
    with pytest.raises(ClientError) as refused:
        client.list_objects_v2(Bucket=BUCKET)
    assert refused.value.response["Error"]["Code"] == "RequestTimeTooSkewed"


def test_refused_head_has_no_body(client):
    assert fetch(presigned(client), "HEAD") == (403, b"")


def test_refused_put_leaves_the_connection_usable(endpoint):
    with closing(http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=5)) as connection:
        for _ in range(2):
            connection.request("PUT", f"/{BUCKET}/k", b"x" * 100_000)
            answer = connection.getresponse()
            assert (answer.status, b"AccessDenied" in answer.read()) == (403, True)


@pytest.mark.parametrize("header", ["Basic x", "AWS4-HMAC-SHA256 Credential=a", "AWS4-HMAC-SHA256"])
def test_unreadable_authorization_is_a_bad_request(endpoint, header):
    assert fetch(f"{endpoint}/{BUCKET}", headers={"Authorization": header})[0] == 400


def replay(client, body, **header):
    sent = {}

    def keep(request, **_):
        sent.update(
            (name, value.decode() if isinstance(value, bytes) else value) for name, value in request.headers.items()
        )

    client.meta.events.register("before-send.s3.PutObject", keep)
    put(client, key="replayed")
    client.meta.events.unregister("before-send.s3.PutObject", keep)
    return fetch(f"{client.meta.endpoint_url}/{BUCKET}/replayed", "PUT", body, sent | header)


def test_replayed_request_is_accepted_and_its_altered_copies_are_not(client):
    assert replay(client, b"tarball")[0] == 200
    status, document = replay(client, b"TARBALL")
    assert (status, b"XAmzContentSHA256Mismatch" in document) == (400, True)
    assert replay(client, b"tarball", **{"x-amz-meta-org": "forged"})[0] == 403


def chunked(key, timestamp, seed, parts):
    scope, previous, body = Scope(timestamp[:8], "us-east-1", "s3"), seed, b""
    for part in [*parts, b""]:
        previous = chunk_signature(key, timestamp, scope, previous, part)
        body += b"%x;chunk-signature=%s\r\n%s\r\n" % (len(part), previous.encode(), part)
    return body


@pytest.fixture
def streamed(endpoint, client):
    def send(key, parts, spoil=lambda body: body):
        timestamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = Scope(timestamp[:8], "us-east-1", "s3")
        signer = signing_key("a-secret-key", scope)
        headers = {
            "host": urlsplit(endpoint).netloc,
            "x-amz-date": timestamp,
            "content-encoding": "aws-chunked",
            "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "x-amz-decoded-content-length": str(sum(map(len, parts))),
        }
        request = Request("PUT", f"/{BUCKET}/{key}", "", headers)
        canonical = canonical_request(request, headers, headers["x-amz-content-sha256"])
        seed = request_signature(signer, timestamp, scope, canonical)
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential=an-access-key/{scope}, "
            f"SignedHeaders={';'.join(sorted(headers))}, Signature={seed}"
        )
        body = spoil(chunked(signer, timestamp, seed, parts))
        return fetch(f"{endpoint}/{BUCKET}/{key}", "PUT", body, headers)

    return send


def test_signed_chunks_are_decoded(streamed, client):
    assert streamed("chunks", [b"a" * 65536, b"b"])[0] == 200
    assert client.get_object(Bucket=BUCKET, Key="chunks")["Body"].read() == b"a" * 65536 + b"b"


def test_altered_chunk_is_refused(streamed):
    assert streamed("altered", [b"abc", b"def"], lambda body: body.replace(b"def", b"xyz"))[0] == 403


@pytest.mark.parametrize("spoil", [lambda b: b[:60], lambda b: b"zz" + b, lambda b: b[: b.rfind(b"0;")]])
def test_broken_framing_is_refused(streamed, spoil):
    status, document = streamed("broken", [b"abc" * 9], spoil)
    assert (status, b"IncompleteBody" in document) == (400, True)


def test_unsigned_trailing_checksum_is_let_through(connect, client):
    put(connect(request_checksum_calculation="when_supported"), key="trailer")
    assert client.get_object(Bucket=BUCKET, Key="trailer")["Body"].read() == b"tarball"
