"""What every pytest session gets where the kit is installed: options, and a fixture that brings the flow up when asked.

Nothing else of the kit is imported, started, collected or judged in a session that asks for neither.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hopcheck.config.arguments import add_to_pytest

if TYPE_CHECKING:
    from steps.world import World

FEATURES = "hopcheck_features"
# The kit's sentences, in a package whose name a suite may have for its own.
STEPS = "steps"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of a run; `hopcheck run --help` explains them."""
    group = parser.getgroup("hopcheck", "Hopcheck, for tests with its fixture and for features")
    add_to_pytest(group.addoption)
    parser.addini(FEATURES, "Hopcheck plays the .feature files of this suite", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Features are collected only where the suite's configuration wants it."""
    if config.getini(FEATURES):
        if hidden := _hidden():
            raise pytest.UsageError(hidden)
        config.pluginmanager.import_plugin("hopcheck.plugin")


@pytest.fixture
def hopcheck(request: pytest.FixtureRequest) -> World:
    """The flow, up and watched: `execute` plays a plan and returns what was seen of it.

    It is brought up for the first test that asks and shared by all; when the session ends, the verdict on all that was
    seen decides the exit status, too. Fails in a worker of pytest-xdist, whose end decides nothing.
    """
    if hasattr(request.config, "workerinput"):
        pytest.fail("the verdict is given at the session's end, which a worker does not have: leave out -n", False)
    if hidden := _hidden():
        pytest.fail(hidden, False)
    request.config.pluginmanager.import_plugin("hopcheck.plugin")
    world: World = request.getfixturevalue("world")
    return world


def _hidden() -> str | None:
    """What to say where this session has something else of the name of the kit's package."""
    try:
        spec = find_spec(STEPS)
    except ValueError:
        # pytest made it up for files of a suite in a folder of that name.
        spec = None
    places = (spec.submodule_search_locations if spec else None) or []
    if str(Path(__file__).parents[1] / STEPS) in places:
        return None
    found = ", ".join(places) or (spec and spec.origin) or "a folder of this suite's"
    return f"the kit has a package {STEPS}, which {found} hides: rename that, or keep its folder out of sys.path"
