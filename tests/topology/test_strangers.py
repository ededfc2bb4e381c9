"""A stranger in storage's place, from its start to its end."""

import sys

import pytest

from hopcheck.topology import roles
from hopcheck.topology.postgresql import _program
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage
from hopcheck.trace import load

FIRST = 12200
"""Below what `free_ports` gives to tests that run beside."""
SERVER = """\
import http.server, signal, sys
{before}
print("serving", flush=True)
http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind="127.0.0.1")
"""
PROFILE = """\
role: s3
about: A stranger.
processes:
  - arguments: ['${s3.port}']
    health: {port: '${s3.port}', path: /}
patience: 3
"""
ADDRESS = "host=${postgresql.host} port=${postgresql.port} user=${postgresql.username} dbname=${postgresql.name}"
CLUSTER = """\
role: s3
about: A stranger of two processes with a database.
needs: [postgresql]
environment: {PGPASSWORD: '${postgresql.password}'}
before:
  - {name: migrate, program: PSQL, arguments: ['ADDRESS', -c, 'CREATE TABLE runs ()']}
processes:
  - {name: beside, arguments: ['${port.1}'], health: {port: '${port.1}', path: /}}
  - {name: main, arguments: ['${s3.port}'], health: {port: '${s3.port}', path: /}}
after:
  - {name: seed, program: PSQL, arguments: ['ADDRESS', -c, 'SELECT count(*) FROM runs']}
""".replace("ADDRESS", ADDRESS)


@pytest.fixture
def stage(tmp_path):
    """Storage alone, by a program text and a profile."""

    def made(code, profile=PROFILE, **settings):
        (tmp_path / "server.py").write_text(code)
        (tmp_path / "s3.yaml").write_text(profile)
        chosen = Settings(
            report=tmp_path / "report",
            hosts=0,
            roles=("s3",),
            commands={"s3": ("cd", str(tmp_path), "&&", sys.executable, "server.py")},
            profiles={"s3": tmp_path / "s3.yaml"},
            **settings,
        )
        return Stage(chosen)

    return made


def told(tmp_path, op):
    return [event.attrs for event in load(tmp_path / "report/trace.jsonl") if event.op == op]


def test_a_stranger_is_told_by_its_files_and_in_no_other_state(stage, tmp_path):
    with stage(SERVER.format(before="")):
        pass
    [participant] = [each for each in told(tmp_path, "participant") if each["role"] == "s3"]
    assert participant["kind"] == "foreign"
    assert set(participant["identity"]) == {sys.executable, "server.py"}
    assert told(tmp_path, "lost") == told(tmp_path, "stubborn") == []


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("raise SystemExit('no configuration')", "s3 ended by itself with status 1"),
        ("import time; time.sleep(60)", "s3: not ready after 3 s: nobody answers at "),
        (SERVER.replace("int(sys.argv[1])", "int(sys.argv[1]) + 1").format(before=""), "it listens on 127.0.0.1:"),
    ],
    ids=["exits", "sleeps", "listens elsewhere"],
)
def test_a_failed_start_is_in_the_trace(stage, tmp_path, code, cause):
    with pytest.raises(StartError) as error, stage(code):
        pass
    assert error.value.role == "s3"
    [lost] = told(tmp_path, "lost")
    assert lost["role"] == "s3"
    assert cause in lost["cause"]


def test_a_flood_in_mid_run_is_its_failure(stage, tmp_path, monkeypatch):
    monkeypatch.setattr(roles, "FLOOD", 1 << 20)
    flood = "import threading; threading.Timer(1, lambda: [print('x' * 1000) for _ in iter(int, 1)]).start()"
    with stage(SERVER.format(before=flood)) as up:
        up.trace.wait_for(lambda event: event.op == "lost", what="the end", timeout=30)
    [lost] = told(tmp_path, "lost")
    assert lost["cause"] == "s3 wrote more than 1 MiB of output, so that it was ended"


def test_who_does_not_end_is_told_before_the_trace_closes(stage, tmp_path, monkeypatch):
    monkeypatch.setattr(roles, "GRACE_S", 0.5)
    with stage(SERVER.format(before="signal.signal(signal.SIGTERM, signal.SIG_IGN)")):
        pass
    assert told(tmp_path, "stubborn") == [{"role": "s3"}]
    assert told(tmp_path, "lost") == []


def test_a_profile_brings_a_database_a_migration_and_a_second_process(stage, tmp_path):
    with stage(SERVER.format(before=""), CLUSTER.replace("PSQL", _program("psql"))) as up:
        up.restart("s3")
    log = (tmp_path / "report/logs/s3.log").read_text()
    assert [log.count(word) for word in ("CREATE TABLE", "serving", "(1 row)")] == [1, 4, 1]
    kinds = {each["role"]: each["kind"] for each in told(tmp_path, "participant")}
    assert (kinds["postgresql"], kinds["s3"]) == ("real", "foreign")


def test_ports_can_be_fixed(stage, tmp_path):
    with stage(SERVER.format(before=""), first_port=FIRST) as up:
        plan = up.topology.plan
        assert plan.ports.remediations == FIRST
        assert plan.taps.ui_remediations == plan.ports.beyond
        with pytest.raises(StartError, match=rf"--first-port {FIRST}: port \d+ is taken"), stage("", first_port=FIRST):
            pass
