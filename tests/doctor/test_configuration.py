from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from hopcheck.config import resolve
from hopcheck.doctor import configuration
from hopcheck.doctor.check import Check

Found = Callable[..., list[Check]]
TODAY = date(2027, 1, 1)


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    monkeypatch.chdir(tmp_path)

    def check(file: str) -> list[Check]:
        (tmp_path / "hopcheck.toml").write_text(file)
        return list(configuration.checks(resolve({}, environ={}).values, TODAY))

    return check


def test_nothing_is_checked_where_nothing_is_said(found: Found) -> None:
    assert found("") == []


@pytest.mark.parametrize(
    ("command", "state", "says"),
    [
        ("./program --flag", "ok", "program can be executed"),
        ("cd below && ./inner", "ok", "below/inner can be executed"),
        ("sh script.sh", "ok", "/sh can be executed"),
        ("sh -c 'exit 1'", "ok", "/sh can be executed"),
        ("./none", "problem", "none is not there"),
        ("no-such-program-anywhere", "problem", "no-such-program-anywhere is not there"),
        ("./plain", "problem", "plain cannot be executed"),
        ("./below", "problem", "below cannot be executed"),
        ("sh none.sh", "problem", "none.sh is not there"),
        ("cd nowhere && ./x", "problem", "nowhere is no directory"),
        ("cd below", "problem", "want cd DIR && COMMAND"),
    ],
)
def test_a_command(found: Found, tmp_path: Path, command: str, state: str, says: str) -> None:
    (tmp_path / "below").mkdir()
    for name, mode in (("program", 0o755), ("below/inner", 0o755), ("plain", 0o644), ("script.sh", 0o644)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    [check] = found(f'[sut.ingress]\ncmd = "{command}"\n')
    assert (check.name, check.state) == ("sut.ingress", state)
    assert says in check.said


class Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/moved" else 404)
        self.send_header("Content-Length", "0")
        if self.path == "/moved":
            self.send_header("Location", "https://elsewhere/")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("path", "state", "says"),
    [
        ("", "ok", "answers 404"),
        ("/base", "ok", "answers 404"),
        ("/moved", "warning", "redirects to https://elsewhere/"),
    ],
)
def test_a_running_service(found: Found, path: str, state: str, says: str) -> None:
    with serving() as port:
        [check] = found(f'[sut.s3]\nurl = "http://127.0.0.1:{port}{path}"\n')
    assert check.state == state
    assert says in check.said


def test_a_certificate_that_nobody_trusts(found: Found) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(context) as port:
        [check] = found(f'[sut.s3]\nurl = "https://127.0.0.1:{port}"\n')
    assert check.state == "problem"
    assert "has a certificate that is not trusted" in check.said


def test_a_service_that_is_not_there(found: Found) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    [check] = found(f'[sut.s3]\nurl = "http://127.0.0.1:{port}"\n')
    assert check == Check(
        "sut.s3",
        "problem",
        f"http://127.0.0.1:{port} does not answer: [Errno 111] Connection refused",
        "start it, or correct the address",
    )


def test_a_service_that_speaks_something_else(found: Found) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"hello\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        [check] = found(f'[sut.s3]\nurl = "http://127.0.0.1:{server.getsockname()[1]}"\n')
        thread.join()
    assert check.state == "problem"
    assert "does not answer: hello" in check.said


def test_profiles(found: Found, tmp_path: Path) -> None:
    [good] = found('[sut.ingress]\nprofile = "ingress"\n')
    assert (good.name, good.state) == ("profile ingress", "ok")
    [other] = found('[sut.s3]\nprofile = "ingress"\n')
    assert (other.state, other.said) == ("problem", "ingress is a profile for ingress, not for s3")
    (tmp_path / "mine.yaml").write_text("role: ingress\nabout: x\nenvironment: {A: '${nothing}'}\n")
    [bad] = found('[sut.ingress]\nprofile = "mine.yaml"\n')
    assert bad.state == "problem"
    assert "mine.yaml" in bad.said
    assert "no fact 'nothing'" in bad.said


def test_capabilities(found: Found) -> None:
    [good] = found('[sut.playbook-dispatcher]\ncapabilities = ["cancel"]\n')
    assert (good.name, good.state, good.said) == ("capabilities playbook-dispatcher", "ok", "core, cancel")
    [bad] = found('[sut.ingress]\ncapabilities = ["flight"]\n')
    assert bad.state == "problem"
    assert "no capability 'flight'" in bad.said


def test_deviations(found: Found, tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    said = '[sut.ingress]\ndeviations = "known.yaml"\n'
    [missing] = found(said)
    assert (missing.state, missing.said) == ("problem", "known.yaml: cannot be read: No such file or directory")
    file.write_text("- {clause: ING-08, reason: so, expires: 2027-01-01}\n")
    assert found(said) == [Check("deviations ingress", "ok", "known.yaml: 1, the first until 2027-01-01")]
    file.write_text("- {clause: ING-08, reason: so, expires: 2026-12-31}\n")
    [expired] = found(said)
    assert expired.state == "warning"
    assert expired.said == "known.yaml: ING-08 expired on 2026-12-31: so"
    file.write_text("")
    assert found(said) == [Check("deviations ingress", "ok", "known.yaml: 0")]


def test_files_and_keys(found: Found, tmp_path: Path) -> None:
    states = {check.name: check.state for check in found('host-overlay = "over"\nsign-key = "key.pem"\n')}
    assert states == {"host-overlay": "problem", "sign-key": "problem"}
    (tmp_path / "over").mkdir()
    assert {check.state for check in found('host-overlay = "over"\n')} == {"ok"}


def test_addresses_are_shown_without_passwords(found: Found) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        checks = found(f'bootstrap = "127.0.0.1:{port}"\npostgres = "postgresql://me:secret@127.0.0.1:{port}"\n')
    assert [(check.name, check.state) for check in checks] == [("bootstrap", "ok"), ("postgres", "ok")]
    checks = found(f'bootstrap = "127.0.0.1:{port}"\npostgres = "postgresql://me:secret@127.0.0.1:{port}"\n')
    assert {check.state for check in checks} == {"problem"}
    assert all("takes no connection" in check.said and "secret" not in str(check) for check in checks)
    assert [check.said for check in found('bootstrap = ":x"\n')] == ["it names no host"]


def test_a_variable_that_is_misspelt() -> None:
    environ = {
        "HOPCHECK_HOST": "2",
        "HOPCHECK_HOSTS": "2",
        "HOPCHECK_REPOSITORY": "x",
        "HOPCHECK_ZZZZZZZZ": "",
        "A": "",
    }
    assert [check.said for check in configuration.environment(environ)] == [
        "HOPCHECK_HOST is no option, meant is perhaps 'HOPCHECK_HOSTS'",
        "HOPCHECK_ZZZZZZZZ is no option",
    ]
