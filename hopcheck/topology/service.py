"""A service that somebody else has started: asked whether it is there, told how to be configured, and forwarded to."""

from __future__ import annotations

import asyncio
import re
import shlex
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from hopcheck.taps.gateway import edited
from hopcheck.taps.http import HttpTap, RequestHead
from hopcheck.taps.http.admission import Admission
from hopcheck.taps.http.connection import HttpConnection
from hopcheck.taps.http.head import request_head
from hopcheck.taps.http.listener import connection_id
from hopcheck.topology.facts import names
from hopcheck.topology.process import NotOurs, StartError
from hopcheck.topology.running import Launch, OnExit, Place, Running
from hopcheck.trace import Draft, Event, Store

ANSWER_S = 10.0
ASK_AGAIN_S = 0.25
LINK = "given"
"""The directory in the report through which a running service finds this run's files."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")


class Unreachable(Exception):
    """A service does not answer as it must; the text is a sentence. ``final`` where waiting does not help."""

    def __init__(self, sentence: str, *, final: bool) -> None:
        super().__init__(sentence)
        self.final = final


@dataclass(frozen=True, slots=True)
class Base:
    """The address below which a service's paths lie."""

    url: str
    host: str
    port: int
    prefix: str
    tls: bool

    @classmethod
    def of(cls, url: str) -> Base:
        """From an http or https address."""
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        return cls(url, parts.hostname or "", parts.port or (443 if tls else 80), parts.path.rstrip("/"), tls)

    @property
    def context(self) -> ssl.SSLContext | None:
        """Verifies by this machine's authorities, or those of SSL_CERT_FILE."""
        return ssl.create_default_context() if self.tls else None

    @property
    def authority(self) -> str:
        """HOST or HOST:PORT, as in a Host header."""
        return urlsplit(self.url).netloc

    async def ask(self, path: str) -> str:
        """GET a path below it; what it says of its own program. Raises `Unreachable`."""
        where = f"{self.url}{path}"
        try:
            async with asyncio.timeout(ANSWER_S):
                head = await self._head(path)
        except TimeoutError:
            raise Unreachable(f"{where} gives no answer within {ANSWER_S:g} s", final=False) from None
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"the certificate of {self.url} is not trusted: {error.verify_message}; name its authority's by "
                "SSL_CERT_FILE=FILE, or give an http address",
                final=True,
            ) from error
        except ssl.SSLError as error:
            said = error.reason or str(error)
            raise Unreachable(f"{self.url} speaks no TLS ({said}): give an http address", final=True) from error
        except ConnectionRefusedError as error:
            raise Unreachable(f"nobody listens at {self.url} (connection refused)", final=False) from error
        except OSError as error:
            raise Unreachable(f"{self.url} cannot be reached: {error.strerror or error}", final=False) from error
        status = _STATUS.match(head)
        if status is None:
            raise Unreachable(f"{where} answers {head[:60]!r}, which is no HTTP", final=True)
        fields = {
            name.strip().lower(): text.strip()
            for name, _, text in (line.partition(":") for line in head.decode("latin-1").splitlines()[1:])
        }
        code = int(status[1])
        if 300 <= code < 400:
            to = fields.get("location", "nowhere")
            raise Unreachable(f"{where} redirects to {to}: give the address that answers itself", final=True)
        if code >= 500:
            raise Unreachable(f"{where} answers {code}", final=False)
        if code == 400:
            raise Unreachable(f"{where} answers 400: perhaps it wants https, or another name", final=True)
        if code == 404:
            raise Unreachable(
                f"{where} answers 404: give the address below which the service's own paths lie", final=True
            )
        return fields.get("server", "")

    async def _head(self, path: str) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port, ssl=self.context)
        try:
            request = f"GET {self.prefix}{path} HTTP/1.1\r\nHost: {self.authority}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            try:
                return await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError as error:
                return error.partial
            except asyncio.LimitOverrunError:
                return await reader.read(100)
        finally:
            writer.close()


class _Unseen:
    """A store that keeps nothing: what passes here was seen by the tap before it."""

    def append(self, draft: Draft) -> None:
        """Forget it."""


class _Addressed:
    """Puts a service's own name and path in the place of those that the tap was asked with.

    Of storage only the path could be changed: signatures cover name and path.
    """

    def __init__(self, base: Base, *, signed: bool) -> None:
        self._base = base
        self._signed = signed

    def admit(self, head: RequestHead, client_cn: str | None) -> Admission:
        raw = head.raw
        if self._base.prefix:
            method, _, rest = raw.partition(b" ")
            raw = method + b" " + self._base.prefix.encode() + rest
        if not self._signed:
            raw = edited(raw, {"host"}, [("Host", self._base.authority)])
        return Admission(request_head(raw), ())


class Forward(HttpTap):
    """Passes on what comes in to a base, over TLS where that is https."""

    def __init__(self, base: Base, role: str) -> None:
        super().__init__(
            cast(Store, _Unseen()),
            edge=f"forward>{role}",
            source="forward",
            target=role,
            upstream=(base.host, base.port),
            gateway=_Addressed(base, signed=role == "s3"),
        )
        self._base = base

    def relay(self) -> HttpConnection:
        return _Outward(self, self._base)


