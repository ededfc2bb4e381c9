from __future__ import annotations

import json
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme

from fakes.insights_client import phases

CLIENT = ("-m", "fakes.insights_client")
VERIFY = (
    "-m",
    "insights.client.apps.ansible.playbook_verifier",
    "--quiet",
    "--payload",
    "noop",
    "--content-type",
    "noop",
)
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


@pytest.mark.parametrize(("ended", "status"), [(100, 0), (101, 1), (1, 1), (7, 1)])
def test_exit_statuses(ended, status):
    assert phases.exit_status(ended) == status


@pytest.mark.parametrize(("code", "status"), [(None, 0), (0, 0), (101, 101), ("text", 1)])
def test_a_phase_ends_like_a_program(code, status, monkeypatch, capsys):
    monkeypatch.setenv("INSIGHTS_PHASE", "")
    assert phases.run_phase("pre_update", lambda: sys.exit(code)) == status
    assert capsys.readouterr().err == ("text\n" if code == "text" else "")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        subject = dict(pair[0] for pair in self.connection.getpeercert()["subject"])
        self.server.requests.append((self.path, self.headers, body, subject["commonName"]))
        self.send_response(self.server.status)
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
        server.requests, server.status = [], 202
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


@pytest.mark.parametrize(("answer", "status"), [(202, 0), (201, 1)])
def test_registration_is_one_upload(host, ingress, answer, status):
    ingress.status = answer
    done = host.run(*CLIENT, "--register", "--disable-schedule", "--retry", "1")
    assert done.returncode == status, done.stderr
    ((path, headers, body, subject),) = ingress.requests
    assert (path, subject) == ("/api/ingress/v1/upload", "host-1")
    assert headers["User-Agent"].startswith("insights-client")
    assert b"application/vnd.redhat.advisor.collection+tgz" in body
    metadata = body.rsplit(b'name="metadata"', 1)[1].split(b"\r\n\r\n", 1)[1].split(b"\r\n--")[0]
    assert json.loads(metadata)["insights_id"] == "5e9d3b1e-8e6c-4c1f-9d5c-3a1a5a0c0d11"
    assert (".registered" in host.left) is (status == 0)


@pytest.mark.parametrize(("registered", "status"), [(True, 0), (False, 1)])
def test_status_looks_for_the_mark(host, ingress, registered, status):
    if registered:
        (host.root / "etc/insights-client/.registered").touch()
    assert host.run(*CLIENT, "--status").returncode == status
    assert ingress.requests == []


def test_unregistered_host_uploads_nothing(host, ingress):
    assert host.run(*CLIENT).returncode == 1
    assert ingress.requests == []


@pytest.mark.parametrize("command", [(*CLIENT, *VERIFY), ("-m", "fakes.insights_client.verifier", "--stdin")])
def test_verification_with_the_host_s_own_files(host, ingress, signed, command):
    environment = {"PATH": "/sbin:/bin:/usr/sbin:/usr/bin"}
    good = host.run(*command, input=signed["playbook"], env=environment)
    assert (good.returncode, good.stdout) == (0, signed["playbook"] + "\n"), good.stderr
    bad = host.run(*command, input=signed["playbook"].replace("yes", "no"), env=environment)
    assert bad.returncode == 1
    assert "Play 'first' has invalid signature" in bad.stdout + bad.stderr
    assert ingress.requests == []
