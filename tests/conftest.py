from __future__ import annotations

import fcntl
import gc
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import xmlschema
from paho.mqtt.client import Client
from paho.mqtt.enums import MQTTErrorCode

SCHEMA = "junit-10.xsd"

# Thousands of tests keep what they have read of contracts; to look through it as often as Python would takes a sixth of
# their time.
gc.set_threshold(1_900, 19, 24)


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """What a shell runs in the background ignores SIGINT, as does all that it starts; here much is interrupted."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def closed_wakers() -> Iterator[None]:
    """paho closes the pair of sockets that wakes its thread when a client is collected.

    One that its own callbacks keep can be collected after the pair, of which Python would warn. So they are closed
    where the thread has ended.
    """
    stop = Client.loop_stop

    def loop_stop(client: Client) -> MQTTErrorCode:
        said = stop(client)
        if client._thread is None or not client._thread.is_alive():
            client._reset_sockets(sockpair_only=True)
        return said

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Client, "loop_stop", loop_stop)
        yield


@pytest.fixture(scope="session")
def junit_schema(tmp_path_factory: pytest.TempPathFactory) -> xmlschema.XMLSchema:
    """Jenkins' schema of JUnit's XML, out of the source distribution of pytest, which tests its own reports with it.

    It is fetched once for an environment; there can be several workers.
    """
    kept = Path(sys.prefix) / "share" / f"pytest-{version('pytest')}"
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / SCHEMA).exists():
            part = kept / f"{SCHEMA}.part"
            part.write_bytes(_fetch(tmp_path_factory.mktemp("schema")))
            part.replace(kept / SCHEMA)
    return xmlschema.XMLSchema(str(kept / SCHEMA))


@pytest.fixture(scope="session")
def wrong_by_schema(junit_schema: xmlschema.XMLSchema) -> Callable[[bytes], list[str]]:
    """What the schema says against a document; nothing where it is valid."""
    return lambda document: [str(error.reason) for error in junit_schema.iter_errors(document.decode())]


def _fetch(directory: Path) -> bytes:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", str(directory)]
    command = [*pip, "--no-deps", "--no-binary", "pytest", f"pytest=={version('pytest')}"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    (archive,) = directory.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        (name,) = (each for each in files.getnames() if each.endswith(f"/testing/example_scripts/{SCHEMA}"))
        content = files.extractfile(name)
        assert content is not None
        return content.read()
