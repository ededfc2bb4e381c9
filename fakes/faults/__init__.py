"""Deliberately wrong stand-ins: a fault is one function that bends one seam of a stand-in, which never calls it.

A fault is named ``ROLE.NAME``; NAME is its function's, with hyphens, in the module of its role, or in one of several.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from fakes.faults.seam import Patch

OF_CASES = "answers-cases-otherwise"
"""The fault that every role has, which is about what the kit asks by itself."""
_NOT_ROLES = ("seam",)


class UnknownFault(LookupError):
    """No fault has that name."""


def roles() -> list[str]:
    """Roles that have faults."""
    return sorted(
        module.name.replace("_", "-")
        for module in iter_modules(__path__)
        if module.name not in _NOT_ROLES and not module.name.startswith("_")
    )


def faults(role: str) -> dict[str, Patch]:
    """The faults of a role by full name. Imports parts of its stand-in. Raises UnknownFault."""
    if role not in roles():
        raise UnknownFault(f"no faults for {role!r}; roles are {', '.join(roles())}")
    module = import_module(f"{__name__}.{role.replace('-', '_')}")
    parts = [import_module(f"{module.__name__}.{each.name}") for each in iter_modules(getattr(module, "__path__", ()))]
    own = [
        (name, value)
        for each in (module, *parts)
        for name, value in vars(each).items()
        if inspect.isfunction(value) and value.__module__ == each.__name__ and not name.startswith("_")
    ]
    return {f"{role}.{name.replace('_', '-')}": value for name, value in own}


def fault(name: str) -> Callable[[], None]:
    """The patch of a fault. Raises UnknownFault."""
    role, _, own = name.partition(".")
    if own == OF_CASES:
        # It bends a server, which hosts have none of, and knows no role.
        wrong: Patch = import_module(f"{__name__}._answers").answers_cases_otherwise
        return wrong
    known = faults(role)
    if name not in known:
        raise UnknownFault(f"no fault {name!r}; {role} has {', '.join(sorted(known))}")
    return known[name]
