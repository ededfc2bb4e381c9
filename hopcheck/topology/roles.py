"""How each role is started: as its profile says, with every address pointing at a tap."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hopcheck.topology.deployment import Deployment
from hopcheck.topology.facts import FACTS, SPARES, Asker, HostSide, fill, value
from hopcheck.topology.ports import free_ports, ports_from
from hopcheck.topology.process import Command
from hopcheck.topology.profile import Profile, ProfileFile, Step, of_role
from hopcheck.topology.program import Program, given
from hopcheck.topology.registry import Registry
from hopcheck.topology.running import Launch
from hopcheck.topology.service import LINK, Base, ServiceLaunch, to_taps
from hopcheck.topology.settings import Settings
from hopcheck.topology.site import Site

if TYPE_CHECKING:
    from hopcheck.topology.containers.contained import Image
    from hopcheck.topology.postgresql import Database

SERVERS = ("s3", "ingress", "playbook-dispatcher", "cloud-connector", "remediations", "remediations-ui", "platform")
"""The roles of the server side, slowest to start first."""
MAIN = {
    "s3": "s3",
    "ingress": "ingress",
    "playbook-dispatcher": "dispatcher",
    "cloud-connector": "cloud_connector",
    "remediations": "remediations",
    "remediations-ui": "ui",
    "platform": "platform",
}
"""The names of their main ports."""
GRACE_S = 10.0
"""How long a stranger has to end, and below how many bytes its log must stay."""
FLOOD = 64 << 20
TOPICS = {
    "platform.upload.announce": 1,
    "platform.upload.validation": 1,
    "platform.payload-status": 1,
    "platform.playbook-dispatcher.runner-updates": 1,
    "platform.cloud-connector.rhc-message-ingress": 1,
    "platform.inventory.host-ingress-p1": 1,
}


@dataclass(slots=True)
class Ports:
    """Ports that components listen on, all on 127.0.0.1."""

    remediations: int
    dispatcher: int
    dispatcher_metrics: int
    cloud_connector: int
    ingress: int
    ingress_metrics: int
    s3: int
    ui: int
    platform: int
    broker_hosts: int
    broker_connector: int
    spares: Mapping[str, tuple[int, ...]] = field(default_factory=dict, kw_only=True)
    """Further ones, by role."""

    @classmethod
    def choose(cls, first: int | None = None) -> Ports:
        """Free ones, or those from ``first`` on. Raises OSError where one of these is taken."""
        main, count = cls._main(), cls.needed()
        ports = free_ports(count) if first is None else ports_from(first, count)
        starts = range(main, count, SPARES)
        spares = {role: tuple(ports[at : at + SPARES]) for role, at in zip(SERVERS, starts, strict=True)}
        return cls(*ports[:main], spares=spares)

    @classmethod
    def needed(cls) -> int:
        """How many there are."""
        return cls._main() + SPARES * len(SERVERS)

    @classmethod
    def _main(cls) -> int:
        return len(cls.__slots__) - 1

    @property
    def beyond(self) -> int:
        """The first port after all of them, where they are in order."""
        return max(port for spares in self.spares.values() for port in spares) + 1

    def of(self, role: str) -> int:
        """Where a server role is asked."""
        return int(getattr(self, MAIN[role]))

    def fix(self, profiles: Mapping[str, Profile]) -> None:
        """Take the ports of components that cannot be told theirs."""
        for role, profile in profiles.items():
            if profile.port is not None:
                setattr(self, MAIN[role], profile.port)


@dataclass(slots=True)
class TapPorts:
    """Ports that taps listen on: where each caller is sent."""

    ui_remediations: int = 0
    remediations_dispatcher: int = 0
    dispatcher_connector: int = 0
    rhc_remediations: int = 0
    rhc_ingress: int = 0
    client_ingress: int = 0
    s3: int = 0
    mqtt_hosts: int = 0
    mqtt_connector: int = 0
    mqtt_passthrough: int = 0
    mqtt_visitors: int = 0
    mqtt_guests: int = 0
    mqtt_commander: int = 0
    cases: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The run's pre-shared keys and passwords; none may appear in a trace."""

    dispatcher_psk: str = field(default_factory=lambda: secrets.token_hex(16))
    connector_psk: str = field(default_factory=lambda: secrets.token_hex(16))
    broker_password: str = field(default_factory=lambda: secrets.token_hex(16))
    ui_password: str = field(default_factory=lambda: secrets.token_hex(16))
    s3_secret: str = field(default_factory=lambda: secrets.token_hex(20))

    @classmethod
    def lasting(cls, directory: Path | None = None) -> Secrets:
        """The same in every run of this user's, for services that are configured once; made of a key that is kept."""
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state"
        path = (directory or Path(home) / "hopcheck") / "key"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError), open(path, "xb", opener=_private) as file:
            file.write(secrets.token_bytes(32))
        key = path.read_bytes()
        return cls(*(hmac.digest(key, name.encode(), "sha256").hex()[:40] for name in cls.__slots__))

    def values(self) -> list[str]:
        """All of them."""
        return [getattr(self, name) for name in self.__slots__]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass
