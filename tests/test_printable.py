from __future__ import annotations

from hopcheck.printable import clipped, one_line, printable


def test_what_a_peer_sent_cannot_turn_the_direction_of_writing() -> None:
    assert printable("a\u202eb\u2066c\u200fd\u061c") == r"a\u202eb\u2066c\u200fd\u061c"


def test_text_stays_as_it_is() -> None:
    assert printable("Größe\tπ\n→") == "Größe\tπ\n→"


def test_one_line_is_one() -> None:
    assert one_line("a\tb\nc\x1b") == r"a\tb\nc\x1b"


def test_what_is_cut_says_so_and_is_no_longer_than_asked() -> None:
    assert clipped("abcdef", 6) == "abcdef"
    assert clipped("abcdefg", 6) == "abcde…"
