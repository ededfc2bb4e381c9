"""A receiver under generated messages, on a topology that is up: the kit sends, and sees whether it still serves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hopcheck.checks.judge import Judge
from hopcheck.generated.messages_receivers import RECEIVERS, Receiver, Sent
from hopcheck.topology.scene import Scene
from hopcheck.trace import Trace, TraceTimeout

T = TypeVar("T")


class Wire:
    """Puts sequences of messages to who has a ``role``, one after the other, until one is not survived.

    Raises `StartError` where no host comes up for it.
    """

    def __init__(self, scene: Scene, judge: Judge, role: str) -> None:
        self._scene, self._judge = scene, judge
        self._receiver: Receiver = RECEIVERS[role](scene)

    def put(self, sequence: Sequence[Sent]) -> str | None:
        """What is wrong afterwards, None where nothing is."""
        receiver, began = self._receiver, len(self._scene.trace)
        try:
            for sent in sequence:
                receiver.tell(sent)
            receiver.serve()
        except (TraceTimeout, OSError) as error:
            return str(error).partition("\n")[0] or repr(error)
        _, breaches, _ = self._judge.check(Trace(self._scene.trace.events[began:]))
        # What it hands on is as wrong as what it was told.
        broken = [each for event, each in breaches if each.role == receiver.role and event.protocol in receiver.judged]
        return f"{broken[0].place}: {broken[0].expected}: {broken[0].got}" if broken else None

    def close(self) -> None:
        """Let what the kit has beside the receiver go."""
        self._receiver.leave()


def reduced(sequence: Sequence[T], fails: Callable[[Sequence[T]], bool]) -> list[T]:
    """The messages of a sequence that fails without which it does not."""
    left = list(sequence)
    shorter = True
    while shorter:
        shorter = False
        for number in reversed(range(len(left))):
            without = [*left[:number], *left[number + 1 :]]
            if without and fails(without):
                left, shorter = without, True
    return left