class Plan:
    """Everything that a role's command line and environment depend on."""

    settings: Settings
    scratch: Path
    ports: Ports
    taps: TapPorts
    secrets: Secrets
    bootstrap: str
    bundle: Path
    registry: Registry
    site: Site = field(default_factory=Site)
    databases: Mapping[str, Database] = field(default_factory=dict)
    images: Mapping[str, Image] = field(default_factory=dict)

    @property
    def templates(self) -> Path:
        """Signed plays."""
        return self.scratch / "templates"

    def state(self, role: str) -> Path:
        """A role's own directory, which outlives its restarts."""
        path = self.scratch / "state" / role
        path.mkdir(parents=True, exist_ok=True)
        return path

    def files(self, role: str) -> Path:
        """Where the files of a role's profile lie."""
        return self.scratch / "files" / role

    @cached_property
    def profiles(self) -> Mapping[str, Profile]:
        """Those of the server roles that are to come up, by role, slowest to start first. Raises `ProfileError`."""
        return server_profiles(self.settings)

    def server_roles(self, progress: Callable[[str], None] = lambda _: None) -> list[Launch]:
        """The server side, slowest to start first; ``progress`` is told what somebody else has to do."""
        return [
            self.service(role, sut.given, progress)
            if (sut := self.settings.suts.get(role)) is not None and sut.kind == "url"
            else self.contained(role, self.images[role])
            if role in self.images
            else self.deployment(role)
            for role in self.profiles
        ]

    def contained(self, role: str, image: Image) -> Deployment:
        """An image, as the role's profile has it; what the profile names of the run's files is where it is here."""
        from hopcheck.topology.containers.contained import Contained, prepared

        profile = self.profiles[role]
        home = Path(image.directory)
        asker = Asker(self, role, directory=home, database=self.databases.get(role))
        self._write(profile, asker)
        used = [FACTS[name] for name in profile.facts if FACTS[name].path and name != "program.directory"]
        paths = [Path(str(fact.of(asker))) for fact in used]
        mounts = prepared([*((path, False) for path in paths), (self.state(role), True)])

        def command(step: Step) -> Contained:
            environment = {"STATE_DIRECTORY": "${state}", **profile.environment, **step.environment}
            return Contained(
                role,
                step.name,
                image,
                tuple(_filled(argument, asker) for argument in step.arguments),
                None if step.program is None else _filled(step.program, asker),
                {name: _filled(text, asker) for name, text in environment.items()},
                mounts,
                image.directory if profile.directory is None else _filled(profile.directory, asker),
                self.scratch,
                None if step.health is None else (int(_filled(step.health.port, asker)), step.health.path),
                profile.patience,
                GRACE_S,
                FLOOD,
            )

        parts = (profile.processes, profile.before, profile.after)
        return Deployment(role, *(tuple(map(command, part)) for part in parts))

    def service(self, role: str, url: str, progress: Callable[[str], None]) -> ServiceLaunch:
        """A service that runs already, as the role's profile has it; its files are found through the report."""
        profile, report = self.profiles[role], self.settings.report.absolute()
        base = Base.of(url)
        asker = Asker(self, role, database=self.databases.get(role), link=report / LINK, listens=base.port)
        self._write(profile, asker)
        # What is of one process only is not of the service as a whole.
        environment = {name: _filled(text, asker) for name, text in profile.environment.items()}
        return ServiceLaunch(
            role,
            base,
            self.ports.of(role),
            profile.answers,
            environment,
            to_taps(profile.environment, environment),
            report / f"{role}.env",
            self.scratch,
            self.settings.timeout_s,
            progress,
        )

    def given(self, role: str) -> Program:
        """What a role's commands begin with, and where they run."""
        command = self.settings.commands.get(role)
        if command is None:
            state = self.state(role)
            module = of_role(role, self.settings.profiles).stand_in or f"fakes.{role.replace('-', '_')}"
            return Program((sys.executable, "-m", module), state, state)
        return given(command, None if self.settings.swapped(role) else self.state(role))

    def program(self, role: str) -> tuple[str, ...]:
        """What a role's command lines begin with."""
        return self.given(role).argv

    def deployment(self, role: str) -> Deployment:
        """A role's own program, or the one that the settings put in its place, as the role's profile has it."""
        profile, program = self.profiles[role], self.given(role)
        asker = Asker(self, role, program.argv[0], program.home, self.databases.get(role))
        self._write(profile, asker)
        directory = program.directory if profile.directory is None else Path(_filled(profile.directory, asker))

        def command(step: Step) -> Command:
            own = program.argv if step.program is None else (program.beside(_filled(step.program, asker)),)
            environment = {"STATE_DIRECTORY": "${state}", **profile.environment, **step.environment}
            made = Command(
                role,
                [*own, *(_filled(argument, asker) for argument in step.arguments)],
                {name: _filled(text, asker) for name, text in environment.items()},
                cwd=directory,
                name=step.name,
            )
            if role not in self.settings.commands:
                # What we start tells when it is ready; a stranger is asked what its real counterpart's probe is asked.
                return made
            health = None if step.health is None else (int(_filled(step.health.port, asker)), step.health.path)
            made = replace(made, health=health, patience=profile.patience)
            if not self.settings.swapped(role):
                return made
            return replace(made, notify=health is not None, grace=GRACE_S, limit=FLOOD)

        parts = (profile.processes, profile.before, profile.after)
        return Deployment(role, *(tuple(map(command, part)) for part in parts))

    def host_environment(self, role: str, side: HostSide) -> dict[str, str]:
        """The variables of a role that a host runs."""
        profile = of_role(role, self.settings.profiles)
        asker = Asker(self, role, host=side)
        return {name: _filled(text, asker) for name, text in profile.environment.items()}

    def host_files(self, role: str, side: HostSide) -> list[ProfileFile]:
        """The files of a role that a host runs, with their contents."""
        return self._filled(of_role(role, self.settings.profiles), Asker(self, role, host=side))

    def _write(self, profile: Profile, asker: Asker) -> None:
        for file in self._filled(profile, asker):
            path = self.files(profile.role) / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content)
            path.chmod(file.mode)

    def _filled(self, profile: Profile, asker: Asker) -> list[ProfileFile]:
        return [replace(file, content=_filled(file.content, asker)) for file in profile.files]


def server_profiles(settings: Settings) -> dict[str, Profile]:
    """The profiles of the server roles that are to come up, the platform's among them where one asks it.

    Raises `ProfileError`.
    """
    found = {role: of_role(role, settings.profiles) for role in SERVERS if role in settings.roles}
    if any("platform" in profile.needs for profile in found.values()):
        found.setdefault("platform", of_role("platform", settings.profiles))
    return found


def check_profiles(settings: Settings) -> None:
    """Raises `ProfileError` where a profile that was chosen cannot be used."""
    for role in settings.profiles:
        of_role(role, settings.profiles)


async def images_of(settings: Settings) -> Mapping[str, Image]:
    """The images that were given for roles, by role. Raises `StartError`."""
    names = {role: sut.given for role, sut in settings.suts.items() if sut.kind == "image"}
    if not names:
        return {}
    # The engines' library takes its time to load.
    from hopcheck.topology.containers.contained import images

    return await asyncio.to_thread(images, names)


def _filled(text: str, asker: Asker) -> str:
    return fill(text, lambda name: value(name, asker))
