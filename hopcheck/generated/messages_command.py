"""``hopcheck fuzz rhc``: generated messages over a real broker, to whatever program has the role."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hopcheck.generated.messages_wire import ROLE, Sent, Wire, reduced
from hopcheck.home import CONTRACTS
from hopcheck.topology.settings import QUICK, scope

if TYPE_CHECKING:
    from hopcheck.generated.messages import Message
    from hopcheck.topology.settings import Settings

SEQUENCES = 4
"""For each case that is asked for."""
NAMES = ("command", "data")
LEAVING = (b'"disconnect"', b'"reconnect"')
"""Who is told to leave need not answer; cases are about that."""
OWN, GUEST = b'"rhc-worker-playbook"', b'"hopcheck-guest"'
FEATURES = Path("features")


def drawn(count: int, seed: int) -> list[list[Message]]:
    """So many sequences of messages for rhc, the same for the same seed. Raises ImportError without Hypothesis."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as of_seed

    from hopcheck.generated.messages import MQTT, Messages
    from hopcheck.generated.messages_sequence import sequences

    found: list[list[Message]] = []
    messages = Messages(CONTRACTS)

    @of_seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(sequences(messages.any_of(MQTT, *NAMES)))
    def draw(sequence: list[Message]) -> None:
        if kept := [each for each in sequence if not any(word in each.data for word in LEAVING)]:
            found.append(kept)

    draw()
    return found[:count]


def play(asked: Settings, cases: int, seed: int) -> int:
    """Put generated sequences to a host with rhc; the exit status of ``fuzz``."""
    from hopcheck.checks.judge import Judge
    from hopcheck.generated.messages_table import Tally, table
    from hopcheck.topology.process import StartError
    from hopcheck.topology.stage import Stage
    from hopcheck.trace import TraceTimeout

    report, judge = asked.report / ROLE, Judge(CONTRACTS)
    roles, commands = scope(ROLE), {**QUICK, **asked.commands}
    tally, found = Tally("mqtt", "rhc gets command/data over a broker"), False
    try:
        with Stage(replace(asked, report=report, hosts=0, roles=roles, commands=commands)) as stage:
            stage.scene.tell("case", case="generated messages")
            wire = Wire(stage.scene, judge)
            for messages in drawn(cases * SEQUENCES, seed):
                tally.count(messages)
                with tally.timed(time.monotonic):
                    wrong = wire.put(_sent(messages))
                if wrong is not None:
                    found = True
                    tally.findings += 1
                    _save(wire, messages, wrong, report)
                    break
            wire.close()
    except ImportError as error:
        print(f"hopcheck: generated messages need Hypothesis ({error}): pip install 'hopcheck[fuzz]'", file=sys.stderr)
        return 3
    except (StartError, TraceTimeout) as error:
        print(f"hopcheck: {error}", file=sys.stderr)
        return 3
    lines = [*table([tally]), f"trace: {report / 'trace.jsonl'}", f"VERDICT: {'fail' if found else 'pass'}"]
    print("\n".join(lines), flush=True)
    return 1 if found else 0


def _save(wire: Wire, messages: Sequence[Message], wrong: str, report: Path) -> None:
    """Cut a sequence down and write it where features are kept, or beside the trace where none are."""
    from hopcheck.generated.messages_saved import feature, save

    def fails(sequence: Sequence[Message]) -> bool:
        # With ids of its own: what is left of an earlier try must not tell.
        return wire.put(_sent(sequence)) is not None

    print(f"hopcheck: after {len(messages)} messages rhc owes {wrong}", file=sys.stderr)
    if not fails(messages):
        print("hopcheck: a new host survives them: what came before has its part in it", file=sys.stderr, flush=True)
        return
    shortest = reduced(messages, fails)
    directory = FEATURES / "regressions" if FEATURES.is_dir() else report
    path = save(directory, "rhc-messages", feature(_sent(shortest), wrong))
    what = ", ".join(f"{each.name} ({each.kind}{f': {each.way}' if each.way else ''})" for each in shortest)
    print(f"hopcheck: {len(shortest)} of them are enough: {what}", file=sys.stderr)
    print(f"hopcheck: play it again: hopcheck run {path}", file=sys.stderr, flush=True)


def _sent(messages: Sequence[Message]) -> list[Sent]:
    """As they are published: with ids that no other sequence had, and for a worker of the kit's own."""
    from hopcheck.generated.messages_sequence import numbered

    of = uuid.uuid4().hex
    fresh = [numbered(message, of) for message in messages]
    return [(str(each.beside["topic"]), each.data.replace(OWN, GUEST)) for each in fresh]
