from __future__ import annotations

from hopcheck.checks.contracts.breach import only_named


def test_what_is_only_named_breaks_and_exercises_nothing(seen):
    found = only_named("x")
    event = seen("kit", "ready", "kit>kit", {})
    exercised = set()
    found.exercise(event, None, exercised)
    assert (found.name, found.check(event, None), exercised) == ("x", [], set())
