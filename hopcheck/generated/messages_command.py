"""``hopcheck fuzz`` for a role that gets messages: generated ones over the wire, to whatever program has the role."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hopcheck.generated.messages_receivers import RECEIVERS, Sent
from hopcheck.generated.messages_wire import Wire, reduced
from hopcheck.home import CONTRACTS
from hopcheck.topology.host import HOST_ROLES
from hopcheck.topology.settings import QUICK, scope

if TYPE_CHECKING:
    from hopcheck.checks.judge import Judge
    from hopcheck.generated.messages import Message
    from hopcheck.generated.messages_source import Source
    from hopcheck.topology.settings import Settings
    from hopcheck.topology.stage import Stage

FEATURES = Path("features")
PATIENCE_S = 20.0
"""How long a receiver may take for what it owes."""


class Trials:
    """Puts sequences to a role until one is not survived; what comes then gets another: a host on the same topology, or
    a server on a new one, which remembers nothing.

    Raises `StartError` and `TraceTimeout` where that does not come up.
    """

    def __init__(self, asked: Settings, role: str, judge: Judge) -> None:
        self._asked, self._role, self._judge = asked, role, judge
        self._opened = ExitStack()
        self._stage: Stage | None = None
        self._wire: Wire | None = None
        self._count = 0

    @property
    def report(self) -> Path:
        """Where the trace of the last topology is."""
        again = f"-{self._count}" if self._count > 1 else ""
        return self._asked.report / f"{self._role}-messages{again}"

    def put(self, sequence: Sequence[Sent]) -> str | None:
        """What is wrong afterwards, None where nothing is."""
        if self._stage is None:
            self._stage = self._up()
        if self._wire is None:
            self._wire = Wire(self._stage.scene, self._judge, self._role)
        wrong = self._wire.put(sequence)
        if wrong is not None:
            self._leave()
            if self._role in HOST_ROLES:
                self._stage.trace.heal()
            else:
                self.close()
        return wrong

    def close(self) -> None:
        """Bring the topology down, if there is one."""
        self._leave()
        self._stage = None
        self._opened.close()

    def _leave(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None

    def _up(self) -> Stage:
        from hopcheck.topology.stage import Stage

        self._count += 1
        commands = {**QUICK, **self._asked.commands}
        timeout = min(self._asked.timeout_s, PATIENCE_S)
        settings = replace(
            self._asked, report=self.report, hosts=0, roles=scope(self._role), commands=commands, timeout_s=timeout
        )
        stage = self._opened.enter_context(Stage(settings))
        # To the judge it is a case: nothing else is owed of such a run.
        stage.scene.tell("case", case="generated messages")
        return stage


def play(asked: Settings, role: str, cases: int, seed: int) -> int:
    """Put generated sequences to who has a role; the exit status of ``fuzz``."""
    from hopcheck.checks.judge import Judge
    from hopcheck.generated.messages_table import Tally, table
    from hopcheck.topology.process import StartError
    from hopcheck.trace import TraceTimeout

    try:
        from hopcheck.generated.messages_source import SOURCES
    except ImportError as error:
        print(f"hopcheck: generated messages need Hypothesis ({error}): pip install 'hopcheck[fuzz]'", file=sys.stderr)
        return 3
    source, trials, found = SOURCES[role], Trials(asked, role, Judge(CONTRACTS)), False
    tally = Tally("/".join(source.names), f"{role} gets messages over the wire")
    try:
        for messages in source.drawn(CONTRACTS, cases, seed):
            tally.count(messages)
            with tally.timed(time.monotonic):
                wrong = trials.put(source.fresh(messages))
            if wrong is not None:
                found = True
                tally.findings += 1
                _save(trials, role, source, messages, wrong)
                break
    except (StartError, TraceTimeout) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    finally:
        trials.close()
    trace = trials.report / "trace.jsonl"
    lines = [*table([tally]), f"trace: {trace}", f"VERDICT: {'fail' if found else 'pass'}", ""]
    # At once: another role's may come at the same time.
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()
    return 1 if found else 0


def _save(trials: Trials, role: str, source: Source, messages: Sequence[Message], wrong: str) -> None:
    """Cut a sequence down and write it where features are kept, or beside the trace where none are."""
    from hopcheck.generated.messages_saved import feature, save

    def fails(sequence: Sequence[Message]) -> bool:
        # With ids of its own: what is left of an earlier try must not tell.
        return trials.put(source.fresh(sequence)) is not None

    print(f"hopcheck: after {len(messages)} messages {role} owes {wrong}", file=sys.stderr)
    directory = FEATURES / "regressions" if FEATURES.is_dir() else trials.report
    if not fails(messages):
        print("hopcheck: a new one survives them: what came before has its part in it", file=sys.stderr, flush=True)
        return
    shortest = reduced(messages, fails)
    receiver = RECEIVERS[role]
    path = save(directory, f"{role}-messages", feature(receiver, source.fresh(shortest), wrong))
    what = ", ".join(f"{each.name} ({each.kind}{f': {each.way}' if each.way else ''})" for each in shortest)
    print(f"hopcheck: {len(shortest)} of them are enough: {what}", file=sys.stderr)
    print(f"hopcheck: play it again: hopcheck run {path}", file=sys.stderr, flush=True)
