"""mosquitto as the platform runs its broker: certificate CN is the identity, topics are bound to it (CON-33)."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from hopcheck.install import PROGRAMS, missing
from hopcheck.topology.pki import Authority, Pair
from hopcheck.topology.process import Command, StartError

_ITERATIONS = 101


@dataclass(frozen=True, slots=True)
class Broker:
    """The broker's two listeners: ``hosts`` with mutual TLS 1.3, ``connector`` with a password."""

    hosts: int
    connector: int
    username: str
    password: str

    def command(self, directory: Path, authority: Authority, pair: Pair) -> Command:
        """Write its configuration below ``directory`` and say how to start it. Raises `StartError`."""
        program = PROGRAMS["mosquitto"].find()
        if program is None:
            raise StartError(missing("mosquitto"))
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "hosts.acl").write_text(
            "".join(
                f"pattern {way} redhat/insights/%u/{topic}\n"
                for way, topic in (
                    ("write", "control/out"),
                    ("write", "data/out"),
                    ("read", "control/in"),
                    ("read", "data/in"),
                )
            )
        )
        (directory / "connector.acl").write_text(f"user {self.username}\ntopic readwrite redhat/insights/#\n")
        (directory / "passwords").write_text(f"{self.username}:{_hashed(self.password)}\n")
        for name in ("hosts.acl", "connector.acl", "passwords"):
            (directory / name).chmod(0o600)
        (directory / "mosquitto.conf").write_text(f"""\
per_listener_settings true
persistence false
set_tcp_nodelay true
{"user root" if os.geteuid() == 0 else ""}
log_dest stderr
log_type all
connection_messages true

listener {self.hosts} 127.0.0.1
cafile {authority.bundle}
certfile {pair.cert}
keyfile {pair.key}
require_certificate true
use_identity_as_username true
tls_version tlsv1.3
acl_file {directory / "hosts.acl"}

listener {self.connector} 127.0.0.1
allow_anonymous false
password_file {directory / "passwords"}
acl_file {directory / "connector.acl"}
""")
        return Command("broker", [program, "-c", str(directory / "mosquitto.conf")])


def _hashed(password: str) -> str:
    salt = os.urandom(12)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS, 64)
    return f"$7${_ITERATIONS}${b64encode(salt).decode()}${b64encode(digest).decode()}"
