from __future__ import annotations

import email
import email.policy
import io
import json
import subprocess
import sys
import tarfile

import pytest

from fakes.insights_client import phases
from fakes.insights_client.quick import __main__ as program
from fakes.insights_client.quick import command
from fakes.insights_client.quick.site import Unknown

CORE = ("-m", "fakes.insights_client")
QUICK = ("-m", "fakes.insights_client.quick")
UPLOAD, PING = "/api/ingress/v1/upload", "/api/apicast-tests/ping"
ENVIRONMENT = {"PATH": "/sbin:/bin:/usr/sbin:/usr/bin"}


@pytest.fixture
def run(host, ingress):
    def call(*arguments, program=QUICK, **options):
        return host.run(*program, *arguments, env=ENVIRONMENT, **options)

    return call


@pytest.fixture
def registered(host):
    (host.root / "etc/insights-client").mkdir(exist_ok=True)
    (host.root / "etc/insights-client/.registered").touch()


def parts(request):
    """Name, file name, type and bytes of each part of a form."""
    _, headers, body, _ = request
    head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
    form = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part["Content-Type"],
            part.get_payload(decode=True),
        )
        for part in form.iter_parts()
    ]


@pytest.mark.parametrize(("answer", "status"), [(200, 0), (202, 0), (201, 1), (401, 1), (413, 1), (415, 1), (503, 1)])
def test_only_a_taken_upload_registers(host, ingress, run, answer, status):
    ingress.status = answer
    done = run("--register", "--disable-schedule")
    assert done.returncode == status, done.stderr
    ((path, headers, _, subject),) = ingress.requests
    assert (path, subject) == (UPLOAD, "host-1")
    assert headers["User-Agent"].startswith("insights-client (hopcheck-insights-client ")
    left = {".registered", ".last-upload.results", ".lastupload"}
    assert left & set(host.left) == (left if status == 0 else set())
    assert (f"Upload failed: {answer}" in done.stderr) is (status == 1)


def test_the_request_is_insights_core_s(registered, ingress, run):
    assert [run(program=each).returncode for each in (CORE, QUICK)] == [0, 0]
    core, quick = ingress.requests
    assert (quick[0], quick[3]) == (core[0], core[3])
    assert [name.lower() for name in quick[1]] == [name.lower() for name in core[1]]
    varies = {"user-agent", "content-length", "content-type"}
    same = [[(n, v) for n, v in each[1].items() if n.lower() not in varies] for each in (quick, core)]
    assert same[0] == same[1]
    (quick_file, quick_metadata), (core_file, core_metadata) = parts(quick), parts(core)
    assert (quick_file[0], quick_file[2]) == (core_file[0], core_file[2])
    assert quick_file[1].rpartition("-")[0] == core_file[1].rpartition("-")[0]
    assert quick_metadata[:3] == core_metadata[:3]
    told, meant = json.loads(quick_metadata[3]), json.loads(core_metadata[3])
    # The manifest here collects neither addresses nor /etc/machine-id.
    assert told | meant == told
    assert told.keys() - meant.keys() <= {"ip_addresses", "machine_id"}


def test_the_archive_holds_what_tells_the_host(registered, ingress, run):
    run()
    (_, name, _, archive), _ = parts(ingress.requests[0])
    top = name.removesuffix(".tar.gz")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert {each.partition("/")[0] for each in tar.getnames()} == {top}
        assert tar.extractfile(f"{top}/data/etc/insights-client/machine-id").read().startswith(b"5e9d3b1e-")
        assert json.load(tar.extractfile(f"{top}/data/branch_info")) == {"remote_branch": -1, "remote_leaf": -1}


def test_unregistered_host_asks_nobody(host, ingress, run):
    done = run()
    assert (done.returncode, ingress.requests) == (1, [])
    assert "unregistered" in done.stderr
    assert run("--status").returncode == 1
    assert ingress.requests == []


def test_status_of_a_registered_host(registered, ingress, run):
    assert run("--status").returncode == 0
    assert ingress.requests == []


@pytest.mark.parametrize(
    ("statuses", "status"), [({PING: 200}, 0), ({UPLOAD: 201}, 0), ({UPLOAD: 403}, 1), ({PING: 500}, 1)]
)
def test_the_connection_is_tested_both_ways(ingress, run, statuses, status):
    ingress.statuses = statuses
    assert run("--test-connection").returncode == status
    posted, got = ingress.requests
    assert (posted[0], got[0]) == (UPLOAD, PING)
    assert [(name, file, data) for name, file, _, data in parts(posted)] == [
        ("file", "test.tar.gz", b""),
        ("metadata", "metadata", b'{"test": "test"}'),
    ]


@pytest.mark.parametrize("arguments", [(), ("--test-connection",)])
def test_nobody_answers(host, registered, ingress, run, arguments):
    file = host.root / "etc/insights-client/insights-client.conf"
    file.write_text(file.read_text().replace(f":{ingress.server_port}/", ":1/"))
    done = run(*arguments)
    assert done.returncode == 1
    assert "refused" in done.stderr


def test_an_unknown_authority_is_not_trusted(host, registered, ingress, run):
    import trustme

    trustme.CA().cert_pem.write_to_path(str(host.root / "ca.pem"))
    done = run()
    assert (done.returncode, ingress.requests) == (1, [])
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr


def test_the_verifier_is_insights_core_s(run, signed):
    good = run("verifier", "--stdin", input=signed["playbook"])
    assert (good.returncode, good.stdout) == (0, signed["playbook"] + "\n"), good.stderr
    bad = run("verifier", "--stdin", input=signed["playbook"].replace("yes", "no"))
    assert (bad.returncode, bad.stdout) == (1, "Play 'first' has invalid signature\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-upload"],
        ["--disable-schedule"],
        ["--retry", "2"],
        ["-m", "insights.client.apps.ansible.playbook_verifier", "--payload", "noop", "--content-type", "noop"],
    ],
)
def test_what_it_does_not_know_is_insights_core_s(monkeypatch, arguments):
    monkeypatch.setattr(phases, "run", lambda: 7)
    monkeypatch.setattr(command, "run", lambda _: 0)
    assert program.main(arguments) == 7


def test_so_is_a_configuration_that_it_does_not_know(monkeypatch):
    def unknown(_):
        raise Unknown("legacy_upload")

    monkeypatch.setattr(phases, "run", lambda: 7)
    monkeypatch.setattr(command, "run", unknown)
    monkeypatch.setattr("os.getuid", lambda: 0)
    assert program.main([]) == 7


def test_nobody_but_root_collects(monkeypatch, capsys):
    monkeypatch.setattr("os.getuid", lambda: 1000)
    monkeypatch.setattr(command, "run", lambda _: 0)
    assert program.main([]) == 1
    assert "must be run as root" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "told", "refused"), [("--verbose", 1, 1), ("--quiet", 0, 1), ("--silent", 0, 0)])
def test_silence(host, ingress, run, option, told, refused):
    assert bool(run(option).stderr) == refused
    (host.root / "etc/insights-client/.registered").touch()
    assert bool(run(option).stdout) == told


def test_version():
    done = subprocess.run([sys.executable, *QUICK, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "hopcheck-insights-client 0.1.0 (quick)\n")


def test_collecting_loads_neither_insights_core_nor_an_http_library():
    code = "import sys; from fakes.insights_client.quick import command; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "ssl" in loaded
    assert not {"insights", "requests", "urllib3", "http.client", "email", "tarfile", "subprocess"} & set(loaded)
