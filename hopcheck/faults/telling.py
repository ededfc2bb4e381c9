"""Tells a fault's story on a stage, and gives up on what will not come any more."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from hopcheck.checks.judge import Judge
from hopcheck.faults.catalogue import CATALOGUE, Fault
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED
from hopcheck.trace import Event, Trace, TraceTimeout

AT_ONCE = replace(COMPLETE, label="a plan whose task waits for no upload", uploads=0)
STORIES = {
    "complete": COMPLETE,
    "complete_at_once": AT_ONCE,
    "failed": FAILED,
    "refused": REFUSED,
    "not_connected": NOT_CONNECTED,
    "busy": BUSY,
}
WHOLE_S = 60.0
"""How long a step may take where the fault does not stop the flow."""
STUCK, GRACE = 4.0, 2.0
"""How long where it does, and how long the story may go on after the worker's END: times what coming up took here."""
END = 2
PLAYED = "played"


@cache
def the_judge() -> Judge:
    """The judge by the kit's own contracts, made once."""
    return Judge(CATALOGUE.parent)


def wrong(fault: Fault) -> tuple[str, ...]:
    """The program that is wrong so."""
    return (sys.executable, "-m", "fakes.faults", fault.id)


def patience(stage: Stage, fault: Fault) -> float:
    """Seconds that any step may take."""
    return STUCK * stage.ready_s if fault.stuck else WHOLE_S


def tell(stage: Stage, fault: Fault) -> None:
    """Play the fault's story; a run of it is called by the fault. Raises what `Stage.play` raises."""
    start = len(stage.trace)
    watch = threading.Thread(target=_give_up, args=(stage.trace, start, fault.id, GRACE * stage.ready_s), daemon=True)
    watch.start()
    try:
        stage.play(replace(STORIES[fault.story], label=fault.id))
    finally:
        stage.topology.tell(PLAYED, fault=fault.id)
        watch.join()


def _give_up(trace: Trace, start: int, name: str, grace: float) -> None:
    """What the user is not shown soon after the worker's END will not come any more."""
    over = _over(name)
    with contextlib.suppress(TraceTimeout):
        trace.wait_for(_all_ended(start, over), what="the worker's END", timeout=WHOLE_S)
        try:
            trace.wait_for(over, what="the story's end", timeout=grace)
        except TraceTimeout:
            trace.fail_waits(f"the worker told END {grace:.1f} s ago")


def _over(name: str) -> Callable[[Event], bool]:
    return lambda e: e.protocol == "kit" and e.op == PLAYED and e.attrs["fault"] == name


def _all_ended(start: int, over: Callable[[Event], bool]) -> Callable[[Event], bool]:
    """True at an END that leaves no message open that was dispatched since ``start``, and where the story is over."""
    under_way: set[str] = set()

    def ended(event: Event) -> bool:
        if event.seq <= start:
            return False
        what, arguments = (event.protocol, event.op, event.attrs.get("member")), event.attrs.get("args") or []
        if what == ("dbus", "call", "Dispatch"):
            under_way.update(arguments[1:2])
        elif what == ("dbus", "signal", "Event") and arguments[:1] == [END]:
            under_way.difference_update(arguments[1:2])
            return not under_way
        return over(event)

    return ended
