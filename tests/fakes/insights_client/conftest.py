from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from hopcheck.topology.signer import end_agent

SIGN = """
import io, json, subprocess, sys
from base64 import b64encode
from pathlib import Path
from fakes.insights_client import core

home, key = map(Path, sys.argv[1:])
core.without_start_up()
core.supply("insights.client.apps.ansible", "playbook_verifier/public.gpg", key)
pv = core.verifier()

def digest(play):
    return pv.hash_play(pv.serialize_play(pv.exclude_dynamic_elements(play)))

def signed(text):
    plays = pv.load_playbook_yaml(text)
    for play in plays:
        play["vars"]["insights_signature"] = ""
        command = ["gpg", "--homedir", home, "--batch", "--armor", "--detach-sign", "--output", "-"]
        signature = subprocess.run(command, input=digest(play), capture_output=True, check=True).stdout
        play["vars"]["insights_signature"] = b64encode(signature)
    out = io.StringIO()
    pv.yaml.dump(plays, out)
    return out.getvalue(), plays

asked = json.load(sys.stdin)
playbook, plays = signed(asked["playbook"])
listed, revoked = (signed(asked["revocations"] % value)[0] for value in ("00" * 32, digest(plays[1]).hex()))
print(json.dumps({"playbook": playbook, "revocations": listed, "revoked": revoked}))
"""

PLAYBOOK = """
- name: first
  hosts: "@@HOSTS@@"
  become: true
  vars:
    insights_signature_exclude: /hosts,/vars/insights_signature
  tasks:
    - name: say  # why not
      debug:
        msg: "grüße: yes"
- name: second
  hosts: localhost
  vars:
    insights_signature_exclude: /hosts,/vars/insights_signature
  tasks: []
"""

REVOCATIONS = """
- name: revocation list
  timestamp: 2024-01-01
  vars:
    insights_signature_exclude: /vars/insights_signature
  revoked_playbooks:
    - name: some play
      hash: "%s"
"""


@pytest.fixture(scope="session")
def signed():
    home = Path(tempfile.mkdtemp(prefix="hc-"))
    gpg = ["gpg", "--homedir", str(home), "--batch"]
    try:
        subprocess.run(
            [*gpg, "--passphrase", "", "--quick-gen-key", "hopcheck", "ed25519", "sign"],
            check=True,
            capture_output=True,
        )
        (home / "public.gpg").write_bytes(subprocess.run([*gpg, "--export"], check=True, capture_output=True).stdout)
        done = subprocess.run(
            [sys.executable, "-c", SIGN, str(home), str(home / "public.gpg")],
            check=True,
            text=True,
            input=json.dumps({"playbook": PLAYBOOK, "revocations": REVOCATIONS}),
            capture_output=True,
        )
        made = json.loads(done.stdout)
        for name in ("revocations", "revoked"):
            (home / name).write_text(made[name])
        yield made | {"home": home}
    finally:
        end_agent(home)
        shutil.rmtree(home)


@pytest.fixture
def gpg_home():
    path = Path(tempfile.mkdtemp(prefix="hc-")) / "home"
    yield path
    shutil.rmtree(path.parent)


@pytest.fixture
def host(tmp_path, signed):
    verifier = tmp_path / "etc/hopcheck/verifier"
    verifier.mkdir(parents=True)
    shutil.copy(signed["home"] / "public.gpg", verifier)
    shutil.copy(signed["home"] / "revocations", verifier / "revoked_playbooks.yaml")
    (tmp_path / "etc/insights-client").mkdir()
    (tmp_path / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    return Host(tmp_path)


SCRIPT = """
mount -t tmpfs none {root}/run
mkdir {root}/run/etc {root}/run/ew {root}/run/var {root}/run/vw
cp -a {root}/etc/. {root}/run/etc
mount -t overlay o -o lowerdir=/etc,upperdir={root}/run/etc,workdir={root}/run/ew /etc
mount -t overlay o -o lowerdir=/var,upperdir={root}/run/var,workdir={root}/run/vw /var
code=0; "$@" || code=$?
ls -A /etc/insights-client > {root}/left
exit $code
"""


class Host:
    """Runs a program where /etc and /var are its own."""

    def __init__(self, root):
        self.root = root
        (root / "run").mkdir()

    def run(self, *command, **options):
        script = SCRIPT.format(root=self.root)
        done = subprocess.run(
            ["unshare", "-m", "sh", "-ec", script, "sh", sys.executable, *command],
            capture_output=True,
            text=True,
            timeout=60,
            **options,
        )
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            pytest.skip(f"no mount namespace: {done.stderr}")
        return done

    @property
    def left(self):
        return (self.root / "left").read_text().split()
