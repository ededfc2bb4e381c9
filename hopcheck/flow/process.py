"""A run of the diagram as a state that arrows move: the main term, and one term for each pass of a keyed loop."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace

from hopcheck.flow.behaviour import behaviour, body_term
from hopcheck.flow.model import Arrow, Diagram
from hopcheck.flow.order import KeyedLoop, Order, Outcome, Retry
from hopcheck.flow.term import Term, Terms

Choices = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class State:
    """What may still happen.

    ``main`` and each pass in ``passes`` are the alternatives left; ``shut`` are loop arrows that would come too
    late; ``keys`` hold the key of each group that must agree; ``relaxed``: a declared fault has happened.
    """

    main: Choices
    passes: Mapping[tuple[str, str | None], Choices]
    shut: frozenset[int]
    keys: tuple[str | None, ...]
    relaxed: bool = False

    def identity(self) -> Hashable:
        """Equal for states with the same future."""
        return self.main, frozenset(self.passes.items()), self.shut, self.keys, self.relaxed


class Process:
    """The diagram under its order and one outcome; ``repeatable`` arrows may recur because a fault says so."""

    def __init__(self, diagram: Diagram, order: Order, outcome: Outcome, repeatable: Collection[int] = ()) -> None:
        self.diagram = diagram
        self.order = order
        self.outcome = outcome
        self.repeatable = frozenset(repeatable)
        self.loop_of = {number: loop for loop in order.loops for number in loop.arrows}
        self.terms = Terms(self._must_be_done)
        self.strict = Terms(lambda one, other: True)
        self._lifelines = {arrow.number: arrow.lifelines for arrow in diagram.arrows}
        keyed = [loop.block for loop in order.loops]
        self._loops = [
            [arrow.number for arrow in block.arrows]
            for block in diagram.blocks
            if block.kind in ("loop", "par", "par_over") and not any(block is loop for loop in keyed)
        ]
        self._key_groups = {number: index for index, group in enumerate(order.one_key) for number in group}
        self._closes = {
            then: frozenset(f for loop in order.loops for f, t in loop.before if t == then)
            for loop in order.loops
            for _, then in loop.before
        }
        self._fresh = {loop.name: self._pass_term(loop) for loop in order.loops}
        self._earlier: dict[int, list[tuple[int, bool]]] = {}
        self._fresh_relaxed = {name: self._relaxed(term, self.strict) for name, term in self._fresh.items()}

    def start(self) -> State:
        """Nothing has happened."""
        main = behaviour(
            self.diagram,
            self.terms,
            lambda arrow: self._term(arrow, self.terms),
            [loop.block for loop in self.order.loops],
        )
        return State((main,), {}, frozenset(), (None,) * len(self.order.one_key))

    def keeps_order(self, one: int, other: int) -> bool:
        """Whether two arrows keep the text's order: by lifeline, or as the order's relaxations say instead."""
        for arrow, against in ((one, other), (other, one)):
            if arrow in self.order.sessions:
                return self.order.sessions[arrow] == against
        for arrow, against in ((one, other), (other, one)):
            if arrow in self.loop_of:
                loop = self.loop_of[arrow]
                return against == loop.after or (arrow, against) in loop.before
        return not self._lifelines[one].isdisjoint(self._lifelines[other])

    def step(self, state: State, arrow: int, key: str | None) -> State | None:
        """The state after the arrow; None where it is not legal."""
        if arrow in self.loop_of:
            return self._step_pass(state, self.loop_of[arrow], arrow, key)
        keys = self.agree(state, arrow, key)
        if keys is None:
            return None
        main = self.terms.step_all(state.main, arrow)
        if not main:
            return state if self._recurs(state, arrow) else None
        shut = state.shut | self._closes.get(arrow, frozenset())
        return State(main, state.passes, shut, keys, state.relaxed)

    def agree(self, state: State, arrow: int, key: str | None) -> tuple[str | None, ...] | None:
        """The groups' keys with this one; None where its group has another."""
        group = self._key_groups.get(arrow)
        if group is None or key is None or state.keys[group] == key:
            return state.keys
        if state.keys[group] is not None:
            return None
        return (*state.keys[:group], key, *state.keys[group + 1 :])

    def group_key(self, state: State, arrow: int) -> str | None:
        """The key that the arrow's group has so far."""
        group = self._key_groups.get(arrow)
        return None if group is None else state.keys[group]

    def relax(self, state: State) -> State:
        """From here on everything is optional; what happens still keeps its order."""
        return replace(
            state,
            relaxed=True,
            main=tuple(self._relaxed(term, self.terms) for term in state.main),
            passes={
                key: tuple(self._relaxed(term, self.strict) for term in choices)
                for key, choices in state.passes.items()
            },
        )

    def pass_choices(self, state: State, loop: KeyedLoop, key: str | None) -> Choices:
        """What is left of a pass; a pass not begun is whole."""
        fresh = self._fresh_relaxed if state.relaxed else self._fresh
        return state.passes.get((loop.name, key)) or (fresh[loop.name],)

    def expected(self, state: State) -> frozenset[int]:
        """Every arrow that is legal now, with some key."""
        legal = {
            arrow.number
            for arrow in self.diagram.arrows
            if arrow.number not in self.loop_of and self.step(state, arrow.number, None) is not None
        }
        for loop in self.order.loops:
            keys = [key for name, key in state.passes if name == loop.name]
            unused = next(key for key in map(str, range(len(keys) + 1)) if key not in keys)
            for arrow in set(loop.arrows) - legal:
                if any(self.step(state, arrow, key) is not None for key in (unused, *keys)):
                    legal.add(arrow)
        return frozenset(legal)

    def complete(self, state: State, loop: KeyedLoop) -> int:
        """How many passes of the loop are whole."""
        return sum(
            any(self.strict.nullable(term) for term in choices)
            for (name, _), choices in state.passes.items()
            if name == loop.name
        )

    def blockers(self, state: State, arrow: int) -> tuple[int, ...]:
        """Demanded arrows that have not happened and must come before this one."""
        if state.relaxed:
            return ()
        return tuple(
            other
            for other in sorted(self.outcome.demanded)
            if other < arrow and self.waits(state, other) and self.keeps_order(other, arrow)
        )

    def recurs_together(self, one: int, other: int) -> bool:
        """Whether the text's order does not decide between two arrows, because both lie in something that recurs."""
        groups = [*self.order.repeats, *((r.request, r.response) for r in self.order.retries), *self._loops]
        return any(one in group and other in group for group in groups)

    def earlier(self, arrow: int) -> list[tuple[int, bool]]:
        """Arrows that this one can depend on, and whether only under the same key."""
        found = self._earlier.get(arrow)
        if found is None:
            loop = self.loop_of.get(arrow)
            found = []
            for other in (a.number for a in self.diagram.arrows):
                if loop is not None and self.loop_of.get(other) is loop:
                    if other < arrow or self.recurs_together(other, arrow):
                        found.append((other, True))
                elif self.keeps_order(other, arrow) and (other < arrow or self.recurs_together(other, arrow)):
                    found.append((other, False))
            self._earlier[arrow] = found
        return found

    def recurs(self, arrow: int) -> bool:
        """Whether the arrow may come more than once (in one pass, if it lies in a keyed loop)."""
        return arrow in self.repeatable or self.recurs_together(arrow, arrow)

    def waits_in_pass(self, state: State, loop: KeyedLoop, arrow: int, key: str | None) -> bool:
        """Whether the arrow can still happen at some time in this pass."""
        return any(arrow in self.strict.alphabet(term) for term in self.pass_choices(state, loop, key))

    def waits(self, state: State, arrow: int) -> bool:
        """Whether the arrow can still happen at some time."""
        return any(arrow in self.terms.alphabet(term) for term in state.main)

    def _must_be_done(self, own: int, arrow: int) -> bool:
        # a pass stands beside the main term, so only what it comes after holds it back
        if arrow in self.loop_of:
            return own == self.loop_of[arrow].after
        return self.keeps_order(own, arrow)

    def _step_pass(self, state: State, loop: KeyedLoop, arrow: int, key: str | None) -> State | None:
        if arrow in state.shut or arrow in self.outcome.forbidden:
            return None
        main = self.terms.without_all(state.main, arrow)
        before = self.pass_choices(state, loop, key)
        after = self.strict.step_all(before, arrow)
        if not after and arrow in self.repeatable and not any(arrow in self.strict.alphabet(t) for t in before):
            after = before
        if not main or not after:
            return None
        return replace(state, main=main, passes={**state.passes, (loop.name, key): after})

    def _recurs(self, state: State, arrow: int) -> bool:
        allowed = arrow in self.order.sessions or arrow in self.repeatable
        return allowed and arrow not in self.outcome.forbidden and not self.waits(state, arrow)

    def _pass_term(self, loop: KeyedLoop) -> Term:
        items = loop.block.sections[0].items
        return body_term(items, self.strict, lambda arrow: self._shape(arrow.number, self.strict))

    def _term(self, arrow: Arrow, terms: Terms) -> Term:
        if arrow.number in self.outcome.forbidden or arrow.number in self.order.derived:
            return terms.empty
        whole = self._shape(arrow.number, terms)
        return terms.opt(whole) if arrow.number in self.outcome.optional else whole

    def _shape(self, number: int, terms: Terms) -> Term:
        for retry in self.order.retries:
            if number == retry.request:
                return _tries(terms, retry, retry.tries)
            if number == retry.response:
                return terms.empty
        for group in self.order.repeats:
            if number in group:
                once = terms.seq(*(terms.event(member) for member in group))
                return terms.seq(once, terms.loop(once)) if number == group[0] else terms.empty
        return terms.event(number)

    def _relaxed(self, term: Term, terms: Terms) -> Term:
        return terms.map_events(term, terms.opt)


class Processes:
    """Those of a diagram under its order, each made once: what one run had worked out serves the next."""

    def __init__(self, diagram: Diagram, order: Order) -> None:
        self.diagram, self.order = diagram, order
        self._made: dict[tuple[str, frozenset[int]], Process] = {}

    def of(self, outcome: str, repeatable: Collection[int] = ()) -> Process:
        """The process of an outcome. Raises KeyError for an unknown one."""
        key = outcome, frozenset(repeatable)
        if key not in self._made:
            self._made[key] = Process(self.diagram, self.order, self.order.outcome(outcome), repeatable)
        return self._made[key]


def _tries(terms: Terms, retry: Retry, left: int) -> Term:
    request, response = terms.event(retry.request), terms.event(retry.response)
    if left == 1:
        return terms.seq(request, response)
    again = _tries(terms, retry, left - 1)
    return terms.seq(request, terms.alt(terms.seq(response, terms.opt(again)), again))
