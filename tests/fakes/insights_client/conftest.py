from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme

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


CONFIGURATION = """[insights-client]
base_url=localhost:{port}/api
legacy_upload=False
auto_config=False
authmethod=CERT
cert_verify={ca}
retries=1
manifest=/etc/insights-client/manifest.yaml
"""
MANIFEST = """
version: 0
client: {context: {class: insights.core.context.HostContext, args: {timeout: 10}},
         blacklist: {files: [], commands: [], patterns: [], keywords: []},
         persist: [{name: insights.specs.Specs, enabled: true}], run_strategy: {name: serial, args: {}}}
plugins:
  default_component_enabled: false
  packages: [insights.specs.default, insights.specs.datasources]
  configs:
    - {name: insights.specs.Specs, enabled: true}
    - {name: insights.core.spec_factory, enabled: true}
    - {name: insights.specs.datasources.client_metadata, enabled: true}
    - {name: insights.specs.default.DefaultSpecs.hostname, enabled: true}
    - {name: insights.specs.default.DefaultSpecs.machine_id, enabled: true}
    - {name: insights.specs.default.DefaultSpecs.branch_info, enabled: true}
    - {name: insights.specs.default.DefaultSpecs.version_info, enabled: true}
"""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self):
        self.answer(b"")

    def answer(self, body):
        subject = dict(pair[0] for pair in self.connection.getpeercert()["subject"])
        self.server.requests.append((self.path, self.headers, body, subject["commonName"]))
        self.send_response(self.server.statuses.get(self.path, self.server.status))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def ingress(host):
    ca, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(tls)
    ca.configure_trust(tls)
    tls.verify_mode = ssl.CERT_REQUIRED
    consumer, pair = host.root / "etc/pki/consumer", ca.issue_cert("h", common_name="host-1")
    consumer.mkdir(parents=True)
    ca.cert_pem.write_to_path(str(host.root / "ca.pem"))
    pair.cert_chain_pems[0].write_to_path(str(consumer / "cert.pem"))
    pair.private_key_pem.write_to_path(str(consumer / "key.pem"))
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.requests, server.status, server.statuses = [], 202, {}
        folder = host.root / "etc/insights-client"
        (folder / "insights-client.conf").write_text(
            CONFIGURATION.format(port=server.server_port, ca=host.root / "ca.pem")
        )
        (folder / "manifest.yaml").write_text(MANIFEST)
        (folder / "machine-id").write_text("5e9d3b1e-8e6c-4c1f-9d5c-3a1a5a0c0d11")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
