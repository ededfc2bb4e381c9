"""Whom a component that did nothing more still waited for."""

from __future__ import annotations

from hopcheck.trace import Event, Trace

_ASKED, _ANSWERED = ("request", "call"), ("response", "refused", "return", "error")
_PROTOCOLS = ("http", "dbus")


def unanswered(trace: Trace, role: str, host: str | None = None) -> Event | None:
    """The question at the end of the chain: ``role`` waits for an answer, whoever owes it waits perhaps for another.

    None where nobody owes ``role`` an answer. What was answered once things were being taken down counts as open.
    ``host`` is a client id, which questions of hosts must bear.
    """
    over = next((each.seq for each in trace if each.protocol == "kit" and each.op == "settling"), None)
    seen = [each for each in trace if each.protocol in _PROTOCOLS and (over is None or each.seq < over)]
    answered = {each.exchange for each in seen if each.op in _ANSWERED and each.attrs.get("complete", True)}
    open_ = [each for each in seen if each.op in _ASKED and each.exchange and each.exchange not in answered]
    found: Event | None = None
    asked: set[str] = set()
    while role not in asked:
        asked.add(role)
        mine = [each for each in open_ if each.source == role and (host is None or each.host in (None, host))]
        if not mine:
            break
        found = mine[-1]
        role = found.target
    return found
