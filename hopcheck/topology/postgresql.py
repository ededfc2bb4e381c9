"""Databases for the components that need one: a PostgreSQL of the run's own, or a server that is there already."""

from __future__ import annotations

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hopcheck.install import missing
from hopcheck.topology.ports import free_ports
from hopcheck.topology.process import Command, StartError, deathbound
from hopcheck.topology.roles import server_profiles

if TYPE_CHECKING:
    from hopcheck.topology.topology import Topology

ROLE = "postgresql"
PATIENCE_S = 60.0
ASK_AGAIN_S = 0.05
NOBODY = 65534
_PLACES = Path("/usr/lib/postgresql")
# The run ends with its machine, so that nothing need be safe on the disk.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True, slots=True)
class Database:
    """A database and its owner, at a server's TCP address."""

    host: str
    port: int
    name: str
    username: str
    password: str

    @property
    def statements(self) -> list[str]:
        """SQL that makes it, a line each; its names are the kit's own and its password is hex."""
        return [
            f"CREATE ROLE \"{self.username}\" LOGIN PASSWORD '{self.password}';",
            f'CREATE DATABASE "{self.name}" OWNER "{self.username}";',
        ]


class Cluster:
    """A cluster below ``directory``, listening on ``port`` of 127.0.0.1, with a database for each of ``roles``.

    PostgreSQL refuses to run as root; it is then root of nothing: nobody, in a user namespace, or as another user.
    """

    def __init__(self, directory: Path, port: int, roles: Iterable[str]) -> None:
        self.databases: Mapping[str, Database] = {
            role: Database("127.0.0.1", port, role, role, secrets.token_hex(16)) for role in roles
        }
        self._directory = directory
        self._port = port
        self._data = directory / "data"
        self._as: Sequence[str] = ()

    def create(self) -> Command:
        """Make it, and say how it is started. Raises `StartError`."""
        initdb, postgres = _program("initdb"), _program("postgres")
        self._directory.mkdir(parents=True)
        self._as = _unprivileged(self._directory)
        password = self._directory / "password"
        password.touch(0o600)
        password.write_text(secrets.token_hex(16))
        if self._as[:1] == ("setpriv",):
            shutil.chown(password, int(self._as[1].partition("=")[2]))
        self._run(
            [
                initdb,
                f"--pgdata={self._data}",
                "--username=postgres",
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
            ]
        )
        statements = [line for database in self.databases.values() for line in database.statements]
        said = self._run([postgres, "--single", "-D", str(self._data), "-c", "fsync=off", "postgres"], statements)
        if "ERROR:" in said:
            raise StartError(f"PostgreSQL does not take its databases:\n{said}", ROLE)
        options = {
            **_FAST,
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "logging_collector": "off",
        }
        return Command(
            ROLE,
            # Who becomes somebody else is no longer bound to our death: bound once more.
            [
                *self._as,
                *deathbound(),
                postgres,
                "-D",
                str(self._data),
                *(f"--{n}={value}" for n, value in options.items()),
            ],
            {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            notify=False,
            # A fast shutdown: connections are broken off.
            ends_with=signal.SIGINT,
        )

    async def ready(self) -> None:
        """Until it says in its own file that it takes connections. Raises `StartError`."""
        file = self._data / "postmaster.pid"
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (file.exists() and file.read_text().rstrip().endswith("ready")):
                    await asyncio.sleep(ASK_AGAIN_S)
        except TimeoutError:
            raise StartError(f"PostgreSQL is not ready after {PATIENCE_S:g} s; see its log", ROLE) from None

    def _run(self, argv: Sequence[str], lines: Sequence[str] = ()) -> str:
        told = subprocess.run(
            [*self._as, *argv],
            input="".join(f"{line}\n" for line in lines),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            check=False,
        )
        if told.returncode != 0:
            raise StartError(f"{Path(argv[0]).name} ended with status {told.returncode}:\n{told.stdout.strip()}", ROLE)
        return told.stdout


class Server:
    """A server that runs already, by the address of somebody who may create databases on it.

    ``run`` marks what is made there.
    """

    def __init__(self, url: str, run: str, roles: Iterable[str]) -> None:
        self._url = url
        parts = urlsplit(url)
        host, port = parts.hostname or "localhost", parts.port or 5432
        names = {role: f"{run}_{role}".replace("-", "_") for role in roles}
        self.databases: Mapping[str, Database] = {
            role: Database(host, port, name, name, secrets.token_hex(16)) for role, name in names.items()
        }

    def create(self) -> None:
        """Make the databases. Raises `StartError`."""
        self._run([line for database in self.databases.values() for line in database.statements])

    def drop(self) -> None:
        """Remove them, whoever is connected. Raises `StartError`."""
        self._run(
            f'DROP {kind} IF EXISTS "{name}"{how};'
            for database in self.databases.values()
            for kind, name, how in (("DATABASE", database.name, " WITH (FORCE)"), ("ROLE", database.username, ""))
        )

    def _run(self, lines: Iterable[str]) -> None:
        psql = shutil.which("psql")
        if psql is None:
            raise StartError(missing("psql"))
        parts = urlsplit(self._url)
        # A password on the command line would be everybody's to read.
        netloc = parts.netloc.replace(f":{parts.password}@", "@")
        address = parts._replace(netloc=netloc, path=parts.path or "/postgres")
        told = subprocess.run(
            [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address.geturl()],
            input="".join(f"{line}\n" for line in lines),
            text=True,
            capture_output=True,
            env={**os.environ, "PGPASSWORD": unquote(parts.password or ""), "PGCONNECT_TIMEOUT": "10"},
            check=False,
        )
        if told.returncode != 0:
            raise StartError(f"the PostgreSQL at {parts.hostname}:{parts.port or 5432}: {told.stderr.strip()}")


async def databases(topology: Topology) -> Mapping[str, Database]:
    """One for each server role whose profile needs one, until the topology ends. Raises `StartError`."""
    settings = topology.settings
    wanting = [role for role, profile in server_profiles(settings).items() if "postgresql" in profile.needs]
    if not wanting:
        return {}
    if settings.postgres is not None:
        server = Server(settings.postgres, topology.directory.name, wanting)
        await asyncio.to_thread(server.create)
        topology.opened.push_async_callback(asyncio.to_thread, server.drop)
        return server.databases
    topology.progress("making a PostgreSQL")
    (port,) = free_ports(1)
    cluster = Cluster(topology.directory / ROLE, port, wanting)
    await topology.started(await asyncio.to_thread(cluster.create))
    await cluster.ready()
    return cluster.databases


def _program(name: str) -> str:
    """On PATH, or where Debian puts the newest. Raises `StartError`."""
    newest = max(_PLACES.glob(f"*/bin/{name}"), key=lambda path: float(path.parent.parent.name), default=None)
    program = shutil.which(name) or newest
    if program is None:
        raise StartError(f"{missing('postgres')}, or give one that runs by --postgres URL")
    return str(Path(program).absolute())


def _unprivileged(directory: Path) -> tuple[str, ...]:
    """What stands before a command so that it does not run as root, which ``directory`` is made ready for."""
    if os.geteuid() != 0:
        return ()
    namespace = ("unshare", "--user", f"--map-user={NOBODY}", "--")
    if shutil.which("unshare"):
        tried = subprocess.run([*namespace, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return namespace
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwuid(NOBODY)
    # The run's own directory is root's alone: to pass through is enough.
    directory.parent.chmod(0o711)
    os.chown(directory, user.pw_uid, user.pw_gid)
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
