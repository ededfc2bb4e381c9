"""The relaxations of the diagram's order, and what each outcome demands: ``hops.yaml``, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hopcheck.flow.behaviour import check_executable
from hopcheck.flow.model import Block, Diagram


class OrderError(ValueError):
    """``hops.yaml`` does not fit the diagram; the text begins with the path of the key."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path


@dataclass(frozen=True, slots=True)
class Retry:
    """``request`` may come up to ``tries`` times; each ``response`` answers the latest."""

    request: int
    response: int
    tries: int


@dataclass(frozen=True, slots=True)
class KeyedLoop:
    """A loop of the diagram whose passes run side by side, told apart by key (rules 6 and 7).

    Inside a pass the text order is strict. Every arrow of a pass comes after ``after``; ``before`` pairs an arrow
    of the pass with a later arrow that it must precede.
    """

    name: str
    block: Block
    after: int
    before: frozenset[tuple[int, int]]

    @property
    def arrows(self) -> tuple[int, ...]:
        """The numbers of its arrows, in text order."""
        return tuple(arrow.number for arrow in self.block.arrows)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run demands, by arrow number; ``excuses_after_fault``: all that follows a declared fault is optional."""

    name: str
    demanded: frozenset[int]
    optional: frozenset[int]
    forbidden: frozenset[int]
    excuses_after_fault: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Sections ``order`` and ``outcomes`` of hops.yaml.

    ``sessions``: arrow -> the arrow that its first occurrence must precede (rule 5). ``derived``: arrows without a
    transfer of their own (rule 9). ``one_key``: arrows that must agree in their key (rule 8). ``repeats``: arrows
    that come one or more times as a group. ``observed``: arrows whose tap may lag (rule 14).
    """

    sessions: Mapping[int, int]
    derived: frozenset[int]
    loops: tuple[KeyedLoop, ...]
    repeats: tuple[tuple[int, ...], ...]
    retries: tuple[Retry, ...]
    one_key: tuple[frozenset[int], ...]
    observed: frozenset[int]
    outcomes: Mapping[str, Outcome]

    def loop(self, name: str) -> KeyedLoop:
        """The keyed loop with this name, or with this label in the diagram. Raises KeyError."""
        for loop in self.loops:
            if name in (loop.name, loop.block.label):
                return loop
        raise KeyError(f"no loop {name!r}; hops.yaml has {', '.join(loop.name for loop in self.loops)}")

    def loop_of(self, arrow: int) -> KeyedLoop | None:
        """The keyed loop that the arrow lies in."""
        return next((loop for loop in self.loops if arrow in loop.arrows), None)

    def outcome(self, name: str) -> Outcome:
        """The outcome with this name. Raises KeyError."""
        if name not in self.outcomes:
            raise KeyError(f"no outcome {name!r}; hops.yaml has {', '.join(self.outcomes)}")
        return self.outcomes[name]


def load_order(hops: Mapping[str, Any], diagram: Diagram) -> Order:
    """Read the sections ``order`` and ``outcomes``.

    Raises `OrderError` with the key path where they do not fit the diagram, `NotExecutable` where the diagram says
    more than the oracle can judge.
    """
    check_executable(diagram)
    read = _Reader(diagram)
    order = read.mapping(
        hops, "order", "", {"sessions", "derived", "loops", "repeats", "retries", "one_key", "observed"}
    )
    sessions = read.mapping(order, "sessions", "order")
    return Order(
        sessions={
            read.arrow(first, "order.sessions"): read.arrow(then, f"order.sessions.{first}")
            for first, then in sessions.items()
        },
        derived=frozenset(read.arrows(order, "derived", "order")),
        loops=tuple(read.loop(name, value) for name, value in read.mapping(order, "loops", "order").items()),
        repeats=tuple(
            tuple(read.numbers(group, f"order.repeats.{index}"))
            for index, group in enumerate(read.sequence(order, "repeats", "order"))
        ),
        retries=tuple(
            read.retry(value, f"order.retries.{index}")
            for index, value in enumerate(read.sequence(order, "retries", "order"))
        ),
        one_key=tuple(
            frozenset(read.numbers(group, f"order.one_key.{index}"))
            for index, group in enumerate(read.sequence(order, "one_key", "order"))
        ),
        observed=frozenset(read.arrows(order, "observed", "order")),
        outcomes={name: read.outcome(name, value) for name, value in read.mapping(hops, "outcomes", "").items()},
    )


