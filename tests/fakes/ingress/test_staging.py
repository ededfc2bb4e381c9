from __future__ import annotations

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest

from fakes.identity import Identity
from fakes.ingress.config import Config
from fakes.ingress.staging import S3Stage, StagingFailed


class Bucket(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def bucket():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    server.requests, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def stage(bucket):
    endpoint = f"127.0.0.1:{bucket.server_port}"
    stage = S3Stage(replace(Config(), endpoint=endpoint, access_key="a", secret_key="s", bucket="b"))
    yield stage
    stage._client.close()


def test_one_request_puts_the_object(stage, bucket):
    stage.put("host/a-1", BytesIO(b"tarball"), Identity("h", "", "5318290", "User"))
    ((path, headers, body),) = bucket.requests
    assert (path, body) == ("/b/host/a-1", b"tarball")
    assert headers["content-type"] == "application/gzip"
    assert (headers["x-amz-meta-requestid"], headers["x-amz-meta-account"]) == ("host/a-1", "")
    assert headers["x-amz-meta-org"] == "5318290"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
    assert not [name for name in headers if "checksum" in name or "trailer" in name]


def test_url_is_presigned_for_a_day(stage, bucket):
    url = urlsplit(stage.put("id", BytesIO(b""), Identity()))
    assert (url.netloc, url.path) == (f"127.0.0.1:{bucket.server_port}", "/b/id")
    query = parse_qs(url.query)
    assert query["X-Amz-Expires"] == ["86400"]
    assert query["X-Amz-SignedHeaders"] == ["host"]


def test_refusal_is_a_failure(stage, bucket):
    bucket.status = 403
    with pytest.raises(StagingFailed):
        stage.put("id", BytesIO(b""), Identity())


def test_unsendable_request_id_is_a_failure(stage):
    with pytest.raises(StagingFailed):
        stage.put("ünique", BytesIO(b""), Identity())
