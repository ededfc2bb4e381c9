"""Plays a plan on a topology of its own and has the trace judged."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import Finding
from hopcheck.generated.runs.acts import ACTS
from hopcheck.generated.runs.moment import Kinds, kinds_of
from hopcheck.generated.runs.plan import Act, Plan, Tale
from hopcheck.taps.hold import LET_GO, Hold, Holds, Moment
from hopcheck.topology.host import Wishes
from hopcheck.topology.process import StartError
from hopcheck.topology.settings import QUICK, Settings
from hopcheck.topology.stage import Stage
from hopcheck.topology.story import WORDS
from hopcheck.trace import Draft, Event, TraceTimeout, load

PATIENCE_S = 6.0
"""How long a message is kept back at most: less than any participant waits for an answer."""
TIMEOUT_S = 30.0
QUIRK = "QUIRK"

Mark = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan: ``idle`` are holds and acts whose moment never came, each with what was seen instead."""

    plan: Plan
    findings: tuple[Finding, ...]
    trouble: str | None
    idle: tuple[str, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether every run went as the diagram says."""
        return not self.findings and self.trouble is None

    @property
    def marks(self) -> frozenset[Mark]:
        """What two plays of one plan must have in common: kind and place of each finding, whoever is to blame."""
        stuck: frozenset[Mark] = frozenset() if self.trouble is None else frozenset({("stuck",)})
        return stuck | {mark(each) for each in self.findings}

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield from self.plan.lines()
        yield from (f"  never came: {each}" for each in self.idle)
        if self.trouble is not None:
            yield f"  stuck: {self.trouble}"
        for each, count in Counter(mark(f) for f in self.findings).items():
            got = next(f.got for f in self.findings if mark(f) == each)
            yield f"  {' '.join(word for word in each if word)}{f' (x{count})' if count > 1 else ''}: {got}"
        yield f"  {'as the diagram says' if self.ok else 'FOUND'}, {self.seconds:.1f} s"


def mark(finding: Finding) -> Mark:
    """A finding without what differs between two plays."""
    arrow = "" if finding.arrow is None else f"arrow {finding.arrow}"
    return (finding.kind, finding.role or "", finding.clause or "", finding.contract or "", arrow)


def play(plan: Plan, asked: Settings, judge: Judge) -> Outcome:
    """Tell a plan's stories one after the other; trace and logs go to the report that was ``asked`` for.

    Raises `StartError` where the topology does not come up.
    """
    began, trouble = time.monotonic(), None
    idle: list[str] = []
    settings = replace(
        asked,
        hosts=plan.hosts,
        commands={**QUICK, **asked.commands},
        response_interval=plan.response_interval,
        poll_interval=plan.poll_interval,
        timeout_s=TIMEOUT_S,
        about={"generated": plan.seed},
    )
    with Stage(settings) as stage:
        for number, tale in enumerate(plan.tales, 1):
            try:
                idle += tell(stage, tale, f"{number}: {tale.kind}", judge)
            except (TraceTimeout, StartError) as error:
                words = str(error).splitlines()[0]
                if tale.faults:
                    # What a restart swallowed, the last upload say, nobody sends again.
                    idle.append(f"an end after {', '.join(tale.faults)}: {words}")
                else:
                    trouble = words
                break
    findings = tuple(each for each in judge.judge(load(asked.report / "trace.jsonl")).findings if each.level != QUIRK)
    return Outcome(plan, findings, trouble, tuple(idle), time.monotonic() - began)


def tell(stage: Stage, tale: Tale, label: str, judge: Judge) -> list[str]:
    """Play one story with its holds and acts; those whose moment never came. Raises as `Stage.play`."""
    if tale.words:
        host = stage.enlist(Wishes())
        (host.files / WORDS).write_text("w" * tale.words)
    with acting(stage, tale.acts, judge) as undone, holding(stage, tale.holds, judge):
        start = len(stage.trace)
        stage.play(tale.story(label))
    let_go = [each for each in stage.trace.where(protocol="kit", op=LET_GO) if each.seq > start]
    never = [
        f"{e.attrs['what']} until {e.attrs['until']}, {e.attrs['instead']}" for e in let_go if "instead" in e.attrs
    ]
    return never + [str(act) for act in undone]


@contextmanager
def holding(stage: Stage, holds: Sequence[Hold], judge: Judge) -> Iterator[None]:
    """Keep messages back so for as long as this lasts."""
    if not holds:
        yield
        return
    moments = [moment for each in holds for moment in (each.held, each.until)]
    # One for each of the two questions: a message is asked about before it is in the trace, and seen afterwards.
    asked, seen = (Kinds(kinds_of(moments), judge.hops, judge.contracts) for _ in range(2))

    def kinds(message: Draft | Event) -> Iterable[str]:
        return seen(message) if isinstance(message, Event) else asked(message)

    kept = Holds(holds, kinds, stage.topology.store, PATIENCE_S)
    stage.topology.store.subscribe(kept.see)
    stage.call(stage.topology.schedule(kept.ask))
    try:
        yield
    finally:
        kept.let_go()
        stage.call(stage.topology.schedule(None))


@contextmanager
def acting(stage: Stage, acts: Sequence[Act], judge: Judge) -> Iterator[list[Act]]:
    """Do each act when its moment comes; the list keeps what was not done. Raises what an act raised."""
    undone: list[Act] = list(acts)
    if not acts:
        yield undone
        return
    hand = _Hand(stage, undone, Kinds(kinds_of(act.at for act in acts), judge.hops, judge.contracts))
    stage.topology.store.subscribe(hand.see)
    try:
        yield undone
    finally:
        hand.rest()


class _Hand:
    """Does one act after the other, beside whoever appends to the trace."""

    def __init__(self, stage: Stage, undone: list[Act], kinds: Kinds) -> None:
        self._stage = stage
        self._undone = undone
        self._kinds = kinds
        self._counts: Counter[str] = Counter()
        self._doing: list[Future[None]] = []
        self._pool = ThreadPoolExecutor(1, "acts")
        self._lock = threading.Lock()
        self._resting = False

    def see(self, event: Event) -> None:
        """Begin what is due with this event."""
        with self._lock:
            for kind in self._kinds(event) if not self._resting else ():
                self._counts[kind] += 1
                for act in [each for each in self._undone if each.at == Moment(kind, self._counts[kind])]:
                    self._undone.remove(act)
                    self._doing.append(self._pool.submit(ACTS[act.what], self._stage))

    def rest(self) -> None:
        """Begin nothing more, and let what was begun come to its end."""
        with self._lock:
            self._resting = True
        self._pool.shutdown()
        for each in self._doing:
            each.result()
