"""What a D-Bus message says: arguments as JSON, and who owns which name when it passes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from dbus_fast import Message, MessageType, Variant

BUS = "org.freedesktop.DBus"
DAEMON_PREFIX = "com.redhat.Yggdrasil1"
WORKER_PREFIX = "com.redhat.Yggdrasil1.Worker1."


@dataclass(frozen=True, slots=True)
class Call:
    """A method call that awaits its answer; ``exchange`` joins the two in the trace.

    ``callee`` is the unique name of the connection that is to answer, None where that is the bus.
    """

    exchange: str
    path: str | None
    interface: str | None
    member: str | None
    callee: str | None = None
    asked_owner_of: str | None = None

    @classmethod
    def of(cls, message: Message, exchange: str, owner: str | None) -> Call:
        """The call in ``message`` to ``owner``: a unique name, or a name that nobody owns."""
        asks = message.member == "GetNameOwner" and message.destination == BUS and message.signature == "s"
        callee = owner if owner is not None and owner.startswith(":") else None
        return cls(exchange, message.path, message.interface, message.member, callee, message.body[0] if asks else None)


class Calls:
    """The calls that await an answer, which may still come when the caller has left: the bus then refuses it."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, int], Call] = {}
        self._left: set[str] = set()

    def __len__(self) -> int:
        return len(self._pending)

    def begin(self, message: Message, call: Call) -> None:
        """Await the answer to ``message``."""
        self._pending[(message.sender or "", message.serial)] = call

    def answered(self, message: Message) -> Call | None:
        """What ``message`` answers, or what that answered which the bus refuses with it; None for neither."""
        caller = message.destination or ""
        call = self._pending.pop((caller, message.reply_serial or 0), None)
        if call is not None and caller in self._left:
            self.begin(message, call)
        return call

    def leave(self, connection: str) -> None:
        """Forget what nobody can answer any more, now that ``connection`` has ended."""
        left = self._left | {connection}
        self._pending = {
            (caller, serial): call
            for (caller, serial), call in self._pending.items()
            if caller not in left or call.callee not in (None, connection)
        }
        self._left = left & {caller for caller, _ in self._pending}


class Names:
    """The owners of the names on one bus, as the messages so far told."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def learn(self, message: Message, call: Call | None) -> str | None:
        """Take in a change or a statement of ownership; returns the unique name of a connection that ended."""
        if message.sender != BUS:
            return None
        if message.message_type is MessageType.SIGNAL and message.member == "NameOwnerChanged":
            name, _, owner = message.body
            if name.startswith(":"):
                return None if owner else str(name)
            self._owners.pop(name, None)
            if owner:
                self._owners[name] = owner
        elif message.message_type is MessageType.METHOD_RETURN and call is not None and call.asked_owner_of:
            self._owners[call.asked_owner_of] = message.body[0]
        return None

    def owner(self, name: str | None) -> str | None:
        """The unique name behind ``name``; ``name`` itself where nobody owns it (it may be activated)."""
        return self._owners.get(name, name) if name is not None else None

    def of(self, name: str | None) -> list[str]:
        """The well-known names of the connection that ``name`` stands for, sorted."""
        if name is None:
            return []
        connection = self.owner(name)
        owned = sorted(known for known, owner in self._owners.items() if owner == connection)
        return owned or ([] if name.startswith(":") else [name])

    def role(self, name: str | None) -> str:
        """``bus``, ``rhc`` or ``rhc-worker-playbook`` by the names it owns now, else the unique name; ``*`` for all."""
        if name is None:
            return "*"
        names = self.of(name)
        if any(known.startswith(WORKER_PREFIX) for known in names):
            return "rhc-worker-playbook"
        if any(known == DAEMON_PREFIX or known.startswith(DAEMON_PREFIX + ".") for known in names):
            return "rhc"
        return "bus" if name == BUS else self.owner(name) or name


def arguments(body: Any) -> Any:
    """D-Bus values as plain JSON: variants unwrapped, bytes as ``{"bytes": size, "sha256": hex}``, keys as text."""
    if isinstance(body, Variant):
        return arguments(body.value)
    if isinstance(body, bytes | bytearray):
        return {"bytes": len(body), "sha256": sha256(body).hexdigest()}
    if isinstance(body, dict):
        return {str(key): arguments(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [arguments(value) for value in body]
    return body


def first_bytes(body: list[Any]) -> bytes | None:
    """The first ``ay`` among the arguments themselves."""
    return next((bytes(value) for value in body if isinstance(value, bytes | bytearray)), None)
