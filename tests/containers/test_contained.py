"""A server role that is an image: storage by a Python in a container."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hopcheck.topology import roles
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.sut import Sut
from hopcheck.trace import Event, load

NAME = "hopcheck-test-storage:1"
SERVER = """\
import http.server, json, os, pathlib, signal, sys
if sys.argv[1] == "migrate":
    print("migrated", flush=True)
    pathlib.Path(os.environ["STATE_DIRECTORY"], "table").write_text("made")
    sys.exit()
if sys.argv[1] == "flood":
    while True:
        print("x" * 1000)
if sys.argv[1] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
class Storage(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        told = {name: pathlib.Path(os.environ[name]).read_text() for name in ("CA",)}
        told |= {"table": pathlib.Path(os.environ["STATE_DIRECTORY"], "table").read_text(), "key": os.environ["KEY"]}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Storage).serve_forever()
"""
PROFILE = """\
role: s3
about: Storage in a container.
environment: {KEY: '${s3.access-key}', CA: '${ca.bundle}'}
before: [{name: migrate, arguments: [migrate]}]
processes: [{arguments: [HOW, '${s3.port}'], health: {port: '${s3.port}', path: /}}]
"""


SPARED = re.compile(r"/(test|site-packages|dist-packages|config-[^/]*|__pycache__)(/|$)")


def libraries(programs: list[Path]) -> set[Path]:
    told = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=True).stdout
    return {Path(path) for path in re.findall(r"(/\S+) \(", told)}


@pytest.fixture(scope="module")
def storage(engine: Engine) -> Iterator[str]:
    """An image with this Python and a server in it."""
    python = Path(sys.base_prefix) / "bin" / f"python{sysconfig.get_python_version()}"
    standard = Path(sysconfig.get_path("stdlib"))
    binary = python.resolve()

    def wanted(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        return (
            None if re.search(r"/(test|site-packages|dist-packages|config-[^/]*|__pycache__)(/|$)", info.name) else info
        )

    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        tar.add(binary, str(binary))
        tar.add(standard, str(standard), filter=wanted)
        for library in libraries([binary, *standard.glob("lib-dynload/*.so")]):
            tar.add(library.resolve(), str(library))
        server = tarfile.TarInfo("srv/server.py")
        server.size = len(SERVER)
        tar.addfile(server, io.BytesIO(SERVER.encode()))
    changes = [
        f'ENTRYPOINT ["{binary}", "/srv/server.py"]',
        "WORKDIR /srv",
        "LABEL org.opencontainers.image.version=2.5",
    ]
    engine.client.api.import_image_from_data(data.getvalue(), repository=NAME.split(":")[0], tag="1", changes=changes)
    yield NAME
    engine.client.images.remove(NAME, force=True)


@pytest.fixture
def stage(tmp_path: Path, storage: str) -> Callable[..., Stage]:
    """Storage alone, by the image and a way in which it behaves."""

    def made(how: str = "serve", name: str = storage) -> Stage:
        (tmp_path / "s3.yaml").write_text(PROFILE.replace("HOW", how))
        return Stage(
            Settings(
                report=tmp_path / "report",
                hosts=0,
                roles=("s3",),
                suts={"s3": Sut("s3", "image", name)},
                profiles={"s3": tmp_path / "s3.yaml"},
            )
        )

    return made


def told(tmp_path: Path, op: str) -> list[Event]:
    return [event for event in load(tmp_path / "report/trace.jsonl") if event.op == op]


def ask(port: int, timeout: float = 20) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/bucket/key")
        return connection.getresponse().read()
    finally:
        connection.close()


def test_an_image_has_the_roles_environment_files_and_network(
    stage: Callable[..., Stage], tmp_path: Path, left: Callable[[str], list[str]]
) -> None:
    with stage() as up:
        topology = up.topology
        answer = ask(topology.plan.taps.s3)
        assert b'"table": "made"' in answer
        assert b"BEGIN CERTIFICATE" in answer
        assert left(topology.directory.name) == [f"{topology.directory.name}-s3-s3"]
        process = topology.processes["s3"]
        up.call(process.freeze())
        with pytest.raises(TimeoutError):
            ask(topology.plan.ports.s3, 0.5)
        up.call(process.thaw())
        up.restart("s3")
        assert ask(topology.plan.taps.s3) == answer
    assert left(topology.directory.name) == []
    participant, _again = [e.attrs for e in told(tmp_path, "participant") if e.attrs["role"] == "s3"]
    assert (participant["kind"], participant["version"]) == ("foreign", "2.5")
    assert participant["identity"][NAME].startswith("sha256:")
    assert told(tmp_path, "lost") == told(tmp_path, "stubborn") == []
    assert (tmp_path / "report/logs/s3.log").read_text().count("migrated") == 1


def test_a_flood_is_ended(stage: Callable[..., Stage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "FLOOD", 1 << 20)
    with pytest.raises(StartError, match="s3: wrote more than 1 MiB of output, so that it was ended"), stage("flood"):
        pass
    assert (tmp_path / "report/logs/s3.log").stat().st_size < 2 << 20


def test_who_does_not_end_is_told(stage: Callable[..., Stage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "GRACE_S", 1.0)
    with stage("stubborn"):
        pass
    assert [event.attrs for event in told(tmp_path, "stubborn")] == [{"role": "s3"}]


def test_an_image_that_is_not_here_is_named_and_not_pulled(stage: Callable[..., Stage], tmp_path: Path) -> None:
    made = stage(name="no/such:1")
    with pytest.raises(StartError, match="there is no image no/such:1 here: docker pull no/such:1") as error, made:
        pass
    assert error.value.role is None


def test_a_container_that_ends_is_lost(stage: Callable[..., Stage], tmp_path: Path, engine: Engine) -> None:
    with stage() as up:
        engine.client.containers.get(f"{up.topology.directory.name}-s3-s3").kill()
        up.trace.wait_for(lambda event: event.op == "lost", what="the end", timeout=30)
    [lost] = told(tmp_path, "lost")
    assert lost.attrs["cause"] == "s3 ended by itself with status -9"
