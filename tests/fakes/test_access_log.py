from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from fakes.access_log import AccessLog

App = Callable[..., Iterable[bytes]]


def ask(app: App, target: str = "/a", method: str = "GET", **environ: str) -> list[bytes]:
    body = AccessLog(app, "demo")(
        {"REQUEST_METHOD": method, "REQUEST_URI": target, "SERVER_PROTOCOL": "HTTP/1.1", **environ}, lambda *_: None
    )
    try:
        return list(body)
    finally:
        body.close()  # type: ignore[attr-defined]


def answers(status: str, *chunks: bytes) -> App:
    def app(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(status, [])
        return chunks

    return app


def test_a_request_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(answers("201 Created", b"a", b"b"), "/runs", "POST") == [b"a", b"b"]
    assert capsys.readouterr().err == 'demo: "POST /runs HTTP/1.1" 201\n'


@pytest.mark.parametrize(
    ("target", "shown"), [("/b/k?X-Amz-Signature=secret", "/b/k"), ("/a%20b/", "/a%20b/"), ('/a"\n/"', "/a%22%0A/%22")]
)
def test_the_path_is_the_wires_without_query(target: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask(answers("200 OK"), target)
    assert capsys.readouterr().err == f'demo: "GET {shown} HTTP/1.1" 200\n'


def test_a_server_that_does_not_tell_the_target(capsys: pytest.CaptureFixture[str]) -> None:
    ask(answers("200 OK"), "", SCRIPT_NAME="/api", PATH_INFO="/runs")
    assert capsys.readouterr().err == 'demo: "GET /api/runs HTTP/1.1" 200\n'


def test_an_application_that_fails_is_logged_and_closed(capsys: pytest.CaptureFixture[str]) -> None:
    closed = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            raise OSError("disk")

        def close(self) -> None:
            closed.append(True)

    def app(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return Body()

    with pytest.raises(OSError, match="disk"):
        ask(app)
    assert closed == [True]
    assert capsys.readouterr().err == 'demo: "GET /a HTTP/1.1" 200\n'


def test_no_status_is_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    def app(*_: Any) -> Iterable[bytes]:
        raise KeyError("x")

    with pytest.raises(KeyError):
        ask(app)
    assert capsys.readouterr().err == 'demo: "GET /a HTTP/1.1" -\n'
