from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from email import message_from_bytes
from pathlib import Path

import pytest

from fakes.rhc_worker_playbook import paths

BUS = """<busconfig><type>session</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""

RUNNER = """#!{python}
import json, os, sys
from pathlib import Path
home = Path(sys.argv[-1]).parent
(home / "called.json").write_text(json.dumps([sys.argv[1:], dict(os.environ)]))
folder = Path(sys.argv[-1]) / "artifacts" / sys.argv[sys.argv.index("--ident") + 1]
for number in range(1, 4):
    event = dict(uuid=f"u{{number}}", counter=number, event="verbose", stdout="", start_line=0, end_line=0, pid=1)
    (home / "event.tmp").write_text(json.dumps(event))
    (home / "event.tmp").rename(folder / "job_events" / f"{{number}}-u{{number}}.json")
    (home / "event.tmp").write_text("{{")
    (home / "event.tmp").rename(folder / "job_events" / f"u{{number}}-partial.json")
gate = home / "gate"
if gate.exists():
    gate.read_bytes()
status = (home / "status").read_text() if (home / "status").exists() else "successful"
if status:
    (folder / "status").write_text(status)
code = int((home / "exit").read_text()) if (home / "exit").exists() else 0
if code < 0:
    os.kill(os.getpid(), -code)
sys.exit(code)
"""


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="hc-"))
    yield path
    shutil.rmtree(path)


def program(file, text):
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


@pytest.fixture
def state(folder, monkeypatch):
    state = folder / "state"
    state.mkdir()
    monkeypatch.setattr(paths, "STATE_DIR", state)
    monkeypatch.setattr(paths, "PYTHON", program(folder / "python3", RUNNER.format(python=sys.executable)))
    monkeypatch.setattr(paths, "PLAYBOOK_VERIFIER", program(folder / "verifier", "#!/bin/sh\nexec cat\n"))
    return state


@pytest.fixture
def bus_address(folder, monkeypatch):
    (folder / "bus.conf").write_text(BUS.format(folder=folder))
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={folder}/bus.conf", "--print-address", "--nofork"],
        stdout=subprocess.PIPE,
        text=True,
    ) as daemon:
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


def upload(metadata, data):
    message = message_from_bytes(f"Content-Type: {metadata['Content-Type']}\r\n\r\n".encode() + data)
    (part,) = message.get_payload()
    assert part.get_param("name", header="content-disposition") == "file"
    assert part.get_filename() == "runner-events"
    assert part.get_content_type() == "application/vnd.redhat.playbook.v1+jsonl"
    text = part.get_payload(decode=True).decode()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


class Ingress:
    def __init__(self):
        self.uploads, self.calls, self.status = [], [], 201

    async def transmit(self, addr, message_id, response_to, metadata, data):
        self.calls.append((addr, message_id, response_to, set(metadata)))
        self.uploads.append(upload(metadata, data))
        return self.status


@pytest.fixture
def ingress():
    return Ingress()
