from __future__ import annotations

import json
import sys

import pytest

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


@pytest.mark.parametrize(("ended", "status"), [(100, 0), (101, 1), (1, 1), (7, 1)])
def test_exit_statuses(ended, status):
    assert phases.exit_status(ended) == status


@pytest.mark.parametrize(("code", "status"), [(None, 0), (0, 0), (101, 101), ("text", 1)])
def test_a_phase_ends_like_a_program(code, status, monkeypatch, capsys):
    monkeypatch.setenv("INSIGHTS_PHASE", "")
    assert phases.run_phase("pre_update", lambda: sys.exit(code)) == status
    assert capsys.readouterr().err == ("text\n" if code == "text" else "")


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
