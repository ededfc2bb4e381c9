from __future__ import annotations

import io
import re

import pytest

from fakes.insights_client.quick import https


@pytest.mark.parametrize(
    ("answer", "status", "reason", "body"),
    [
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nokX", 202, "Accepted", b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n", 201, "Created", b""),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\nZ",
            200,
            "OK",
            b"abcde",
        ),
        (b"HTTP/1.0 413 Request Entity Too Large\r\n\r\nto the end", 413, "Request Entity Too Large", b"to the end"),
        (b"HTTP/1.1 204\r\n\r\nX", 204, "", b""),
    ],
)
def test_answers(answer, status, reason, body):
    got = https.read(io.BytesIO(answer))
    assert (got.status, got.reason, got.body) == (status, reason, body)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (b"", "closed without an answer"),
        (b"SSH-2.0-x\r\n", "no answer in HTTP"),
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nok", "2 of 5"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", "2 of 5"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "invalid literal"),
    ],
)
def test_what_is_no_whole_answer(answer, what):
    with pytest.raises(ValueError, match=what):
        https.read(io.BytesIO(answer))


def test_user_agent_names_client_system_python_and_parent(tmp_path, monkeypatch):
    shape = r"insights-client \(\S+ [\d.]+; \S+ \S+\) .+ \((CPython|\w+) [\d.]+; Linux \S+\); "
    assert re.fullmatch(shape + "unknown", https.user_agent())
    monkeypatch.setattr(https, "PARENT", tmp_path / "ppid")
    https.PARENT.write_text("cron")
    assert re.fullmatch(shape + "cron", https.user_agent())


def test_os_release(tmp_path):
    (tmp_path / "os-release").write_text("NAME=\"Red Hat\"\nID=rhel\nVERSION_ID='9.4'\n\n")
    told = https.os_release(tmp_path / "os-release")
    assert (told["NAME"], told["ID"], told["VERSION_ID"]) == ("Red Hat", "rhel", "9.4")
    assert https.os_release(tmp_path / "none") == {}
