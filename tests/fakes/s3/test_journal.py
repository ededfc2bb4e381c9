from __future__ import annotations

import io

import pytest
from werkzeug.test import EnvironBuilder

from fakes.s3.journal import Journal


class Shelf:
    def __init__(self):
        self.seen = []

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        meta = environ.get("HTTP_X_AMZ_META_ORG")
        self.seen.append((environ["REQUEST_METHOD"], environ.get("RAW_URI"), environ.get("CONTENT_TYPE"), meta, body))
        start_response("404 Not Found" if body == b"refuse" else "200 OK", [])
        return [b"done"]


@pytest.fixture
def restart(tmp_path):
    opened = []

    def restart():
        shelf = Shelf()
        journal = Journal(shelf, tmp_path / "s3.sqlite3")
        opened.append(journal)
        journal.replay()
        return shelf, journal

    yield restart
    for journal in opened:
        journal.close()


def send(journal, method, target, body=b""):
    headers = {"x-amz-meta-org": "1", "Content-Type": "application/gzip"}
    environ = EnvironBuilder(target, method=method, headers=headers).get_environ()
    environ |= {
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "REQUEST_URI": target,
        "RAW_URI": target,
    }
    answer = list(journal(environ, lambda status, headers: None))
    assert answer == [b"done"]


def test_puts_are_repeated_in_order(restart):
    _, journal = restart()
    send(journal, "PUT", "/b/a%2Fb", b"1")
    send(journal, "PUT", "/b/c", b"2")
    send(journal, "PUT", "/b/a%2Fb", b"3")
    shelf, _ = restart()
    assert shelf.seen == [
        ("PUT", "/b/c", "application/gzip", "1", b"2"),
        ("PUT", "/b/a%2Fb", "application/gzip", "1", b"3"),
    ]


def test_request_reaches_the_store_unread(restart):
    shelf, journal = restart()
    send(journal, "PUT", "/b/c", b"2")
    assert shelf.seen[0][-1] == b"2"


@pytest.mark.parametrize(
    ("method", "target", "body"), [("GET", "/b/c", b""), ("PUT", "/b/c?partNumber=1", b"1"), ("PUT", "/b/c", b"refuse")]
)
def test_others_are_not_repeated(restart, method, target, body):
    send(restart()[1], method, target, body)
    assert restart()[0].seen == []


def test_deleted_is_gone(restart):
    _, journal = restart()
    send(journal, "PUT", "/b/c", b"2")
    send(journal, "DELETE", "/b/c")
    assert restart()[0].seen == []
