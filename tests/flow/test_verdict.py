from __future__ import annotations

import pytest

from hopcheck.flow import FlowVerdict, Forbidden, Missing, Sighting

SEEN = Sighting(1, 2)
FORBIDDEN = Forbidden(SEEN, 2, 9, (SEEN,), (1,), "early")


@pytest.mark.parametrize(
    ("missing", "forbidden", "ok"),
    [((), None, True), ((Missing(1, 8, "unseen"),), None, False), ((), FORBIDDEN, False)],
)
def test_ok_needs_both(missing, forbidden, ok):
    assert FlowVerdict({}, {}, frozenset(), missing, forbidden).ok == ok


def test_sightings_are_values():
    assert Sighting(1, 2, "k") == Sighting(1, 2, "k", None, "")
    assert len({Sighting(1, 2), SEEN}) == 1
