"""What belongs together: a request and its answer, a call and its return, a process from start to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from hopcheck.trace import Event, Trace


@dataclass(frozen=True, slots=True)
class Exchange:
    """One or more events in order; one-way messages stand alone.

    ``source`` asked ``target``; ``lane`` is whose time it took, that of the target where somebody had to answer.
    ``host`` is a client id.
    """

    events: tuple[Event, ...]
    source: str
    target: str
    lane: str
    host: str | None
    title: str
    status: str

    @property
    def first(self) -> Event:
        return self.events[0]


def exchanges(trace: Trace) -> Iterator[Exchange]:
    """All of a trace, in the order in which they began."""
    names = _bus_names(trace)
    together: dict[tuple[str, str], list[Event]] = {}
    for event in trace:
        key = (event.protocol, event.exchange) if event.exchange is not None else ("", str(event.seq))
        together.setdefault(key, []).append(event)
    for events in together.values():
        first, last = events[0], events[-1]
        source, target = (names.get((first.tap, name), name) for name in (first.source, first.target))
        host = next((event.host for event in events if event.host is not None), None)
        lane = target if len(events) > 1 else source
        yield Exchange(tuple(events), source, target, lane, host, _title(first), _status(last))


def _bus_names(trace: Iterable[Event]) -> Mapping[tuple[str, str], str]:
    """The role behind each connection of a bus, where it was ever known for one."""
    found = {}
    for event in trace:
        if event.protocol == "dbus":
            for who, connection in ((event.source, "sender"), (event.target, "destination")):
                if not who.startswith((":", "*")) and str(event.attrs.get(connection)).startswith(":"):
                    found[event.tap, str(event.attrs[connection])] = who
    return found


def _title(event: Event) -> str:
    attrs = event.attrs
    tell = {"http": _http, "mqtt": _mqtt, "dbus": _dbus, "kafka": _kafka, "process": _process}.get(event.protocol, _kit)
    return " ".join(str(part) for part in tell(event.op, attrs) if part not in (None, ""))


def _http(op: str, attrs: Mapping[str, Any]) -> tuple[object, ...]:
    if "method" in attrs:
        return attrs["method"], attrs.get("path")
    return op, attrs.get("status"), attrs.get("reason")


def _mqtt(op: str, attrs: Mapping[str, Any]) -> tuple[object, ...]:
    if "filters" in attrs:
        return op, ", ".join(str(each[0]) for each in attrs["filters"])
    return op, attrs.get("topic") or attrs.get("client_id")


def _dbus(op: str, attrs: Mapping[str, Any]) -> tuple[object, ...]:
    interface = str(attrs.get("interface") or "").rpartition(".")[2]
    return op, f"{interface}.{attrs.get('member')}" if interface else attrs.get("member")


def _kafka(op: str, attrs: Mapping[str, Any]) -> tuple[object, ...]:
    return op, attrs.get("topic"), f"[{attrs.get('partition')}]@{attrs.get('offset')}"


def _process(op: str, attrs: Mapping[str, Any]) -> tuple[object, ...]:
    program, *arguments = [str(each) for each in attrs.get("argv") or [attrs.get("program")]]
    return PurePosixPath(program).name, *arguments


def _kit(op: str, attrs: Mapping[str, Any]) -> tuple[object, ...]:
    told = (attrs.get(name) for name in ("role", "label", "case", "what", "host_name", "cause"))
    return op.replace("_", " "), next((each for each in told if each), "")


def _status(event: Event) -> str:
    attrs = event.attrs
    if event.protocol == "http":
        return str(attrs["status"]) if "status" in attrs else "refused" if event.op == "refused" else "no answer"
    if event.protocol == "process":
        if event.op != "exit":
            return "no end"
        return f"signal {attrs['signal']}" if attrs.get("signal") else f"exit {attrs.get('status')}"
    if event.op == "error":
        return str(attrs.get("error_name") or "error").rpartition(".")[2]
    if event.op in ("CONNACK", "refused", "malformed"):
        return f"code {attrs['code']}" if event.op == "CONNACK" else event.op
    return "no answer" if (event.protocol, event.op) == ("dbus", "call") else ""
