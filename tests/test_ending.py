from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from hopcheck import ending


def test_the_sentence_that_is_not_so_is_named_by_its_line() -> None:
    config = cast("Any", SimpleNamespace(stash=pytest.Stash()))
    assert ending.not_so(config) == []
    step = SimpleNamespace(line_number=7, type="then", name='the UI shows "success"')
    request = cast("Any", SimpleNamespace(config=config))
    ending.pytest_bdd_step_error(
        request, cast("Any", SimpleNamespace(rel_filename="features/a.feature")), cast("Any", step)
    )
    assert ending.not_so(config)[1:] == ['    features/a.feature:7: Then the UI shows "success"']
