"""Whether the configuration can be used: components, profiles, deviations, addresses."""

from __future__ import annotations

import difflib
import http.client
import os
import shutil
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hopcheck.config import OPTIONS
from hopcheck.config.layers import CONFIG
from hopcheck.config.option import ENVIRONMENT
from hopcheck.doctor.check import OK, PROBLEM, WARNING, Check
from hopcheck.home import CONTRACTS, CONTRACTS_VARIABLE
from hopcheck.topology.asker import FILE
from hopcheck.topology.program import Program, given
from hopcheck.topology.sut import Sut

# No options: which contracts count, where runs are made, how the kit was called, where CI has the kit from, what
# the parts of one call tell each other.
OTHER_VARIABLES = (
    CONTRACTS_VARIABLE,
    "HOPCHECK_SCRATCH",
    "HOPCHECK_CALLED",
    "HOPCHECK_REPOSITORY",
    "HOPCHECK_RECORDING",
    FILE,
)
INTERPRETERS = ("sh", "bash", "node", "nodejs", "deno", "python", "python3", "ruby", "perl", "php")
"""Programs whose first argument is a file, unless it begins with a dash."""
_PATIENCE_S = 5.0


def environment(environ: Mapping[str, str]) -> Iterator[Check]:
    """Variables that look like the kit's and are not."""
    known = [CONFIG, *OTHER_VARIABLES, *(option.variable for option in OPTIONS if not option.line_only)]
    for name in sorted(environ):
        if name.startswith(ENVIRONMENT) and name not in known:
            words = {each.removeprefix(ENVIRONMENT): each for each in known}
            near = difflib.get_close_matches(name.removeprefix(ENVIRONMENT), list(words), 1, 0.5)
            said = f", meant is perhaps {words[near[0]]!r}" if near else ""
            yield Check("environment", WARNING, f"{name} is no option{said}", f"unset {name}")


def checks(values: Mapping[str, Any], today: date) -> Iterator[Check]:
    """All of them; ``values`` are the options'."""
    for sut in values["sut"].values():
        if sut.kind == "cmd":
            yield command(sut)
        elif sut.kind == "url":
            yield _url(sut)
    yield from _profiles(values["profile"])
    yield from _capabilities(values["capabilities"])
    yield from _deviations(values["deviations"], today)
    if values["host-overlay"]:
        there = values["host-overlay"].is_dir()
        said = str(values["host-overlay"])
        yield Check("host-overlay", OK if there else PROBLEM, said if there else f"{said} is no directory")
    if values["sign-key"]:
        yield _key(values["sign-key"])
    for name, default in (("bootstrap", 9092), ("postgres", 5432)):
        if values[name]:
            yield _listens(name, values[name], default)


def command(sut: Sut) -> Check:
    """Whether a command can be started, and the script that it names is there."""
    name = f"sut.{sut.role}"
    try:
        program = given(sut.argv)
    except ValueError as error:
        return Check(name, PROBLEM, str(error))
    if not program.directory.is_dir():
        return Check(name, PROBLEM, f"{program.directory} is no directory", "correct the command")
    path = _located(program)
    if path is None:
        return Check(name, PROBLEM, f"{program.argv[0]} is not there", "build or install it, or correct the command")
    if not os.access(path, os.X_OK) or Path(path).is_dir():
        return Check(name, PROBLEM, f"{path} cannot be executed", f"chmod +x {path}, or name its interpreter before it")
    words = program.argv
    if Path(words[0]).name in INTERPRETERS and len(words) > 1 and not words[1].startswith("-"):
        script = program.directory / words[1]
        if not script.is_file():
            return Check(name, PROBLEM, f"{script} is not there", "correct the command: it runs in that directory")
    return Check(name, OK, f"{path} can be executed")


def _located(program: Program) -> str | None:
    first = program.argv[0]
    if "/" not in first:
        return shutil.which(first)
    return first if Path(first).exists() else None


