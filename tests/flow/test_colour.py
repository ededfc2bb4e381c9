from __future__ import annotations

import pytest

from hopcheck.flow.colour import split_colour


@pytest.mark.parametrize(
    ("text", "colour", "label"),
    [
        ("", None, ""),
        ("Server", None, "Server"),
        ("Aqua", "Aqua", ""),
        ("red box", "red", "box"),
        ("transparent Web Client", "transparent", "Web Client"),
        ("rgb(1,2,3)Label", "rgb(1,2,3)", "Label"),
        ("HSLA (1, 2%, 3%, .5) Label", "HSLA (1, 2%, 3%, .5)", "Label"),
        ("reddish box", None, "reddish box"),
    ],
)
def test_the_first_word_may_be_a_colour(text, colour, label):
    assert split_colour(text) == (colour, label)
