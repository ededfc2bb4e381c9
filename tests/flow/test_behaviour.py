from __future__ import annotations

import pytest

from hopcheck.flow import NotExecutable, parse
from hopcheck.flow.behaviour import behaviour, check_executable, lifeline_terms


def accepts(text, *arrows):
    diagram = parse("sequenceDiagram\n" + text)
    terms = lifeline_terms(diagram)
    left = (behaviour(diagram, terms),)
    for arrow in arrows:
        left = terms.step_all(left, arrow)
    return any(terms.nullable(term) for term in left)


def test_lifelines_order_arrows():
    text = "A->>B: 1\nC->>D: 2\nB->>C: 3"
    assert accepts(text, 1, 2, 3)
    assert accepts(text, 2, 1, 3)
    assert not accepts(text, 1, 3, 2)


def test_decoration_orders_nothing():
    text = "box x\nactor A\nactor B\nend\nautonumber\nactivate A\nNote over A: n\nrect red\nA->>B: 1\nend\ndeactivate A"
    assert accepts(text, 1)


def test_choices():
    alt = "alt x\nA->>B: 1\nelse y\nA->>B: 2\nend"
    assert accepts(alt, 1)
    assert accepts(alt, 2)
    assert not accepts(alt)
    assert not accepts(alt, 1, 2)
    assert accepts("alt x\nA->>B: 1\nend")
    assert accepts("opt x\nA->>B: 1\nend")


def test_loops_and_parallels():
    assert accepts("loop x\nA->>B: 1\nB-->>A: 2\nend", 1, 2, 1, 2)
    assert accepts("par x\nA->>B: 1\nA->>B: 2\nand\nA->>B: 3\nend", 1, 3, 2)
    assert not accepts("par x\nA->>B: 1\nA->>B: 2\nand\nA->>B: 3\nend", 2, 1, 3)


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("critical x\nend", 2, 1, "'critical'"),
        ("loop x\n  break y\n  end\nend", 3, 3, "'break'"),
        ("create actor A\nB->>A: x", 2, 1, "'create'"),
        ("A->>B: x\ndestroy A\nA->>B: x", 3, 1, "'destroy'"),
        ("A<<->>B: x", 2, 1, "bidirectional"),
        ("A-xB: x", 2, 1, "lost message"),
        ("A-//B: x", 2, 1, "half arrow"),
    ],
)
def test_the_rest_is_refused_with_its_place(text, line, column, what):
    with pytest.raises(NotExecutable, match=what) as caught:
        check_executable(parse("sequenceDiagram\n" + text))
    assert (caught.value.line, caught.value.column) == (line, column)
