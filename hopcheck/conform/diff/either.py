"""What may be so or so: the kit leaves it to chance, and both is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hopcheck.conform.diff.difference import Difference
from hopcheck.conform.diff.normal import Shape

_PAGE = "cloud-connector.listConnectionsV2.response, line"
EITHER: Mapping[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("rhc", "a command to disconnect"): (("mqtt.event", ""),),
    ("rhc", "a command to reconnect in a second"): (("mqtt.event", ""),),
    ("rhc", "a command to reconnect that tells no time"): (("mqtt.event", ""),),
    ("cloud-connector", "the first page of connections"): ((_PAGE, "body.data."),),
    ("cloud-connector", "the links of the first page of connections"): ((_PAGE, "body.data."),),
}
"""By role and item: messages that may be there or not, or where their places begin that may hold anything.

A ping follows a command to disconnect at once, and is answered by who gets it before the connection is closed. Which
host is on the first page follows from identifiers.
"""
INSTEAD: Mapping[str, Mapping[str, str]] = {
    "rhc": {
        "dbus.DBus.GetNameOwner.call": "dbus.Yggdrasil1.WorkerEvent.signal",
        "dbus.Yggdrasil1.WorkerEvent.signal": "dbus.DBus.GetNameOwner.call",
    }
}
"""By role: a message in whose place another may be. On a host whose worker is up before rhc, rhc asks who it is; on one
where it comes later, rhc tells that it came.
"""
FOLLOWS: Mapping[str, Sequence[tuple[str, str]]] = {
    "rhc": (
        ("mqtt.connectionStatus", ""),
        ("dbus.Properties.Get.call", ""),
        ("dbus.Yggdrasil1.ListWorkers.return", "args[0]"),
    )
}
"""By role: what follows from one having been there and not the other, in the form of `EITHER`: a worker that comes
later is told of once more, and a host that is not connected knows none that was there before.
"""


class Either:
    """What may be so or so in one item, for the messages that a role sent on either side."""

    def __init__(self, role: str, item: str, stand_in: Sequence[Shape], component: Sequence[Shape]) -> None:
        self._ours, self._theirs = ({shape.what for shape in shapes} for shapes in (stand_in, component))
        self._instead = INSTEAD.get(role, {})
        self._either = [*EITHER.get((role, item), ())]
        if (self._ours ^ self._theirs) & set(self._instead):
            self._either += FOLLOWS.get(role, ())

    def __contains__(self, difference: Difference) -> bool:
        for what, begins in self._either:
            if difference.what == what and (difference.place.startswith(begins) if begins else not difference.place):
                return True
        lacking = self._ours if difference.sign == "+" else self._theirs
        return not difference.place and self._instead.get(difference.what) in lacking