def _url(sut: Sut) -> Check:
    name = f"sut.{sut.role}"
    parts = urlsplit(sut.given)
    assert parts.hostname is not None
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname, parts.port, timeout=_PATIENCE_S, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_PATIENCE_S)
    with closing(connection):
        try:
            connection.request("GET", parts.path or "/")
            answer = connection.getresponse()
        except ssl.SSLCertVerificationError as error:
            said = f"{sut.given} has a certificate that is not trusted: {error.verify_message}"
            return Check(name, PROBLEM, said, "trust its authority on this machine, or use http")
        except (OSError, http.client.HTTPException) as error:
            said = f"{sut.given} does not answer: {error or type(error).__name__}"
            return Check(name, PROBLEM, said, "start it, or correct the address")
        if 300 <= answer.status < 400:
            return Check(
                name,
                WARNING,
                f"{sut.given} redirects to {answer.headers.get('Location', 'nowhere')}",
                "give the address that answers itself",
            )
    return Check(name, OK, f"{sut.given} answers {answer.status}")


def _profiles(profiles: Mapping[str, Path]) -> Iterator[Check]:
    from hopcheck.topology.profile import ProfileError, find, load

    for role, path in profiles.items():
        name = f"profile{f' {role}' if role else ''}"
        try:
            profile = load(find(str(path)))
        except ProfileError as error:
            yield Check(name, PROBLEM, str(error))
            continue
        if role and profile.role != role:
            yield Check(name, PROBLEM, f"{path} is a profile for {profile.role}, not for {role}")
        else:
            yield Check(name, OK, f"{path}: {profile.about}")


def _capabilities(capabilities: Mapping[str, tuple[str, ...]]) -> Iterator[Check]:
    from hopcheck.conform.plan import PlanError, Rules

    for role, names in capabilities.items():
        name = f"capabilities{f' {role}' if role else ''}"
        try:
            told = Rules.load(CONTRACTS / "conformance.yaml").declared(names)
        except PlanError as error:
            yield Check(name, PROBLEM, str(error))
        else:
            yield Check(name, OK, ", ".join(told))


def _deviations(deviations: Mapping[str, Path], today: date) -> Iterator[Check]:
    if not deviations:
        return
    from hopcheck.catalogue.book import Book
    from hopcheck.conform.deviations import DeviationError, load

    clauses = Book.load(CONTRACTS).clauses
    for role, path in deviations.items():
        name = f"deviations{f' {role}' if role else ''}"
        try:
            found = load(path, clauses)
        except DeviationError as error:
            yield Check(name, PROBLEM, str(error))
            continue
        for each in found.expired(today):
            said = f"{path}: {each.clause} expired on {each.expires}: {each.reason}"
            yield Check(name, WARNING, said, "mend the component, or agree on a later day")
        if not found.expired(today):
            first = min((each.expires for each in found), default=None)
            yield Check(name, OK, f"{path}: {len(found.entries)}" + (f", the first until {first}" if first else ""))


def _key(path: Path) -> Check:
    from hopcheck.conform.signature import UnusableKey, private_key

    try:
        private_key(path)
    except UnusableKey as error:
        return Check("sign-key", PROBLEM, str(error), f"for instance: openssl genpkey -algorithm ed25519 -out {path}")
    return Check("sign-key", OK, str(path))


def _listens(name: str, address: str, default: int) -> Check:
    """Whether somebody takes connections at an option's address, which is not shown: it may hold a password."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host, port = parts.hostname, parts.port or default
    except ValueError:
        host, port = None, default
    if not host:
        return Check(name, PROBLEM, "it names no host", "see docs/options.md")
    try:
        socket.create_connection((host, port), _PATIENCE_S).close()
    except OSError as error:
        return Check(name, PROBLEM, f"{host}:{port} takes no connection: {error.strerror or error}", "start it there")
    return Check(name, OK, f"{host}:{port} takes connections")
