from __future__ import annotations

from hopcheck.images.error import ImageError


def test_it_says_why_and_what_next() -> None:
    error = ImageError("no base 'moon'", "bases are offline")
    assert (error.cause, error.step) == ("no base 'moon'", "bases are offline")
    assert str(error) == "no base 'moon'; bases are offline"
    assert isinstance(error, RuntimeError)
