"""The trace's counts beside counts that the kit did not make: broker, bus, Kafka and servers tell their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hopcheck.trace import Event, Trace

# Servers whose every caller has a tap between; the platform's own services and the UI are called directly.
SERVERS = ("remediations", "playbook-dispatcher", "cloud-connector", "ingress", "s3")
_ACCESS = re.compile(r'[\w-]+: "(\S+) (\S+) HTTP/1\.[01]" (\d{3}|-)')
_PACKET = re.compile(r"\d+: (Received|Denied|Sending) ([A-Z]+) (?:from|to) (.+?)(?: \((?:d|m|Mid: ?|\d)[^()]*.*\))?")
_CONNECTED = re.compile(r"\d+: New client connected from \S+ as (.+?) \(p\d.*\)\.")
_CLOSED = re.compile(
    r"\d+: (?:Client (.+?) (?:disconnected|closed its connection|has exceeded timeout)|"
    r"Socket error on client (.+?), disconnecting).*"
)
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing counted twice: by the kit's tap, and by ``source``, another witness."""

    source: str
    what: str
    kit: int
    other: int

    @property
    def agrees(self) -> bool:
        return self.kit == self.other


def reconcile(
    trace: Trace, logs: Path, kafka_counts: Mapping[str, int], second_bus: Mapping[str, Mapping[str, int]]
) -> list[Row]:
    """A row for each kind of message that another witness counts too, those of a topology that came to rest.

    ``logs`` holds broker.log with all of mosquitto's log types and ROLE.log with the access log of each server that is
    a stand-in; ``kafka_counts`` are end offsets by topic, ``second_bus`` counts by client id and kind of message.
    Raises FileNotFoundError where a log is missing.
    """
    rows = list(_kafka(trace, kafka_counts))
    rows += _broker(trace, (logs / "broker.log").read_text(errors="replace").splitlines())
    rows += _bus(trace, second_bus)
    own = {event.attrs["role"] for event in trace.where(protocol="kit", op="participant", kind="stand-in")}
    for role in SERVERS:
        if role in own:
            rows += _server(trace, role, (logs / f"{role}.log").read_text(errors="replace").splitlines())
    return rows


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as lines, differences marked, and how many there are."""
    rows = list(rows)
    yield f"  {'other witness':34} {'what':58} {'kit':>6} {'other':>6}"
    for row in rows:
        mark = "" if row.agrees else " DIFFERS"
        yield f"  {row.source:34} {row.what:58} {row.kit:6} {row.other:6}{mark}"
    wrong = sum(not row.agrees for row in rows)
    yield f"reconciled {len(rows)} counts, {wrong} differ" if wrong else f"reconciled {len(rows)} counts, all agree"


def _rows(source: str, kit: Mapping[Key, int], other: Mapping[Key, int]) -> Iterator[Row]:
    for key in sorted({*kit, *other}):
        yield Row(source, " ".join(key), kit.get(key, 0), other.get(key, 0))


def _kafka(trace: Trace, counts: Mapping[str, int]) -> Iterator[Row]:
    kit: Counter[Key] = Counter((str(event.attrs["topic"]),) for event in trace.where(protocol="kafka", op="record"))
    yield from _rows("Kafka's end offsets", kit, {(topic,): count for topic, count in counts.items()})


def _bus(trace: Trace, second: Mapping[str, Mapping[str, int]]) -> Iterator[Row]:
    hosts = {event.host for event in trace.where(protocol="dbus")}
    for host in sorted({*second, *(str(host) for host in hosts)}):
        kit: Counter[Key] = Counter((event.op,) for event in trace.where(protocol="dbus", host=host))
        yield from _rows(f"dbus-monitor of {host[:13]}", kit, {(op,): n for op, n in second.get(host, {}).items()})


def _broker(trace: Trace, lines: Iterable[str]) -> Iterator[Row]:
    refused = {
        event.attrs["connection"] for event in trace.where(protocol="mqtt", op="CONNACK") if event.attrs.get("code")
    }
    roles: dict[str, str] = {}
    kit: Counter[Key] = Counter()
    for event in trace.where(protocol="mqtt"):
        client = str(event.attrs["client_id"])
        roles[client] = "rhc" if event.attrs["leg"] == "host" else "cloud-connector"
        if event.attrs["connection"] in refused and event.op in ("CONNECT", "closed"):
            continue
        way = "to" if event.source == "broker" and event.op != "closed" else "from"
        kit[event.op, way, roles[client], client] += 1
    other: Counter[Key] = Counter()
    for op, way, client in _packets(lines):
        other[op, way, roles.get(client, "unknown"), client] += 1
    if _without_client(kit) != _without_client(other) or kit == other:
        yield from _rows("mosquitto's log", _without_client(kit), _without_client(other))
    else:
        # The sums agree, but only because two clients' differences cancel out.
        yield from _rows("mosquitto's log", kit, other)


def _without_client(counts: Mapping[Key, int]) -> Counter[Key]:
    summed: Counter[Key] = Counter()
    for key, count in counts.items():
        summed[key[:-1]] += count
    return summed


def _packets(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        if found := _PACKET.fullmatch(line):
            way, op, client = found.groups()
            yield op, "to" if way == "Sending" else "from", client
        elif found := _CONNECTED.fullmatch(line):
            yield "CONNECT", "from", found[1]
        elif found := _CLOSED.fullmatch(line):
            yield "closed", "from", found[1] or found[2]


def _server(trace: Trace, role: str, lines: Iterable[str]) -> Iterator[Row]:
    kit: Counter[Key] = Counter(_exchanges(trace, role))
    other: Counter[Key] = Counter(found.groups() for line in lines if (found := _ACCESS.fullmatch(line)))
    # Who went away before the answer is answered all the same: which status, only the server knows.
    for method, path, status in list(kit):
        while status == "-" and kit[method, path, "-"]:
            late = next((key for key, n in other.items() if key[:2] == (method, path) and n > kit[key]), None)
            if late is None:
                break
            kit[method, path, "-"] -= 1
            kit[late] += 1
    source = f"access log of {role}"
    kit_sums, other_sums = _by_status(kit), _by_status(other)
    yield from _rows(source, kit_sums, other_sums)
    for key in sorted({*kit, *other}):
        if kit[key] != other[key] and kit_sums[key[0], key[2]] == other_sums[key[0], key[2]]:
            yield Row(source, f"{key[0]} {key[2]} {key[1]}", kit[key], other[key])


def _by_status(counts: Mapping[Key, int]) -> Counter[Key]:
    summed: Counter[Key] = Counter()
    for (method, _, status), count in counts.items():
        if count:
            summed[method, status] += count
    return summed


def _exchanges(trace: Trace, role: str) -> Iterator[tuple[str, str, str]]:
    """Method, path and final status (``-`` without an answer) of each request that reached ``role`` whole."""
    answers: dict[str | None, Event] = {}
    refused = {event.exchange for event in trace.where(protocol="http", op="refused")}
    for event in trace.where(protocol="http", op="response"):
        if event.source != role:
            # The gateway's own answer, or another server's exchange.
            refused.add(event.exchange)
        elif event.attrs["status"] >= 200:
            answers[event.exchange] = event
    for event in trace.where(protocol="http", op="request", target=role):
        answer = answers.get(event.exchange)
        if answer is not None or (event.exchange not in refused and event.attrs.get("complete", True)):
            yield event.attrs["method"], event.attrs["path"], "-" if answer is None else str(answer.attrs["status"])
