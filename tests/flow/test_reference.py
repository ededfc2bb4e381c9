from __future__ import annotations

from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st
from reference import traces
from runs import often

from hopcheck.flow import parse
from hopcheck.flow.behaviour import behaviour, lifeline_terms

LONGEST = 6
arrow = st.tuples(st.sampled_from("ABCD"), st.sampled_from(["->>", "-->>", "-)"]), st.sampled_from("ABCD")).map(
    lambda parts: [f"{''.join(parts)}: m"]
)


def block(keyword, between, inner, sections):
    return st.lists(inner, min_size=1, max_size=sections).map(
        lambda bodies: [f"{keyword} x", *bodies[0], *chain(*([f"{between} y", *body] for body in bodies[1:])), "end"]
    )


def statements(inner):
    return st.lists(inner, min_size=1, max_size=3).map(lambda parts: list(chain(*parts)))


nested = st.recursive(
    statements(arrow),
    lambda inner: statements(
        st.one_of(
            arrow,
            block("loop", "", inner, 1),
            block("opt", "", inner, 1),
            block("alt", "else", inner, 3),
            block("par", "and", inner, 3),
        )
    ),
    max_leaves=4,
)
diagrams = nested.map(lambda lines: parse("sequenceDiagram\n" + "\n".join(lines))).filter(
    lambda diagram: len(diagram.arrows) <= 6
)


def executed(diagram):
    terms = lifeline_terms(diagram)
    numbers = [arrow.number for arrow in diagram.arrows]
    whole, viable = set(), set()
    stack = [((), (behaviour(diagram, terms),))]
    while stack:
        trace, left = stack.pop()
        viable.add(trace)
        if any(terms.nullable(term) for term in left):
            whole.add(trace)
        if len(trace) < LONGEST:
            steps = ((number, terms.step_all(left, number)) for number in numbers)
            stack += [((*trace, number), after) for number, after in steps if after]
    return whole, viable


@settings(often, max_examples=500)
@given(diagrams)
def test_executed_traces_are_the_enumerated_ones(diagram):
    whole, viable = executed(diagram)
    reference = traces(diagram, LONGEST)
    assert whole == reference
    if not diagram.loops:
        assert viable == {trace[:length] for trace in reference for length in range(len(trace) + 1)}
