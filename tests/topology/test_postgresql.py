import os
import shutil
import subprocess

import pytest

from hopcheck.topology import postgresql
from hopcheck.topology.ports import free_ports
from hopcheck.topology.postgresql import Cluster, Server, _program
from hopcheck.topology.process import Process, StartError

# PostgreSQL's own client is there wherever its server is.
PSQL = shutil.which("psql") or "psql"


def ask(database, sql, **changes):
    told = {"host": database.host, "name": database.name, "user": database.username, **changes}
    where = [f"--host={told['host']}", f"--port={database.port}", f"--username={told['user']}"]
    return subprocess.run(
        [PSQL, "-X", "-At", *where, f"--dbname={told['name']}", "-c", sql],
        env={**os.environ, "PGPASSWORD": told.get("password", database.password), "PGCONNECT_TIMEOUT": "20"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
async def cluster(tmp_path):
    (port,) = free_ports(1)
    made = Cluster(tmp_path / "postgresql", port, ["cloud-connector", "playbook-dispatcher"])
    server = Process(made.create(), tmp_path / "log")
    await server.start()
    await made.ready()
    yield made
    await server.stop()
    assert (server.status, server.stubborn) == (0, False)


async def test_every_role_has_a_database_of_its_own_and_a_password(cluster):
    mine, others = cluster.databases.values()
    told = ask(mine, "CREATE TABLE t (n int); SELECT current_user, current_database()")
    assert told.stdout.splitlines()[-1] == "cloud-connector|cloud-connector"
    assert "does not exist" in ask(others, "SELECT * FROM t").stderr
    assert "authentication failed" in ask(mine, "SELECT 1", password="wrong").stderr
    assert "authentication failed" in ask(mine, "SELECT 1", user="postgres", name="postgres").stderr


async def test_a_server_that_is_there_gets_databases_and_loses_them_again(cluster, tmp_path):
    port = cluster.databases["cloud-connector"].port
    password = (tmp_path / "postgresql/password").read_text()
    server = Server(f"postgresql://postgres:{password}@127.0.0.1:{port}", "hc-run", ["cloud-connector"])
    server.create()
    database = server.databases["cloud-connector"]
    assert ask(database, "SELECT current_database()").stdout.strip() == "hc_run_cloud_connector"
    server.drop()
    assert "authentication failed" in ask(database, "SELECT 1").stderr
    with pytest.raises(StartError, match=f"the PostgreSQL at 127.0.0.1:{port}: .*authentication failed"):
        Server(f"postgresql://postgres:wrong@127.0.0.1:{port}", "hc-run", ["x"]).create()


def test_without_postgresql_its_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(postgresql, "_PLACES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StartError, match="apt-get install postgresql, or give one"):
        _program("initdb")
    with pytest.raises(StartError, match="apt-get install postgresql-client"):
        Server("postgresql://localhost", "run", ["x"]).create()
