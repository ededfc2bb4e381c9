"""What one execution was: a run, and in it one instance of the diagram per host (rule 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hopcheck.checks.history import Exchange, body, member
from hopcheck.checks.predicate import resolve
from hopcheck.checks.uploads import Upload
from hopcheck.trace import Event

HANDOVER = "rhc<>rhc-worker-playbook"
RUNNER = "rhc-worker-playbook>ansible-runner"


@dataclass(frozen=True)
class Expectation:
    """What a scenario asserted of one run before it was executed.

    ``order`` is which run of this plan and host it is, ``uploads`` and ``passes`` how many turns of the two loops it
    demands, ``fault`` the declared disturbance and ``repeatable`` the arrows whose effect it repeats (rule 11),
    ``host_name`` what people call the host.
    """

    plan: str
    client_id: str
    outcome: str
    label: str
    uploads: int = 0
    passes: int = 0
    fault: str | None = None
    order: int = 1
    seq: int = 0
    repeatable: tuple[int, ...] = ()
    host_name: str | None = None


@dataclass(slots=True)
class Session:
    """One MQTT session of a host; ``whole`` is where its last part was seen, None while one is missing."""

    host: str
    connection: str
    events: list[Event]
    online: list[Event]
    whole: int | None


@dataclass(slots=True)
class Registration:
    """A worker's bus name being owned, and its STARTED signal."""

    host: str | None
    name: str
    owned: Exchange
    started: Event | None


@dataclass(slots=True)
class Pass:
    """One pass of the status loop: the UI's request and what Remediations asked the dispatcher for it."""

    key: str
    poll: Exchange
    asks: list[Exchange] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One press of Execute; ``run_id`` is the Remediations run's id, which is the ``playbook-run`` label.

    ``recipients`` is what the dispatcher said of each recipient when Remediations asked for this run.
    """

    plan: str
    execute: Exchange
    run_id: str | None
    dispatches: list[Exchange] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    recipients: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def last_shown(self) -> Any:
        """The run as the UI was last shown it, None where it never was."""
        for each in reversed(self.passes):
            document = body(each.poll.answered)
            if each.poll.status == 200 and member(document, "id") == self.run_id:
                return document
        return None


@dataclass
class Instance:
    """A run on one host: everything that was seen of it, by arrow.

    ``item`` is the work request and ``result`` its element of the 207; both None where nothing was dispatched.
    ``goes_on``: more may come, so what only the end of the trace can tell is not decided. ``unwatched`` are the edges
    that no tap sees of this host.
    """

    host: str
    run: Run | None
    item: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    dispatch: Exchange | None = None
    messages: list[Exchange] = field(default_factory=list)
    published: list[Event] = field(default_factory=list)
    delivered: list[Event] = field(default_factory=list)
    gets: list[Exchange] = field(default_factory=list)
    handovers: list[Exchange] = field(default_factory=list)
    begins: list[Event] = field(default_factory=list)
    ends: list[Event] = field(default_factory=list)
    verifiers: list[Exchange] = field(default_factory=list)
    runners: list[Exchange] = field(default_factory=list)
    collections: list[Exchange] = field(default_factory=list)
    tarballs: list[Upload] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    lone_transmits: list[Exchange] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    expectation: Expectation | None = None
    goes_on: bool = False
    unwatched: frozenset[str] = frozenset()

    @property
    def playbooks(self) -> set[str]:
        """Digests of what the worker was given: by Dispatch, or where nobody can watch that what was downloaded."""
        if HANDOVER not in self.unwatched:
            return {sha256 for each in self.handovers if (sha256 := handed(each.asked)) is not None}
        answers = [each.answered for each in self.gets if each.status == 200 and each.answered is not None]
        return {each.payload.sha256 for each in answers if each.payload is not None}

    @property
    def url(self) -> str | None:
        """The playbook's URL, as dispatched."""
        value = member(self.item, "url")
        return value if isinstance(value, str) else None

    @property
    def recipient(self) -> Mapping[str, Any]:
        """What the dispatcher said of the host as a recipient of this run; empty where it said nothing."""
        return self.run.recipients.get(self.host, {}) if self.run is not None else {}

    @property
    def message(self) -> Mapping[str, Any]:
        """The body of the first message to the connector."""
        value = body(self.messages[0].asked) if self.messages else None
        return value if isinstance(value, Mapping) else {}

    @property
    def correlation_id(self) -> str | None:
        """The id that the dispatcher gave this execution."""
        value = member(self.message, "metadata", "crc_dispatcher_correlation_id")
        return value if isinstance(value, str) else None

    @property
    def message_id(self) -> str | None:
        """The id on the wire to the host; where nothing was published, the one that the connector answered."""
        for event in (*self.delivered, *self.published):
            if isinstance(value := member(body(event), "message_id"), str):
                return value
        value = member(body(self.messages[0].answered), "id") if self.messages else None
        return value if isinstance(value, str) else None

    @cached_property
    def final(self) -> Upload | None:
        """The upload that arrow 25 is: the last one begun before the worker's END, where there was one (rule 8).

        It must tell the end of the run or follow ansible-runner's exit; else it is one more of 17, and the last
        upload never came. Without either end there is none, and while the run goes on and has no END, the one that
        tells the end of the run may be followed by another.
        """
        if self.runners and not self.ends and not any(each.has_ended for each in self.runners):
            return None
        last = next((each for each in reversed(self.uploads) if not self.ends or each.begin < self.ends[-1].seq), None)
        exits = [each.answered.seq for each in self.runners if each.answered is not None]
        if last is None or (exits and last.begin > exits[-1]):
            return last
        return last if last.finishes and not (self.goes_on and exits and not self.ends) else None

    def running(self, event: Event) -> bool:
        """Whether ansible-runner ran for this instance when ``event`` was seen."""
        return any(each.holds(event) for each in self.runners)

    def verified(self, event: Event) -> bool:
        """Whether its playbook had been verified when ``event`` was seen."""
        return any(each.status == 0 and each.asked.seq < event.seq for each in self.verifiers)


def handed(dispatch: Event) -> str | None:
    """The digest of the ``ay`` that a call carried."""
    if dispatch.payload is not None:
        return dispatch.payload.sha256
    value = resolve(dispatch, "args.4.sha256")
    return value if isinstance(value, str) else None


def expectation(event: Event) -> Expectation:
    """Read a kit entry ``expect``. Raises KeyError where it names no plan, host or outcome."""
    attrs = event.attrs
    key = attrs["run_key"]
    return Expectation(
        key["plan"],
        key["client_id"],
        attrs["outcome"],
        attrs.get("label") or attrs["outcome"],
        attrs.get("uploads") or 0,
        attrs.get("passes") or 0,
        attrs.get("fault"),
        attrs.get("order") or 1,
        event.seq,
        tuple(attrs.get("repeatable") or ()),
        attrs.get("host_name"),
    )
