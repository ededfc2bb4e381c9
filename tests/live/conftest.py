"""Traces that grow as the test says, and what the page would show of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hopcheck.checks.judge import Judge
from hopcheck.home import CONTRACTS
from hopcheck.live.watched import Watched
from tests.live.written import Written


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return Written(tmp_path / "report")


@pytest.fixture(scope="session")
def judge() -> Judge:
    return Judge(CONTRACTS)


@pytest.fixture
def watch(judge: Judge) -> Callable[[Written], Watched]:
    return lambda written: Watched(written.path, lambda: judge)


@pytest.fixture
def watched(written: Written, watch: Callable[[Written], Watched]) -> Watched:
    return watch(written)
