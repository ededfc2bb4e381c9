from __future__ import annotations

import pytest

from hopcheck.flow import DiagramError
from hopcheck.flow.lifeline import Lifelines


def test_a_later_declaration_completes_an_earlier_one():
    lifelines = Lifelines()
    lifelines.mention("a", 1, 1)
    lifelines.declare("a", "Label", "actor", (2, 1), 0, {"x": 1})
    lifelines.declare("a", "", "actor", (3, 1), None, {})
    (participant,) = lifelines.participants
    assert (participant.label, participant.box, participant.implicit, participant.line) == ("Label", 0, False, 1)
    assert participant.attributes == {"x": 1}


def test_activations_end_innermost_first():
    lifelines = Lifelines()
    for line in (1, 2):
        lifelines.activate("a", line, 1)
    lifelines.deactivate("a", 3, 1)
    assert [(a.line, a.end_line) for a in lifelines.activations] == [(1, None), (2, 3)]


def test_an_unknown_lifeline_is_an_error_at_the_end():
    lifelines = Lifelines()
    lifelines.activate("a", 4, 7)
    with pytest.raises(DiagramError, match="line 4, column 7"):
        lifelines.close()
