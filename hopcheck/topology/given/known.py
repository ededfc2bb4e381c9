"""The preparations by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hopcheck.topology.scene import Scene

Preparation = Callable[[Scene], Mapping[str, str] | None]
GIVEN: dict[str, Preparation] = {}


def given(name: str) -> Callable[[Preparation], Preparation]:
    """Mark a function as what a case calls ``name``. Raises ValueError where the name is taken."""

    def enter(preparation: Preparation) -> Preparation:
        if name in GIVEN:
            raise ValueError(f"{name!r} is given twice")
        GIVEN[name] = preparation
        return preparation

    return enter
