"""Profiles: how a role's component is started and told where everything is, as data (``contracts/profiles``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hopcheck.home import OWN_CONTRACTS
from hopcheck.topology.facts import FACTS, names
from hopcheck.topology.settings import NATIVE, OURS, ROLES
from hopcheck.topology.sut import nearest

# Also where another version's rules count: it is this kit that starts its stand-ins.
PROFILES = OWN_CONTRACTS / "profiles"
PRESENT = "rhel-10"
"""The generation of hosts that the standard profiles are of."""
NEEDS = ("broker", "kafka", "platform", "postgresql", "s3")
KNOWN = tuple(role for role in (*ROLES, "platform") if role != "ansible-runner")
FIELDS = (
    "role",
    "about",
    "stand-in",
    "installed",
    "needs",
    "directory",
    "environment",
    "files",
    "before",
    "processes",
    "after",
    "port",
    "answers",
    "patience",
)
STEP = ("name", "program", "arguments", "environment", "health")
FILE = ("path", "content", "mode", "group")
_OTHERS = {"server": "hosts", "host": "server roles"}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class ProfileError(ValueError):
    """A profile cannot be used; the text names file, place and cause in one sentence."""


@dataclass(frozen=True, slots=True)
class Health:
    """Where a process is asked whether it is up: any answer below 500 says so. ``port`` is a template."""

    port: str
    path: str


@dataclass(frozen=True, slots=True)
class Step:
    """One command; all texts are templates. Without ``program`` it is the program that was given."""

    name: str
    program: str | None = None
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    health: Health | None = None


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """A file that the component reads; on a host ``path`` is absolute, elsewhere below `files`."""

    path: str
    content: str
    mode: int = 0o644
    group: str = "root"


@dataclass(frozen=True, slots=True)
class Profile:
    """A role's profile. ``processes`` start in order, after each of ``before`` has ended with status 0.

    ``after`` is done once they are ready, the first time. ``directory`` is where they run (default: the given command's
    own), ``port`` the one it listens on where that cannot be chosen, ``answers`` the path at which a running service is
    asked whether it is there, ``patience`` how many seconds each process has to get ready. ``stand_in`` is the module
    that is run where no component is given, ``installed`` the path on a host at which another program of the host
    expects this one and starts it, so that the kit does not.
    """

    source: str
    role: str
    about: str
    needs: tuple[str, ...] = ()
    directory: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    files: tuple[ProfileFile, ...] = ()
    before: tuple[Step, ...] = ()
    processes: tuple[Step, ...] = ()
    after: tuple[Step, ...] = ()
    port: int | None = None
    answers: str = "/"
    patience: float = 20.0
    stand_in: str | None = None
    installed: str | None = None

    @property
    def templates(self) -> Iterator[tuple[str, str]]:
        """Every text that may name facts, with its place."""
        if self.directory is not None:
            yield "directory", self.directory
        yield from _of("environment", self.environment)
        for file in self.files:
            yield f"the content of {file.path}", file.content
        for kind, steps in (("before", self.before), ("processes", self.processes), ("after", self.after)):
            for step in steps:
                where = f"{kind}, {step.name}"
                if step.program is not None:
                    yield f"{where}: program", step.program
                for argument in step.arguments:
                    yield f"{where}: arguments", argument
                yield from _of(f"{where}: environment", step.environment)
                if step.health is not None:
                    yield f"{where}: health", step.health.port

    @property
    def facts(self) -> list[str]:
        """The facts that it names, each once."""
        return list(dict.fromkeys(name for _, text in self.templates for name in names(text)))


def standard(role: str) -> Path:
    """The profile that a role has where none is given."""
    return PROFILES / f"{role}.yaml"


def generations() -> tuple[str, ...]:
    """The generations of hosts that there are, the present one first."""
    return (PRESENT, *sorted(path.stem for path in (OWN_CONTRACTS / "generations").glob("*.yaml")))


def of_generation(name: str) -> dict[str, Path]:
    """The profiles of the roles that hosts of a generation have otherwise."""
    return {path.stem: path for path in sorted((PROFILES / name).glob("*.yaml"))}


def find(name: str, profiles: Path = PROFILES) -> Path:
    """The file called so, or the kit's own profile of that name (``upstream/ingress``). Raises `ProfileError`."""
    for path in (Path(name), profiles / f"{name}.yaml", profiles / name):
        if path.is_file():
            return path
    known = [str(path.relative_to(profiles).with_suffix("")) for path in sorted(profiles.rglob("*.yaml"))]
    raise ProfileError(f"there is no profile {name!r}{nearest(name, known)}; the kit's own are {', '.join(known)}")


