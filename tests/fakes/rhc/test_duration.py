from __future__ import annotations

import pytest

from fakes.rhc import duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("0.5s", 0.5), ("5ms", 0.005), ("1h30m", 5400), ("-5s", -5), ("+.5m", 30), ("0", 0), ("1.s", 1)],
)
def test_durations(text, seconds):
    assert duration.parse(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "30", "30ss", "1e3s", " 1s", "-", ".s", "1d", "٣s"])
def test_what_go_rejects(text):
    with pytest.raises(ValueError, match="invalid duration"):
        duration.parse(text)
