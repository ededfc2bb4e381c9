"""Plays cases on a topology: what each one has ``given`` is brought about, then its request is sent."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from confluent_kafka import Producer

from hopcheck.checks.cases import Case, is_case
from hopcheck.checks.contracts.kafka import RECORD_OF_KIT
from hopcheck.topology.asker import asker
from hopcheck.topology.caller import Answer, Caller, as_system, values
from hopcheck.topology.commander import Commander
from hopcheck.topology.edges import open_old_broker
from hopcheck.topology.guest import Guest
from hopcheck.topology.host import Host, Wishes
from hopcheck.topology.host_config import File
from hopcheck.topology.identity import Identity
from hopcheck.topology.process import NotOurs
from hopcheck.topology.roles import Plan
from hopcheck.topology.running import Launch
from hopcheck.topology.story import System
from hopcheck.topology.user import User
from hopcheck.trace import Draft, Event, TraceTimeout

if TYPE_CHECKING:
    from hopcheck.topology.stage import Stage

T = TypeVar("T")
ASK_AGAIN_S = 0.05
JSONL = "application/vnd.redhat.playbook.v1+jsonl"


class Scene:
    """The kit's own hands on the topology of ``stage``: as a host, as a caller, as whoever stops and starts a role.

    What a case has given is done by the function of that name in `hopcheck.topology.given`, with this as its argument.
    ``commands`` are programs of the hosts that come up for its cases, in the place of the usual ones. All waits end
    with `TraceTimeout`.
    """

    def __init__(self, stage: Stage, commands: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._stage = stage
        self._commands = commands or {}
        self._first: Host | None = None
        self._topology = stage.topology
        self.settings = stage.topology.settings
        self.trace = stage.trace
        self._caller = Caller(self._topology.plan.taps.cases, self.settings.timeout_s)
        self._values: Mapping[str, str] | None = None
        self._opened = ExitStack()
        self._undo = ExitStack()
        self._asked: set[str] = set()
        self._commander: Commander | None = None

    def play(self, cases: Iterable[Case]) -> None:
        """Those of the cases that were not played before, and that whoever is asked can bear.

        Raises `TraceTimeout` where nobody answers.
        """
        for case in cases:
            if case.fatal and self.settings.swapped(case.role):
                continue
            if case.id not in self._asked:
                self._asked.add(case.id)
                self._play(case)

    def close(self) -> None:
        """Let the kit's own hosts go."""
        self._opened.close()

    @property
    def values(self) -> Mapping[str, str]:
        """What ``${…}`` stands for in every case."""
        if self._values is None:
            identity = self._connected()
            plan = str(uuid.uuid4())
            if "remediations-ui" in self.settings.roles:
                plan = self._stage.user.plan("a plan that cases ask about", [(System(), identity)])
            self._values = values(self.settings, self._topology.secrets, identity, plan)
        return self._values

    def guest(self, *, connect: bool = True, online: bool = True, tenant: bool = True, **status: Any) -> Guest:
        """A host of the kit's own, until the case is over; where ``online``, the connector knows it as connected.

        ``tenant`` is whether the platform knows whose it is, ``status`` replaces members of its first status.
        """
        identity = Identity.new(f"guest-{uuid.uuid4().hex[:6]}")
        self._topology.registry.enter(identity, tenant=tenant)
        topology = self._topology
        topology.tell("guest", host_name=identity.name, client_id=identity.client_id, tenant=tenant)
        guest = Guest(
            identity, topology.plan.taps.mqtt_guests, topology.authority, topology.said, self.settings.timeout_s
        )
        if connect:
            guest.connect()
            # The one that every case knows stays.
            (self._opened if self._values is None else self._undo).callback(guest.leave)
        if connect and online:
            guest.say(guest.status(**status))
            self.until_connected(guest)
        return guest

    def satellites_host(self, satellite: str, organisation: str) -> Identity:
        """A host that inventory knows as one of a Satellite, and which is not connected by itself."""
        identity = Identity.new(f"satellites-{uuid.uuid4().hex[:6]}")
        facts = {"satellite_instance_id": satellite, "satellite_version": "6.15", "organization_id": organisation}
        self._topology.registry.enter(identity, satellite=facts)
        return identity

    def host(self, *config: File) -> Host:
        """Another host with rhc and its worker, whose usual configuration these files replace; it is connected."""
        return self._stage.hosts([""], Wishes(config=config, commands=self._commands))[0]

    @property
    def first_host(self) -> Host:
        """One with rhc and its worker, that other cases have too."""
        if self._first is None:
            usual = () if self._commands else self._topology.hosts.values()
            self._first = next(iter(usual), None) or self.host()
        return self._first

    @property
    def plan(self) -> Plan:
        """Where everything listens."""
        return self._topology.plan

    def old_broker(self) -> int:
        """The port of a broker for hosts that speaks no TLS newer than 1.2."""
        return self.call(open_old_broker(self._topology))

    def tell(self, op: str, **attrs: object) -> None:
        """Write down what the kit did, for relations to know."""
        self._topology.tell(op, **attrs)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run something on the loop of taps and hosts; its result."""
        return self._stage.call(coroutine)

    @property
    def user(self) -> User:
        """Somebody at the Remediations UI."""
        return self._stage.user

    @contextmanager
    def held(self, edge: str, matches: Callable[[Draft], bool]) -> Iterator[None]:
        """Keep such messages of an HTTP edge from going on, after they were seen, for as long as this lasts."""
        release = self.call(self._topology.hold(edge, matches))
        try:
            yield
        finally:
            self.call(release())

    def fence(self) -> None:
        """Until Cloud Connector has handled whatever hosts said so far: it takes their messages in order."""
        self.guest()

    def until_connected(self, guest: Guest, connected: bool = True) -> Answer:
        """Until Cloud Connector says of a host that it is connected, or that it is not."""
        word = "connected" if connected else "disconnected"
        return self.until(
            lambda: self.connection(guest.client_id),
            lambda answer: answer.status == 200 and answer.json.get("status") == word,
            f"{guest.identity.name} to be {word} at Cloud Connector",
        )

    def connection(self, client_id: str) -> Answer:
        """What Cloud Connector says of a host."""
        headers = {
            "x-rh-cloud-connector-client-id": "playbook-dispatcher",
            "x-rh-cloud-connector-psk": "${connector_psk}",
            "x-rh-cloud-connector-org-id": "${org}",
        }
        path = f"/api/cloud-connector/v2/connections/{client_id}/status"
        return self.ask("cloud-connector", "GET", path, headers=headers)

    def ask(self, role: str, method: str, path: str, **request: Any) -> Answer:
        """A request of no case, in a case's terms (``headers``, ``json``, ``text``, ``parts``, ``${…}``)."""
        known = {
            "connector_psk": self._topology.secrets.connector_psk,
            "dispatcher_psk": self._topology.secrets.dispatcher_psk,
            "org": self.settings.org_id,
            **(self._values or {}),
        }
        try:
            return self._caller.send(role, {"method": method, "path": path, **request}, known)
        except OSError as error:
            raise TraceTimeout(f"{role} does not answer {path}: {error}\n{self.trace.tail()}") from error

    def until(self, ask: Callable[[], Answer], right: Callable[[Answer], bool], what: str) -> Answer:
        """Ask again and again until the answer is right: nothing tells when a server has handled what it was told."""
        deadline = time.monotonic() + self.settings.timeout_s
        while not right(answer := ask()):
            self.trace.check(what)
            if time.monotonic() > deadline:
                raise TraceTimeout(f"no sign of {what}; the last answer was {answer}\n{self.trace.tail()}")
            time.sleep(ASK_AGAIN_S)
        return answer

    def wait(self, matches: Callable[[Event], bool], what: str, count: int = 1) -> Event:
        """Until an event is in the trace, whenever it came."""
        return self.trace.wait_for(matches, what=what, timeout=self.settings.timeout_s, count=count)

    def dispatch(self, guest: Guest, **members: Any) -> tuple[str, str]:
        """A run on a guest's host, as Remediations would ask for it: its id and its correlation id."""
        item = {
            "recipient": guest.client_id,
            "org_id": self.settings.org_id,
            "principal": self.settings.username,
            "url": "https://localhost/playbook",
            "name": "a run of the kit's own",
            **members,
        }
        headers = {"authorization": "PSK ${dispatcher_psk}"}
        before = len(guest.messages)
        answer = self.ask("playbook-dispatcher", "POST", "/internal/v2/dispatch", headers=headers, json=[item])
        if answer.status != 207 or answer.json[0]["code"] != 201:
            raise TraceTimeout(f"the dispatch was answered {answer}\n{self.trace.tail()}")
        message = guest.heard(before + 1)[-1]
        metadata = message["metadata"]
        correlation = metadata.get("crc_dispatcher_correlation_id") or metadata.get("correlation_id")
        return str(answer.json[0]["id"]), str(correlation)

    def upload(self, guest: Guest, content: bytes, kind: str = JSONL) -> Answer:
        """Hand a file to Ingress in a host's name."""
        identity = as_system(self.settings.org_id, self.settings.account, guest.client_id)
        return self.ask(
            "ingress",
            "POST",
            "/api/ingress/v1/upload",
            headers={"x-rh-identity": identity},
            parts={"file": ["runner-events", kind, content]},
        )

    def afterwards(self, act: Callable[[], object]) -> None:
        """Have something done once the case is over, whatever became of it; last said, first done."""
        self._undo.callback(act)

    def record(self, topic: str, key: str, value: bytes, /, **headers: str) -> None:
        """Write to a Kafka topic in its producer's place, and wait until it is stored."""
        producer = Producer({"bootstrap.servers": str(self._topology.kafka.bootstrap)})
        producer.produce(topic, value, key, headers=[*headers.items(), (RECORD_OF_KIT, "")])
        if producer.flush(self.settings.timeout_s):
            raise TraceTimeout(f"Kafka at {self._topology.kafka.bootstrap} did not take a record of {topic}")

    def freeze(self, role: str) -> None:
        """Let a role stand still until the case is over. Raises `StartError` where that is beyond the kit."""
        process = self._topology.processes[role]
        self.afterwards(lambda: self.call(process.thaw()))
        self.call(process.freeze())

    def restart(self, role: str) -> None:
        """End a role's process and start it again with the same state. Raises `StartError`."""
        self._stage.restart(role)

    def configure(self, role: str, **env: str) -> None:
        """Restart a role with these variables, and as ever once the case is over. Raises `StartError`."""
        usual = self._topology.processes[role].launch
        self.afterwards(lambda: self._restart_as(role, usual))
        self._restart_as(role, usual.with_environment(env))

    def _restart_as(self, role: str, launch: Launch) -> None:
        self._topology.processes[role].launch = launch
        self.restart(role)

    def stop(self, role: str) -> None:
        """End a role's process; `start` starts it again. Raises `StartError` where it is not the kit's to end."""
        process = self._topology.processes[role]
        if not process.owned:
            raise NotOurs(f"{role} was not started by the kit, and so cannot be stopped")
        self._stage.call(self._topology.end(process))

    def start(self, role: str) -> None:
        """Start what `stop` ended. Raises `StartError`."""
        self._stage.restart(role)

    def take_kafka_away(self) -> None:
        """Until `bring_kafka_back`. Raises `StartError` where it is not the kit's own."""
        self._stage.call(self._topology.take_kafka_away())

    def bring_kafka_back(self) -> None:
        """With all that it held."""
        self._stage.call(self._topology.bring_kafka_back())

    def run(self, role: str, *arguments: str) -> None:
        """Have another command of a role's program do its work, in its server's environment. Raises `StartError`."""
        self._stage.call(self._topology.run(role, arguments))

    def tell_host(self, identity: Identity, message: bytes, end: str = "control/in") -> None:
        """Publish on a host's own topic, in the place of Cloud Connector."""
        if self._commander is None:
            secrets, ports = self._topology.secrets, self._topology.plan.taps
            self._commander = Commander(
                ports.mqtt_commander,
                "cloud-connector",
                secrets.broker_password,
                self._topology.said,
                self.settings.timeout_s,
            )
            self._opened.callback(self._commander.leave)
        self._commander.say(identity.client_id, message, end)

    def _connected(self) -> Identity:
        if self._topology.hosts or self._commands:
            return self.first_host.identity
        if "cloud-connector" in self.settings.roles:
            return self.guest().identity
        identity = Identity.new("nobody")
        self._topology.registry.enter(identity)
        return identity

    def _play(self, case: Case) -> None:
        from hopcheck.topology.given import GIVEN

        known = self.values
        self._topology.tell("case", case=case.id, **asker())
        with self._undo:
            more = {} if case.given is None else GIVEN[case.given](self) or {}
            if case.request is not None:
                self._ask(case, {**known, **more})

    def _ask(self, case: Case, known: Mapping[str, str]) -> None:
        try:
            self._caller.ask(case, known)
        except OSError as error:
            raise TraceTimeout(f"{case.role} does not answer {case.id!r}: {error}\n{self.trace.tail()}") from error
        request = self.wait(lambda e: is_case(e, case.id), f"the request {case.id!r}")
        self.wait(
            lambda e: e.exchange == request.exchange and e.op in ("response", "refused"), f"the answer to {case.id!r}"
        )
