from __future__ import annotations

import pytest

from hopcheck.flow.term import Terms


@pytest.fixture
def terms():
    """Arrows below ten depend on one another, as do those from ten on."""
    return Terms(lambda one, other: (one < 10) == (other < 10))


def accepts(terms, term, *arrows):
    left = (term,)
    for arrow in arrows:
        left = terms.step_all(left, arrow)
    return any(terms.nullable(term) for term in left)


def test_equal_terms_are_one_object(terms):
    build = lambda: terms.seq(terms.event(1), terms.opt(terms.event(2)), terms.loop(terms.event(3)))  # noqa: E731
    assert build() is build()
    assert terms.seq(terms.seq(terms.event(1), terms.event(2)), terms.event(3)) is terms.seq(
        terms.event(1), terms.seq(terms.event(2), terms.event(3))
    )


def test_nothing_is_dropped_and_choices_are_flat(terms):
    one = terms.event(1)
    assert terms.seq(terms.empty, one, terms.empty) is one
    assert terms.par(terms.empty, one) is one
    assert terms.loop(terms.empty) is terms.empty
    assert terms.loop(terms.loop(one)) is terms.loop(one)
    assert terms.alt(one, terms.alt(one, terms.empty)) is terms.opt(one)


def test_weak_sequence_lets_independent_events_go_first(terms):
    term = terms.seq(terms.event(1), terms.event(10))
    assert accepts(terms, term, 1, 10)
    assert accepts(terms, term, 10, 1)
    assert not accepts(terms, terms.seq(terms.event(1), terms.event(2)), 2, 1)


def test_going_first_decides_choices(terms):
    term = terms.seq(terms.alt(terms.event(1), terms.event(10)), terms.event(2))
    assert accepts(terms, term, 2, 10)
    assert not accepts(terms, term, 2, 1)


def test_passes_of_a_loop_overlap_weakly(terms):
    loop = terms.loop(terms.seq(terms.event(1), terms.event(10)))
    assert accepts(terms, loop)
    assert accepts(terms, loop, 1, 1, 10, 10)
    assert accepts(terms, loop, 10, 10, 1, 1)
    assert not accepts(terms, loop, 1, 1, 10)


def test_a_finished_pass_leaves_the_loop_as_it_was(terms):
    loop = terms.loop(terms.seq(terms.event(1), terms.event(2)))
    left = (loop,)
    for arrow in [1, 2] * 20:
        left = terms.step_all(left, arrow)
    assert left == (loop,)


def test_a_loop_ends_before_what_depends_on_it(terms):
    term = terms.seq(terms.loop(terms.event(1)), terms.event(2))
    assert accepts(terms, term, 1, 1, 2)
    assert not accepts(terms, term, 1, 2, 1)


def test_parallel_branches_interleave(terms):
    term = terms.par(terms.seq(terms.event(1), terms.event(2)), terms.event(3))
    assert accepts(terms, term, 1, 3, 2)
    assert not accepts(terms, term, 2, 1, 3)


def test_events_are_replaced_everywhere(terms):
    term = terms.seq(terms.par(terms.event(1), terms.loop(terms.event(2))), terms.opt(terms.event(3)))
    assert terms.alphabet(term) == {1, 2, 3}
    assert accepts(terms, terms.map_events(term, terms.opt))
    assert terms.alphabet(terms.map_events(term, lambda event: terms.event(9))) == {9}
