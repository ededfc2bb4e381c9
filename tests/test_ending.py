from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from hopcheck import ending
from hopcheck.plugin import STAGE
from hopcheck.report.sentences import of_trace
from hopcheck.trace import Event


def test_the_sentence_that_is_not_so_is_named_by_its_line() -> None:
    config = cast("Any", SimpleNamespace(stash=pytest.Stash()))
    assert ending.not_so(config) == []
    step = SimpleNamespace(line_number=7, type="then", name='the UI shows "success"')
    request = cast("Any", SimpleNamespace(config=config))
    feature, scenario = SimpleNamespace(rel_filename="features/a.feature"), SimpleNamespace(name="It works")
    told: list[dict[str, Any]] = []
    topology = SimpleNamespace(tell=lambda op, **attrs: told.append({"op": op, **attrs}))
    for stage in (None, SimpleNamespace(topology=topology)):
        if stage is not None:
            config.stash[STAGE] = cast("Any", stage)
        ending.pytest_bdd_step_error(
            request,
            cast("Any", feature),
            cast("Any", scenario),
            cast("Any", step),
            AssertionError("is 'failure'\nmore"),
        )
    line = "    features/a.feature:7: Then the UI shows \"success\": is 'failure'"
    assert ending.not_so(config)[1:] == [line, line]
    [sentence] = of_trace([Event(1, 1, 1, "", "kit", "kit", "kit", "sentence", "", "", None, None, told[0], None)])
    assert (f"    {sentence}", sentence.scenario) == (line, "It works")
