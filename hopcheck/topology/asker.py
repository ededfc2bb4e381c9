"""On whose behalf something is played: the scenario that runs at this moment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from hopcheck.home import FEATURES, KIT

CURRENT = "PYTEST_CURRENT_TEST"
"""Where pytest tells what it runs: its file below pytest's root, ``::``, its name, and a phase in parentheses."""
FILE = "HOPCHECK_PLAYED"
"""Where the plugin tells that file; pytest tells none that was named on the command line and is not below its root."""


def asker(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """``scenario``, the name by which -k finds it, and ``file``, where that is none of the kit's own features.

    Nothing where no scenario runs.
    """
    told, _, _phase = environ.get(CURRENT, "").rpartition(" ")
    place, mark, name = told.partition("::")
    if not mark:
        return {}
    found = {"scenario": name.rpartition("::")[2].partition("[")[0]}
    # The place is relative to pytest's root, which is the kit's in `hopcheck run`.
    places = (KIT / place, Path(place), Path(environ.get(FILE) or place))
    file = next((path for path in places if path.is_file()), Path(place)).resolve()
    return found if file.is_relative_to(FEATURES.resolve()) else found | {"file": os.path.relpath(file)}
