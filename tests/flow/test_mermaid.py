from __future__ import annotations

import pytest

from hopcheck.flow import DiagramError, parse
from hopcheck.flow.model import Activate, Arrow, Autonumber, Block, Create, Deactivate, Destroy, Note


def body(text):
    return parse("sequenceDiagram\n" + text)


def only(text):
    (item,) = body(text).body
    return item


def test_the_flow_has_its_shape(flow):
    assert [len(part) for part in (flow.participants, flow.boxes, flow.arrows, flow.loops)] == [10, 2, 30, 2]
    assert len({activation.participant for activation in flow.activations}) == 4
    assert all(activation.end_line for activation in flow.activations)
    assert [arrow.number for arrow in flow.arrows] == [*range(1, 31)]
    assert [loop.label for loop in flow.loops] == ["Execution Status", "Event Data Upload"]
    assert (flow.arrows[0].line, flow.arrows[0].column) == (28, 3)


@pytest.mark.parametrize(
    ("sign", "dashed", "head"),
    [
        ("->", False, "open"),
        ("-->", True, "open"),
        ("->>", False, "filled"),
        ("-->>", True, "filled"),
        ("-x", False, "cross"),
        ("--x", True, "cross"),
        ("-)", False, "async"),
        ("--)", True, "async"),
        ("<<->>", False, "filled"),
        ("<<-->>", True, "filled"),
        ("-|\\", False, "half"),
        ("--//", True, "half"),
        ("/|-", False, "half"),
        ("\\\\--", True, "half"),
    ],
)
@pytest.mark.parametrize("space", ["", " "])
def test_arrow_signs(sign, dashed, head, space):
    arrow = only(f"Alice{space}{sign}{space}Bob: hello")
    assert (arrow.source, arrow.target, arrow.text, arrow.dashed, arrow.head) == ("Alice", "Bob", "hello", dashed, head)
    assert arrow.bidirectional == ("<<" in sign)
    assert arrow.reversed == (sign[0] in "/\\")


def test_names_may_hold_spaces_hyphens_and_keywords():
    first, second, third = body("the insights-client ->> s 3: a\nloop ->> note: b\nendpoint ->> optimist: c").body
    assert (first.source, first.target) == ("the insights-client", "s 3")
    assert (second.source, second.target) == ("loop", "note")
    assert (third.source, third.target) == ("endpoint", "optimist")


def test_activation_suffixes_and_statements():
    diagram = body("A->>+B: x\nactivate B\ndeactivate B\nB-->>-A: y")
    assert [(a.participant, a.line, a.end_line) for a in diagram.activations] == [("B", 2, 5), ("B", 3, 4)]
    first, activate, deactivate, last = diagram.body
    assert (first.activates, last.deactivates) == (True, True)
    assert (activate, deactivate) == (Activate("B", 3, 1), Deactivate("B", 4, 1))


def test_participants_of_every_kind():
    diagram = body(
        'participant a as Long Name\nactor b\nparticipant c@{ "type": "database", "alias": "Store" }\n'
        "participant d@{ type: queue } as Line\nparticipant x-as as as\na->>e: implicit"
    )
    assert [(p.id, p.label, p.kind, p.implicit) for p in diagram.participants] == [
        ("a", "Long Name", "participant", False),
        ("b", "b", "actor", False),
        ("c", "Store", "database", False),
        ("d", "Line", "queue", False),
        ("x-as", "as", "participant", False),
        ("e", "e", "participant", True),
    ]


def test_boxes_tell_colours_from_labels():
    diagram = body(
        "box Aqua Group one\nparticipant A\nend\nbox rgb(1, 2, 3) Two\nactor B\nend\nbox transparent Server"
        "\nend\nbox Blueish\nend\nbox\nend"
    )
    assert [(b.colour, b.label, b.participants) for b in diagram.boxes] == [
        ("Aqua", "Group one", ("A",)),
        ("rgb(1, 2, 3)", "Two", ("B",)),
        ("transparent", "Server", ()),
        (None, "Blueish", ()),
        (None, "", ()),
    ]
    assert [p.box for p in diagram.participants] == [0, 1]


def test_create_and_destroy():
    create, made, destroy, gone = body("create actor D as Donald\nA->>D: hi\ndestroy D\nA-xD: bye").body
    assert (create, destroy) == (Create("D", 2, 1), Destroy("D", 4, 1))
    assert (made.number, gone.number) == (1, 2)


def test_notes():
    left, right, over = body("Note left of A: l\nnote right of B: two<br/>lines\nNOTE over A,B: o").body
    assert left == Note("left of", ("A",), "l", 2, 1)
    assert (right.placement, right.text) == ("right of", "two\nlines")
    assert (over.placement, over.participants) == ("over", ("A", "B"))


def test_blocks_nest():
    outer = only("alt yes\nloop often\nA->>B: x\nend\nelse no\nA->>B: y\nelse\nend")
    assert isinstance(outer, Block)
    assert [section.label for section in outer.sections] == ["yes", "no", ""]
    assert (outer.kind, outer.line, outer.end_line) == ("alt", 2, 9)
    (loop,) = outer.sections[0].items
    assert (loop.kind, loop.label, [a.number for a in outer.arrows]) == ("loop", "often", [1, 2])


@pytest.mark.parametrize(
    ("kind", "between"),
    [
        ("loop", None),
        ("opt", None),
        ("break", None),
        ("rect", None),
        ("alt", "else"),
        ("par", "and"),
        ("par_over", "and"),
        ("critical", "option"),
    ],
)
def test_every_block(kind, between):
    text = f"{kind} rgba(0, 0, 0, .1)\nA->>B: x\n" + (f"{between} b\nB->>A: y\n" if between else "") + "end"
    block = only(text)
    assert (block.kind, len(block.sections)) == (kind, 2 if between else 1)


