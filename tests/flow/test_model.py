from __future__ import annotations

import pytest

from hopcheck.flow import parse


def test_an_arrow_is_found_by_labels_or_ids(flow):
    assert flow.arrow("Remediations UI", "Remediations API", "execute playbook request").number == 3
    assert flow.arrow("rwp", "i", "playbook job  event data").number == 17
    assert flow.arrow("Ingress", "s3", "playbook job event data (last)").number == 27


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (("Nobody", "rm", "x"), "no participant 'Nobody' in the diagram; it has insights-client (ic)"),
        (("rui", "rm", "x"), "no 'x'; the diagram has 'execute playbook request', 'playbook status request'"),
        (("rm", "cc", "x"), "the diagram has nothing"),
    ],
)
def test_an_unknown_arrow_says_what_there_is(flow, question, answer):
    with pytest.raises(KeyError) as caught:
        flow.arrow(*question)
    assert answer in caught.value.args[0]


def test_twins_are_not_guessed():
    with pytest.raises(KeyError, match="arrow 1 and 2"):
        parse("sequenceDiagram\nA->>B: x\nA->>B: x").arrow("A", "B", "x")


def test_an_id_goes_before_a_label():
    diagram = parse("sequenceDiagram\nparticipant a as b\nparticipant b as c")
    assert diagram.participant("b").label == "c"
    assert diagram.participant("c").id == "b"


def test_an_arrow_in_one_line(flow):
    assert flow.describe(15) == "15 insights-client -->> rhc-worker-playbook: verify successful"


def test_blocks_are_found_at_any_depth():
    diagram = parse("sequenceDiagram\nopt a\nloop b\nA->>B: x\nend\nend\nloop c\nend")
    assert [block.label for block in diagram.blocks] == ["a", "b", "c"]
    assert [block.label for block in diagram.loops] == ["b", "c"]
