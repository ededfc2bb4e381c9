"""Process terms under weak sequencing, and how an event changes them.

A term stands for a set of traces. In ``Seq(p, q)`` an event of ``q`` may go before ``p`` is done as long as what is
left of ``p`` never needs an event that the two must agree about: they are *dependent*, by a shared lifeline say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, eq=False)
class Empty:
    """Nothing happens."""


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """The arrow of this number happens once."""

    arrow: int


@dataclass(frozen=True, slots=True, eq=False)
class Seq:
    """``first`` weakly before ``then``."""

    first: Term
    then: Term


@dataclass(frozen=True, slots=True, eq=False)
class Alt:
    """One of the choices."""

    choices: tuple[Term, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Par:
    """Both, in any interleaving."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """Any number of passes, weakly one after the other."""

    body: Term


Term: TypeAlias = Empty | Event | Seq | Alt | Par | Loop


class Terms:
    """Builds terms, each only once, and steps them.

    ``dependent`` says whether two arrows keep their order; an arrow always depends on itself.
    Equal terms are the same object, so every operation is worked out once per term and arrow.
    """

    def __init__(self, dependent: Callable[[int, int], bool]) -> None:
        self._dependent = dependent
        self._built: dict[tuple[object, ...], Term] = {}
        self._steps: dict[tuple[Term, int], tuple[Term, ...]] = {}
        self._without: dict[tuple[Term, int], Term | None] = {}
        self._alphabets: dict[Term, frozenset[int]] = {}
        self.empty: Term = Empty()

    def event(self, arrow: int) -> Term:
        """The arrow, once."""
        return self._once(("event", arrow), lambda: Event(arrow))

    def seq(self, *parts: Term) -> Term:
        """Weak sequence; a loop followed by the same loop is that loop."""
        whole = self.empty
        for part in reversed(parts):
            whole = self._then(part, whole)
        return whole

    def alt(self, *choices: Term) -> Term:
        """One of several; a choice within is flattened."""
        flat: dict[Term, None] = {}
        for choice in choices:
            flat |= dict.fromkeys(choice.choices if isinstance(choice, Alt) else (choice,))
        distinct = tuple(flat)
        return distinct[0] if len(distinct) == 1 else self._once(("alt", *distinct), lambda: Alt(distinct))

    def opt(self, term: Term) -> Term:
        """The term or nothing."""
        return self.alt(term, self.empty)

    def par(self, *branches: Term) -> Term:
        """All at once."""
        whole, *rest = branches
        for branch in rest:
            whole = self._beside(whole, branch)
        return whole

    def loop(self, body: Term) -> Term:
        """Any number of passes of ``body``, zero included."""
        if isinstance(body, Empty | Loop):
            return body
        return self._once(("loop", body), lambda: Loop(body))

    def nullable(self, term: Term) -> bool:
        """Whether the term can be over now."""
        match term:
            case Empty() | Loop():
                return True
            case Event():
                return False
            case Seq(first, then):
                return self.nullable(first) and self.nullable(then)
            case Par(left, right):
                return self.nullable(left) and self.nullable(right)
            case Alt(choices):
                return any(self.nullable(choice) for choice in choices)

    def without(self, term: Term, arrow: int) -> Term | None:
        """The part of the term that can still follow once ``arrow`` has gone first; None if there is none.

        It keeps exactly those choices that never need an event dependent on ``arrow``.
        """
        key = term, arrow
        if key not in self._without:
            self._without[key] = self._work_out_without(term, arrow)
        return self._without[key]

    def step(self, term: Term, arrow: int) -> tuple[Term, ...]:
        """Every term that can be left after ``arrow``, in a fixed order; empty if it cannot happen."""
        key = term, arrow
        if key not in self._steps:
            self._steps[key] = tuple(dict.fromkeys(self._work_out_step(term, arrow)))
        return self._steps[key]

    def step_all(self, terms: Iterable[Term], arrow: int) -> tuple[Term, ...]:
        """`step` over alternatives."""
        return tuple(dict.fromkeys(left for term in terms for left in self.step(term, arrow)))

    def without_all(self, terms: Iterable[Term], arrow: int) -> tuple[Term, ...]:
        """`without` over alternatives."""
        left = (self.without(term, arrow) for term in terms)
        return tuple(dict.fromkeys(term for term in left if term is not None))

    def alphabet(self, term: Term) -> frozenset[int]:
        """Every arrow that the term mentions."""
        if term not in self._alphabets:
            self._alphabets[term] = self._work_out_alphabet(term)
        return self._alphabets[term]

    def map_events(self, term: Term, change: Callable[[Term], Term]) -> Term:
        """The term with every event replaced."""
        match term:
            case Event():
                return change(term)
            case Seq(first, then):
                return self.seq(self.map_events(first, change), self.map_events(then, change))
            case Par(left, right):
                return self.par(self.map_events(left, change), self.map_events(right, change))
            case Alt(choices):
                return self.alt(*(self.map_events(choice, change) for choice in choices))
            case Loop(body):
                return self.loop(self.map_events(body, change))
            case _:
                return term

    def _once(self, key: tuple[object, ...], build: Callable[[], Term]) -> Term:
        if key not in self._built:
            self._built[key] = build()
        return self._built[key]

    def _then(self, first: Term, then: Term) -> Term:
        if isinstance(first, Empty):
            return then
        if isinstance(then, Empty):
            return first
        if isinstance(first, Seq):
            return self._then(first.first, self._then(first.then, then))
        if isinstance(first, Loop) and first is (then.first if isinstance(then, Seq) else then):
            return then
        return self._once(("seq", first, then), lambda: Seq(first, then))

    def _beside(self, left: Term, right: Term) -> Term:
        if isinstance(left, Empty):
            return right
        return left if isinstance(right, Empty) else self._once(("par", left, right), lambda: Par(left, right))

    def _work_out_without(self, term: Term, arrow: int) -> Term | None:
        match term:
            case Event(own):
                return None if own == arrow or self._dependent(own, arrow) else term
            case Seq(first, then):
                before, after = self.without(first, arrow), self.without(then, arrow)
                return None if before is None or after is None else self._then(before, after)
            case Par(left, right):
                one, other = self.without(left, arrow), self.without(right, arrow)
                return None if one is None or other is None else self._beside(one, other)
            case Alt(choices):
                kept = self.without_all(choices, arrow)
                return self.alt(*kept) if kept else None
            case Loop(body):
                rest = self.without(body, arrow)
                return self.empty if rest is None else self.loop(rest)
            case _:
                return term

    def _work_out_step(self, term: Term, arrow: int) -> list[Term]:
        match term:
            case Event(own):
                return [self.empty] if own == arrow else []
            case Seq(first, then):
                steps = [self._then(left, then) for left in self.step(first, arrow)]
                before = self.without(first, arrow)
                if before is not None:
                    steps += [self._then(before, left) for left in self.step(then, arrow)]
                return steps
            case Par(left, right):
                return [
                    *(self._beside(one, right) for one in self.step(left, arrow)),
                    *(self._beside(left, other) for other in self.step(right, arrow)),
                ]
            case Alt(choices):
                return [left for choice in choices for left in self.step(choice, arrow)]
            case Loop(body):
                # passes before the one that moves can only be such as leave the event alone
                rest = self.without(body, arrow)
                earlier = self.empty if rest is None else self.loop(rest)
                return [self.seq(earlier, left, term) for left in self.step(body, arrow)]
            case _:
                return []

    def _work_out_alphabet(self, term: Term) -> frozenset[int]:
        match term:
            case Event(arrow):
                return frozenset((arrow,))
            case Seq(first, then):
                return self.alphabet(first) | self.alphabet(then)
            case Par(left, right):
                return self.alphabet(left) | self.alphabet(right)
            case Alt(choices):
                return frozenset().union(*(self.alphabet(choice) for choice in choices))
            case Loop(body):
                return self.alphabet(body)
            case _:
                return frozenset()
