from __future__ import annotations

import pytest

from hopcheck.flow import DiagramError
from hopcheck.flow.lexer import SIGNS, Scanner, decode


def test_positions_count_from_one():
    scan = Scanner("ab\r\n\ncd")
    assert [scan.position(at) for at in (0, 2, 3, 4, 6)] == [(1, 1), (1, 3), (2, 1), (3, 1), (3, 3)]


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_every_sign_is_read_whole(sign):
    scan = Scanner(sign + "B")
    assert scan.sign() == SIGNS[sign]
    assert scan.text[scan.at :] == "B"


def test_rest_stops_at_separators_and_comments_but_not_in_entities():
    assert Scanner(" a #35; b; c").rest() == "a # b"
    assert Scanner("a # c").rest() == "a"
    assert Scanner("50%% more").rest() == "50%% more"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Loop x", "loop"),
        ("loop", "loop"),
        ("loops", "loops"),
        ("loop->>b", ""),
        ("loop ->> b", ""),
        ("title: x", "title"),
        ("accDescr{", "accdescr"),
        ("end%%", ""),
        ("end;", "end"),
        ("1", ""),
    ],
)
def test_words_stand_alone(text, word):
    assert Scanner(text).word() == word


def test_names_end_where_signs_begin_except_in_declarations():
    assert Scanner("a-b - c->>d").name() == "a-b - c"
    assert Scanner("node-x as y").name(declared=True) == "node-x"
    with pytest.raises(DiagramError, match="expected a participant, found ': x'"):
        Scanner(" : x").name()


def test_blank_collects_directives():
    scan = Scanner(" ;\n%%{a}%%# c\n%% d\n%%{ b\n}%% x")
    scan.skip_blank()
    assert scan.directives == ["a", "b"]
    assert scan.text[scan.at :] == "x"


@pytest.mark.parametrize(("text", "shown"), [("#amp;", "&"), ("#9829;", "♥"), ("a<BR/>b", "a\nb"), (" x ", "x")])
def test_decode(text, shown):
    assert decode(text) == shown