class _Outward(HttpConnection):
    def __init__(self, forward: Forward, base: Base) -> None:
        super().__init__(
            cast(Store, _Unseen()),
            forward,
            connection_id(forward.name),
            upstream=lambda: (base.host, base.port),
            server_ssl=None,
            gone=forward.gone,
        )
        self._base = base

    def upstream_ssl(self) -> ssl.SSLContext | None:
        return self._base.context


@dataclass(frozen=True, slots=True)
class ServiceLaunch(Launch):
    """A running service in a role's place. ``port`` is the local one that the role's taps go on to.

    ``environment`` is what it must be configured to, written to ``file`` too, and ``taps`` those of its variables that
    lead to taps; `LINK` beside the file leads to ``directory``. It may take ``patience`` seconds to come.
    """

    role: str
    base: Base
    port: int
    answers: str
    environment: Mapping[str, str]
    taps: Mapping[str, str]
    file: Path
    directory: Path
    patience: float
    progress: Callable[[str], None] = field(compare=False)

    def with_environment(self, env: Mapping[str, str]) -> ServiceLaunch:
        """Refused when it is started so."""
        raise self.refusal("configured otherwise")

    def with_program(self, had: Sequence[str], program: Sequence[str]) -> ServiceLaunch:
        """Refused when it is started so."""
        raise self.refusal("another program")

    @property
    def called(self) -> str:
        """Its address."""
        return self.base.url

    def refusal(self, what: str) -> NotOurs:
        """Why something that the kit would do to a component of its own cannot be done to this one."""
        return NotOurs(f"{self.role} at {self.base.url} was not started by the kit, and so cannot be {what}")

    def untapped(self, trace: Iterable[Event]) -> str | None:
        """What to configure where it was asked something and has itself asked nothing through a tap."""
        seen = [event for event in trace if event.op != "response"]
        if any(event.source == self.role for event in seen) or not any(event.target == self.role for event in seen):
            return None
        set_so = ", ".join(f"{name}={value}" for name, value in self.taps.items())
        return set_so and f"{self.role} at {self.base.url} has used none of its taps: configure {set_so}"

    def running(self, log: Path, on_exit: OnExit | None = None, place: Place | None = None) -> Service:
        """The way to it."""
        return Service(self, log)


class Service(Running):
    """A service that runs already, and the way to it. Nothing can be done to it: what is tried raises `StartError`."""

    owned = False

    def __init__(self, launch: ServiceLaunch, log: Path) -> None:
        self.launch: ServiceLaunch = launch
        self.role = launch.role
        self.log = log
        self._forward: Forward | None = None

    @property
    def started(self) -> bool:
        """Never: it is nobody's process here."""
        return False

    @property
    def pid(self) -> int:
        """It has none."""
        raise self.launch.refusal("looked at")

    async def start(self) -> None:
        """Say how it must be configured, wait until it answers, and open the way to it. Raises `StartError`."""
        launch = self.launch
        link = launch.file.parent / LINK
        link.unlink(missing_ok=True)
        link.symlink_to(launch.directory)
        # As a shell reads it: a value may be JSON.
        lines = [f"{name}={shlex.quote(value)}" for name, value in launch.environment.items()]
        launch.file.touch(0o600)
        launch.file.write_text("".join(f"{line}\n" for line in lines))
        launch.progress(f"{self.role} at {launch.base.url} must run with what is in {launch.file} as well:")
        for line in lines:
            launch.progress(f"  {line}")
        self.reported = await self._answer()
        self._forward = Forward(launch.base, self.role)
        try:
            await self._forward.start("127.0.0.1", launch.port)
        except OSError as error:
            raise StartError(f"port {launch.port} cannot be had for {self.role}: {error.strerror}") from error

    async def _answer(self) -> str:
        said: Unreachable | None = None
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.launch.patience
        while said is None or loop.time() < deadline:
            try:
                return await self.launch.base.ask(self.launch.answers)
            except Unreachable as error:
                if said is None and not error.final:
                    self.launch.progress(f"waiting for {self.role}: {error}")
                said = error
                if error.final:
                    break
            await asyncio.sleep(ASK_AGAIN_S)
        # Whoever gave the address is to mend it: nobody's component has failed.
        raise StartError(f"{self.role}: {said}")

    async def stop(self) -> None:
        """Close the way to it; it goes on."""
        self.expected_exit = True
        if self._forward is not None:
            await self._forward.stop()
            self._forward = None
            (self.launch.file.parent / LINK).unlink(missing_ok=True)

    async def wait(self) -> int:
        """Refused."""
        raise self.launch.refusal("waited for")

    async def freeze(self) -> None:
        """Refused."""
        raise self.launch.refusal("frozen")

    async def thaw(self) -> None:
        """Refused."""
        raise self.launch.refusal("thawed")

    async def run(self, arguments: Sequence[str], program: Sequence[str]) -> None:
        """Refused."""
        raise self.launch.refusal("told to do something else")


def untapped(processes: Iterable[Running], trace: Iterable[Event]) -> Iterator[tuple[str, list[str], str]]:
    """Of each running service that used none of its taps: role, variables, and what to do."""
    for launch in (process.launch for process in processes):
        if isinstance(launch, ServiceLaunch) and (remedy := launch.untapped(trace)):
            yield launch.role, sorted(launch.taps), remedy


def to_taps(templates: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The variables of a profile's environment that lead to taps, with their values."""
    return {name: values[name] for name, text in templates.items() if any(f.endswith("tap") for f in names(text))}
