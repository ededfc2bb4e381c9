"""Where the kit's own files lie: in a checkout beside its packages, in a wheel below this one."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""What holds the packages ``hopcheck``, ``fakes`` and ``steps``: the checkout, or a Python's site-packages."""
_PACKED = Path(__file__).resolve().with_name("_kit")
KIT = _PACKED if _PACKED.is_dir() else ROOT
"""What holds the rest; see setup.py."""
OWN_CONTRACTS = KIT / "contracts"
CONTRACTS_VARIABLE = "HOPCHECK_CONTRACTS"
_CHOSEN = Path(os.environ.get(CONTRACTS_VARIABLE, "")).absolute()
CONTRACTS = _CHOSEN if os.environ.get(CONTRACTS_VARIABLE) and _CHOSEN.is_dir() else OWN_CONTRACTS
"""The contracts that everything goes by: the kit's own, or another version of them (see evolution/chosen.py)."""
FEATURES = KIT / "features"
IMAGES = KIT / "images"
PROJECT = KIT / "pyproject.toml"
PYTEST_INI = Path(__file__).with_name("pytest.ini")


def not_taken() -> str | None:
    """What the variable asks for and is not gone by, since it is no directory; None where it is, or is not set."""
    asked = os.environ.get(CONTRACTS_VARIABLE)
    return asked if asked and CONTRACTS is OWN_CONTRACTS else None
