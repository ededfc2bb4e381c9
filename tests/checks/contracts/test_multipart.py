from __future__ import annotations

from hashlib import sha256

import pytest

from hopcheck.checks.contracts import MultipartError, upload_parts
from hopcheck.checks.contracts.multipart import parse

BODY = (
    b'--b 1\r\ncontent-disposition: form-data; name="a"; filename=x\r\nContent-Type: t/x \r\n\r\n\r\ndata\r\n'
    b'\r\n--b 1\r\nContent-Disposition: form-data; name="empty"\r\n\r\n\r\n--b 1--\r\n'
)
TYPE = 'multipart/form-data; charset=x; boundary="b 1"'


def test_parts_keep_their_bytes():
    first, second = parse(TYPE, BODY)
    assert (first.name, first.filename, first.content_type, first.data) == ("a", "x", "t/x", b"\r\ndata\r\n")
    assert first.sha256 == sha256(b"\r\ndata\r\n").hexdigest()
    assert (second.name, second.filename, second.content_type, second.data) == ("empty", None, None, b"")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", BODY),
        (TYPE, b"preamble\r\n" + BODY),
        (TYPE, BODY[:-6]),
        (TYPE, BODY.replace(b"content-disposition", b"content disposition")),
        (TYPE, BODY.replace(b'form-data; name="empty"', b"attachment")),
        (TYPE, BODY.replace(b"\r\n\r\n", b"\r\n")),
        (TYPE, b""),
    ],
)
def test_malformed(kind, body):
    with pytest.raises(MultipartError):
        parse(kind, body)


def test_parts_of_a_transmit_call(seen):
    call = seen(
        "dbus",
        "call",
        "rhc<>rhc-worker-playbook",
        {"member": "Transmit", "args": ["http://h", "1", "2", {"Content-Type": TYPE}, {"bytes": 1, "sha256": ""}]},
        BODY,
    )
    assert [p.name for p in upload_parts(call)] == ["a", "empty"]


def test_other_events_have_none(seen):
    assert upload_parts(seen("http", "response", "rhc>ingress", {"status": 200, "headers": []}, BODY)) == []
    assert upload_parts(seen("http", "request", "rhc>ingress", {"headers": [["content-type", "a/b"]]}, BODY)) == []