def test_autonumber():
    assert [
        (a.visible, a.start, a.step)
        for a in body("autonumber\nautonumber 10\nautonumber 1.5 0.5\nautonumber off").body
        if isinstance(a, Autonumber)
    ] == [(True, None, None), (True, 10, None), (True, 1.5, 0.5), (False, None, None)]


def test_titles_and_links():
    diagram = body(
        'title: T\naccTitle: A\naccDescr {\n two\n lines }\nlinks A: {"x": "y"}\nlink A: Home @ http://h\n'
        "properties A: {}\ndetails A: d"
    )
    assert (diagram.title, diagram.acc_title, diagram.acc_description) == ("T", "A", "two\n lines")
    assert [(link.kind, link.participant) for link in diagram.links] == [
        ("links", "A"),
        ("link", "A"),
        ("properties", "A"),
        ("details", "A"),
    ]
    assert diagram.links[1].value == "Home @ http://h"
    assert body("title Plain title\naccDescr: one").title == "Plain title"


def test_front_matter_comments_directives_and_separators():
    diagram = parse(
        "---\nconfig:\n  look: neo\n---\n%%{init: {'theme': 'dark'}}%%\n%% a comment\n"
        "sequenceDiagram %% here\nA->>B: one; B->>A: two #35;1; A->>B: three # comment\r\n"
        "  %% A->>B: none\n%%{wrap}%%\nA->>B:wrap: four"
    )
    assert diagram.front_matter == "config:\n  look: neo\n"
    assert diagram.directives == ("init: {'theme': 'dark'}", "wrap")
    assert [(a.text, a.line, a.column) for a in diagram.arrows] == [
        ("one", 8, 1),
        ("two #1", 8, 13),
        ("three", 8, 31),
        ("four", 11, 1),
    ]


def test_entities_and_breaks():
    assert only("A->>B: 1 #lt; 2 #9829; a<br>b").text == "1 < 2 ♥ a\nb"


def test_central_connections_leave_the_names_alone():
    arrow = only("Alice ()->>() Bob: hi")
    assert isinstance(arrow, Arrow)
    assert (arrow.source, arrow.target) == ("Alice", "Bob")


@pytest.mark.parametrize(
    ("text", "line", "column", "expected", "found"),
    [
        ("", 1, 1, "'sequenceDiagram'", "the end of the file"),
        ("graph TD", 1, 1, "'sequenceDiagram'", "'graph TD'"),
        ("---\na: b\n", 1, 1, "'---' to close the front matter", "the end of the file"),
        ("---\na: [\n---\nsequenceDiagram", 3, 1, "YAML in the front matter", "expected"),
        ("%%{init", 1, 1, "'}%%' to close the directive", "the end of the file"),
        ("sequenceDiagram foo", 1, 17, "the end of the line", "'foo'"),
        ("sequenceDiagram\n  A->>B", 2, 8, "':'", "the end of the file"),
        ("sequenceDiagram\nA->>: x", 2, 5, "a participant", "': x'"),
        ("sequenceDiagram\nA B\n", 2, 4, "an arrow", "the end of the line"),
        ("sequenceDiagram\n->>B: x", 2, 1, "a statement", "'->>B: x'"),
        ("sequenceDiagram\nA->>B->>C: x", 2, 6, "':'", "'->>C: x'"),
        ("sequenceDiagram\nloop x\nA->>B: y\n", 4, 1, "'end' for 'loop' of line 2", "the end of the file"),
        ("sequenceDiagram\nend", 2, 1, "a statement ('end' only of an open block)", "'end'"),
        ("sequenceDiagram\nloop\nelse\nend", 3, 1, "a statement ('else' only inside 'alt')", "'else'"),
        (
            "sequenceDiagram\nbox x\nA->>B: y\nend",
            3,
            1,
            "'participant', 'actor' or 'end' for 'box' of line 2",
            "'A->>B",
        ),
        ("sequenceDiagram\nNote above A: x", 2, 6, "'left of', 'right of' or 'over'", "'above A: x'"),
        ("sequenceDiagram\nNote left A: x", 2, 11, "'of'", "'A: x'"),
        ("sequenceDiagram\nparticipant A@{ x", 2, 16, "'}' to close the attributes", "the end of the file"),
        ("sequenceDiagram\nparticipant A@{ x: [ }", 2, 16, "attributes as JSON or YAML", "' x: [ '"),
        ("sequenceDiagram\ncreate A", 2, 8, "'participant' or 'actor'", "'A'"),
        ("sequenceDiagram\ncreate participant A\nB->>C: x", 3, 1, "an arrow with 'A', created in line 2", "'B' to 'C'"),
        ("sequenceDiagram\nA->>B: x\ndestroy A", 3, 1, "an arrow with 'A' after it is destroyed", "none"),
        ("sequenceDiagram\nA->>B: x\ndeactivate A", 3, 1, "an active participant", "'A', which is not active"),
        ("sequenceDiagram\nactivate A", 2, 1, "a participant of this diagram", "'A'"),
        ("sequenceDiagram\nbox\nactor A\nend\nbox\nactor A\nend", 6, 1, "a participant in one box only", "'A' again"),
        ("sequenceDiagram\nautonumber x", 2, 12, "the end of the line", "'x'"),
    ],
)
def test_errors_say_where_and_what(text, line, column, expected, found):
    with pytest.raises(DiagramError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"expected {expected}" in caught.value.message
    assert found in caught.value.message.split("found", 1)[1]
    assert str(caught.value).startswith(f"line {line}, column {column}: ")