class _Reader:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.all = frozenset(arrow.number for arrow in diagram.arrows)

    def mapping(
        self, parent: Mapping[Any, Any], key: str, path: str, known: set[str] | None = None
    ) -> Mapping[Any, Any]:
        path = f"{path}.{key}".lstrip(".")
        value = parent.get(key, {})
        if not isinstance(value, Mapping):
            raise OrderError(path, f"expected a mapping, found {value!r}")
        for unknown in sorted(set(value) - known) if known is not None else ():
            raise OrderError(f"{path}.{unknown}", f"unknown key; known are {', '.join(sorted(known or ()))}")
        return value

    def sequence(self, parent: Mapping[Any, Any], key: str, path: str) -> list[Any]:
        value = parent.get(key, [])
        if not isinstance(value, list):
            raise OrderError(f"{path}.{key}", f"expected a list, found {value!r}")
        return value

    def arrow(self, value: Any, path: str) -> int:
        if not isinstance(value, int) or value not in self.all:
            raise OrderError(path, f"expected the number of an arrow, 1 to {len(self.all)}, found {value!r}")
        return value

    def numbers(self, values: Any, path: str) -> list[int]:
        if not isinstance(values, list):
            raise OrderError(path, f"expected a list of arrows, found {values!r}")
        numbers = [self.arrow(value, f"{path}.{index}") for index, value in enumerate(values)]
        if len(set(numbers)) < len(numbers):
            raise OrderError(path, f"expected each arrow once, found {values!r}")
        return numbers

    def arrows(self, parent: Mapping[Any, Any], key: str, path: str) -> list[int]:
        return self.numbers(self.sequence(parent, key, path), f"{path}.{key}")

    def loop(self, name: Any, value: Any) -> KeyedLoop:
        path = f"order.loops.{name}"
        fields = self.mapping({name: value}, name, "order.loops", {"label", "after", "before"})
        found = [block for block in self.diagram.loops if block.label == fields.get("label")]
        if len(found) != 1:
            labels = ", ".join(repr(block.label) for block in self.diagram.loops)
            raise OrderError(
                f"{path}.label", f"expected the label of one loop ({labels}), found {fields.get('label')!r}"
            )
        inside = {arrow.number for arrow in found[0].arrows}
        before = set()
        for first, then in self.mapping(fields, "before", path).items():
            if self.arrow(first, f"{path}.before") not in inside:
                raise OrderError(f"{path}.before.{first}", "expected an arrow of this loop")
            before.add((first, self.arrow(then, f"{path}.before.{first}")))
        return KeyedLoop(str(name), found[0], self.arrow(fields.get("after"), f"{path}.after"), frozenset(before))

    def retry(self, value: Any, path: str) -> Retry:
        if not isinstance(value, Mapping) or set(value) != {"request", "response", "tries"}:
            raise OrderError(path, f"expected request, response and tries, found {value!r}")
        tries = value["tries"]
        if not isinstance(tries, int) or tries < 1:
            raise OrderError(f"{path}.tries", f"expected a number from 1, found {tries!r}")
        return Retry(
            self.arrow(value["request"], f"{path}.request"), self.arrow(value["response"], f"{path}.response"), tries
        )

    def outcome(self, name: Any, value: Any) -> Outcome:
        path = f"outcomes.{name}"
        fields = self.mapping({name: value}, name, "outcomes", {"demanded", "optional", "forbidden", "after_fault"})
        demanded, optional, forbidden = (
            self.arrows(fields, part, path) for part in ("demanded", "optional", "forbidden")
        )
        self._partition(path, [*demanded, *optional, *forbidden])
        after_fault = fields.get("after_fault")
        if after_fault not in (None, "optional"):
            raise OrderError(f"{path}.after_fault", f"expected 'optional' or nothing, found {after_fault!r}")
        return Outcome(
            str(name), frozenset(demanded), frozenset(optional), frozenset(forbidden), after_fault == "optional"
        )

    def _partition(self, path: str, numbers: Iterable[int]) -> None:
        listed = sorted(numbers)
        twice = sorted({number for number in listed if listed.count(number) > 1})
        if twice:
            raise OrderError(path, f"expected each arrow in one list, found {twice} in more than one")
        if set(listed) != self.all:
            raise OrderError(path, f"expected every arrow in a list, missing are {sorted(self.all - set(listed))}")