def load(path: Path) -> Profile:
    """Read and check a profile. Raises `ProfileError`."""
    try:
        told = yaml.load(path.read_text(), yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ProfileError(f"the profile {path} cannot be read: {cause}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ProfileError(f"the profile {path}{line} is no YAML: {getattr(error, 'problem', error)}") from error
    return _Reader(str(path)).profile(told)


@dataclass(frozen=True, slots=True)
class _Reader:
    source: str

    def profile(self, told: Any) -> Profile:
        fields = self.fields("the profile", told, FIELDS)
        role = self.text("role", fields.get("role"))
        if role not in KNOWN:
            raise self.wrong("role", f"no role {role!r}{nearest(role, KNOWN)}")
        needs = self.texts("needs", fields.get("needs", []))
        for need in needs:
            if need not in NEEDS:
                raise self.wrong("needs", f"the kit has no {need!r}{nearest(need, NEEDS)}; it has {', '.join(NEEDS)}")
        profile = Profile(
            self.source,
            role,
            self.text("about", fields.get("about")),
            needs,
            None if fields.get("directory") is None else self.text("directory", fields["directory"]),
            self.environment("environment", fields.get("environment", {})),
            tuple(self.file(role, each) for each in self.list("files", fields.get("files", []))),
            self.steps("before", fields.get("before", []), role),
            self.steps("processes", fields.get("processes", [{}]), role),
            self.steps("after", fields.get("after", []), role),
            self.port(fields.get("port")),
            self.path("answers", fields.get("answers", "/")),
            self.number("patience", fields.get("patience", 20)),
            None if fields.get("stand-in") is None else self.stand_in(fields["stand-in"]),
            None if fields.get("installed") is None else self.path("installed", fields["installed"]),
        )
        if profile.installed is not None and role not in NATIVE:
            raise self.wrong("installed", f"{role} is none of a host")
        if not profile.processes:
            raise self.wrong("processes", "want at least one process")
        for kind, steps in (("before", profile.before), ("after", profile.after)):
            if any(step.health is not None for step in steps):
                raise self.wrong(kind, f"what runs {kind} ends by itself and has no health")
        self.known_facts(profile)
        return profile

    def stand_in(self, told: Any) -> str:
        module = self.text("stand-in", told)
        if not module.startswith(OURS):
            raise self.wrong("stand-in", f"{module} is none of the kit's: want {OURS}NAME")
        return module

    def known_facts(self, profile: Profile) -> None:
        side = "host" if profile.role in NATIVE else "server"
        can = [name for name, fact in FACTS.items() if fact.where in ("any", side)]
        for where, text in profile.templates:
            for name in names(text):
                if name not in FACTS:
                    raise self.wrong(where, f"there is no fact {name!r}{nearest(name, can)}")
                if name not in can:
                    raise self.wrong(where, f"{profile.role} cannot have {name!r}, a fact of {_OTHERS[side]}")
                if name.startswith("postgresql.") and "postgresql" not in profile.needs:
                    raise self.wrong(where, f"the fact {name!r} is there with `needs: [postgresql]` only")

    def steps(self, kind: str, told: Any, role: str) -> tuple[Step, ...]:
        found: dict[str, Step] = {}
        for each in self.list(kind, told):
            fields = self.fields(kind, each, STEP)
            name = self.text(f"{kind}: name", fields.get("name", role))
            where = f"{kind}, {name}"
            if name in found:
                raise self.wrong(where, "two have this name: give each a `name` of its own")
            program = fields.get("program")
            found[name] = Step(
                name,
                None if program is None else self.text(f"{where}: program", program),
                self.texts(f"{where}: arguments", fields.get("arguments", [])),
                self.environment(f"{where}: environment", fields.get("environment", {})),
                self.health(f"{where}: health", fields.get("health")),
            )
        return tuple(found.values())

    def health(self, where: str, told: Any) -> Health | None:
        if told is None:
            return None
        fields = self.fields(where, told, ("port", "path"))
        return Health(self.text(f"{where}: port", fields.get("port")), self.path(where, fields.get("path", "/")))

    def file(self, role: str, told: Any) -> ProfileFile:
        fields = self.fields("files", told, FILE)
        path = self.text("files: path", fields.get("path"))
        if role in NATIVE and not path.startswith("/"):
            raise self.wrong("files", f"{path} is on a host: want an absolute path")
        if role not in NATIVE and (path.startswith("/") or ".." in Path(path).parts):
            raise self.wrong("files", f"{path} lies below ${{files}}: want a relative path")
        mode = str(fields.get("mode", "0644"))
        if not re.fullmatch(r"0?[0-7]{3}", mode):
            raise self.wrong("files", f"{path} has mode {mode!r}: want octal digits in quotes, for instance '0640'")
        content = fields.get("content", "")
        if not isinstance(content, str):
            raise self.wrong("files", f"the content of {path} is no text: write `content: |` before it")
        return ProfileFile(path, content, int(mode, 8), self.text("files: group", fields.get("group", "root")))

    def environment(self, where: str, told: Any) -> dict[str, str]:
        if not isinstance(told, dict):
            raise self.wrong(where, "want NAME: value for each variable")
        for name in told:
            if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
                raise self.wrong(where, f"{name!r} is no name of a variable")
        return {name: self.scalar(f"{where}, {name}", value) for name, value in told.items()}

    def fields(self, where: str, told: Any, known: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(told, dict):
            raise self.wrong(where, f"want a mapping with {', '.join(known)}")
        for name in told:
            if name not in known:
                raise self.wrong(where, f"there is no field {name!r}{nearest(str(name), known)}")
        return told

    def list(self, where: str, told: Any) -> list[Any]:
        if not isinstance(told, list):
            raise self.wrong(where, "want a list")
        return told

    def texts(self, where: str, told: Any) -> tuple[str, ...]:
        return tuple(self.scalar(where, each) for each in self.list(where, told))

    def path(self, where: str, told: Any) -> str:
        text = self.text(where, told)
        if not text.startswith("/"):
            raise self.wrong(where, f"{text!r} is no path: begin it with /")
        return text

    def port(self, told: Any) -> int | None:
        if told is not None and (isinstance(told, bool) or not isinstance(told, int) or not 0 < told < 2**16):
            raise self.wrong("port", f"{told!r} is no number of a port")
        return told

    def number(self, where: str, told: Any) -> float:
        if isinstance(told, bool) or not isinstance(told, int | float) or told <= 0:
            raise self.wrong(where, "want a number of seconds above 0")
        return float(told)

    def text(self, where: str, told: Any) -> str:
        if told is None or told == "":
            raise self.wrong(where, "is missing")
        return self.scalar(where, told)

    def scalar(self, where: str, told: Any) -> str:
        if isinstance(told, str):
            return told
        if isinstance(told, int | float) and not isinstance(told, bool):
            return str(told)
        raise self.wrong(where, f"{told!r} is no text: put it in quotes")

    def wrong(self, where: str, cause: str) -> ProfileError:
        return ProfileError(f"{self.source}: {where}: {cause}")


def _of(where: str, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((f"{where}, {name}", text) for name, text in environment.items())


def parse_profile(text: str) -> tuple[str, Path]:
    """``ROLE=FILE`` or ``ROLE=NAME`` as role and file, read and checked. Raises `ProfileError`."""
    role, mark, name = (part.strip() for part in text.partition("="))
    if not mark or not name:
        raise ProfileError(f"--profile {text}: want ROLE=FILE, or ROLE=NAME of one of the kit's own")
    if role not in KNOWN:
        raise ProfileError(f"--profile {text}: no role {role!r}{nearest(role, KNOWN)}")
    path = find(name).absolute()
    if (profile := load(path)).role != role:
        raise ProfileError(f"--profile {text}: {path} is a profile of {profile.role}, not of {role}")
    return role, path


def of_role(role: str, chosen: Mapping[str, Path]) -> Profile:
    """The profile that is chosen for a role, else its standard one. Raises `ProfileError`."""
    profile = load(find(str(chosen[role])) if role in chosen else standard(role))
    if profile.role != role:
        raise ProfileError(f"{profile.source} is a profile of {profile.role}, not of {role}")
    return profile
