from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fakes.remediations_ui.moment import Moment, lasted, moment

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2026-11-23T17:59:30.000Z", "just now"),
        ("2026-11-23T18:00:05.000Z", "just now"),
        ("2026-11-23T17:59:10.000Z", "1 minute ago"),
        ("2026-11-23T17:48:59.999Z", "11 minutes ago"),
        ("2026-11-23T15:59:00.000Z", "2 hours ago"),
        ("2026-11-23T18:30:00.000+01:00", "30 minutes ago"),
        ("2026-11-20T17:00:00.000Z", "3 days ago"),
    ],
)
def test_how_long_ago(text: str, ago: str) -> None:
    found = moment(text, NOW)
    assert found is not None
    assert (found.iso, found.ago) == (text, ago)


def test_the_exact_time_is_utc() -> None:
    assert moment("2026-11-23T18:30:05+01:00", NOW) == Moment(
        "2026-11-23T18:30:05+01:00", "2026-11-23 17:30:05 UTC", "29 minutes ago"
    )
    assert moment("soon") is None
    assert moment(None) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (121, "2 minutes 1 second"), (7300, "2 hours")],
)
def test_how_long(seconds: int, words: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == words
