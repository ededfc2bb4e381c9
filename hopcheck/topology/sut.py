"""What stands in a role's place: a command, an image, a running service, or what a host's image holds."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from hopcheck.topology.settings import NATIVE, ROLES

Kind = Literal["cmd", "image", "url", "host"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMS = "ROLE=cmd:COMMAND, ROLE=image:NAME, ROLE=url:BASE or ROLE=host"
RUNNER = "ansible-runner"


@dataclass(frozen=True, slots=True)
class Sut:
    """A system under test.

    ``given`` is a command as a shell would have it (cmd), the name of an image (image), the http or https address below
    which a running service answers, without a slash at its end (url), or nothing (host: the image or overlay of the
    hosts holds it). ``directory`` is where it was given: a command runs there, so that relative paths in it are right.
    """

    role: str
    kind: Kind
    given: str = ""
    directory: Path = field(default_factory=Path.cwd)

    def __str__(self) -> str:
        return f"{self.role}={self.kind}:{self.given}" if self.kind != "host" else f"{self.role}=host"

    @property
    def argv(self) -> tuple[str, ...]:
        """The argument list of a command; nothing of the other kinds."""
        return tuple(shlex.split(self.given)) if self.kind == "cmd" else ()


def parse_sut(text: str) -> Sut:
    """One of `FORMS`. Raises ValueError naming what is wrong, in one sentence."""
    role, mark, rest = text.partition("=")
    kind, colon, given = rest.partition(":")
    if not mark or (not colon and kind != "host"):
        raise ValueError(f"want {FORMS}, for instance ingress=cmd:./ingress")
    return make(role.strip(), kind.strip(), given if colon else None)


def make(role: str, kind: str, given: str | None, directory: Path | None = None) -> Sut:
    """A checked one; ``given`` is None where nothing was. Raises ValueError naming what is wrong."""
    where = directory or Path.cwd()
    check_role(role)
    if kind not in KINDS:
        raise ValueError(f"no kind {kind!r}{nearest(kind, KINDS)}; want {FORMS}")
    if refusal := _refusal(role, kind):
        raise ValueError(refusal)
    if kind == "host":
        if given:
            raise ValueError(f"host takes nothing after it: {role}=host")
        return Sut(role, "host", directory=where)
    return Sut(role, kind, _CHECKS[kind]((given or "").strip()), where)


def check_role(role: str) -> str:
    """The role itself. Raises ValueError with the nearest name where there is none such."""
    if role not in ROLES:
        raise ValueError(f"no role {role!r}{nearest(role, ROLES)}; roles are {', '.join(ROLES)}")
    return role


def nearest(word: str, known: Iterable[str]) -> str:
    """``, meant is perhaps 'X'``, or nothing where no known word is near."""
    found = difflib.get_close_matches(word.lower(), list(known), 1, 0.5)
    return f", meant is perhaps {found[0]!r}" if found else ""


def _refusal(role: str, kind: str) -> str | None:
    """Why a role cannot be had so, and how else; None where it can."""
    if role == RUNNER:
        return f"{RUNNER} is always the real one; one of your own can be in the image of the hosts: --host-image NAME"
    if kind == "host" and role not in NATIVE:
        return f"{role} does not run on a host: use {role}=cmd:COMMAND, {role}=image:NAME or {role}=url:BASE"
    if kind == "image" and role in NATIVE:
        return f"{role} is part of a host, not a container of its own: use {role}=host with --host-image NAME"
    if kind == "url" and role in NATIVE:
        return (
            f"{role} runs on hosts that the kit makes, so nobody can have started it: use {role}=cmd:COMMAND, or "
            f"{role}=host with --host-image NAME"
        )
    return None


def _command(given: str) -> str:
    try:
        words = shlex.split(given)
    except ValueError as error:
        raise ValueError(f"the command cannot be split into words: {str(error).lower()}") from None
    if not words:
        raise ValueError("the command is empty; want for instance cmd:./ingress")
    return given


def _image(given: str) -> str:
    if not given or any(char.isspace() for char in given):
        raise ValueError("want the name of one image, for instance image:quay.io/me/ingress:1.2")
    return given


def _address(given: str) -> str:
    wrong = ValueError("want the address of a running service, for instance url:http://127.0.0.1:8080")
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or any(map(str.isspace, given)):
        raise wrong
    if parts.username or parts.password:
        raise ValueError("the address must not hold a user name or password")
    if parts.query or parts.fragment:
        raise ValueError("the address is that below which all paths of the service lie, without ? and #")
    return given.rstrip("/")


_CHECKS: Mapping[str, Callable[[str], str]] = {"cmd": _command, "image": _image, "url": _address}
