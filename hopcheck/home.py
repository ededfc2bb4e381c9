"""Where the kit's own files lie: in a checkout beside its packages, in a wheel below this one."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""What holds the packages ``hopcheck``, ``fakes`` and ``steps``: the checkout, or a Python's site-packages."""
_PACKED = Path(__file__).resolve().with_name("_kit")
KIT = _PACKED if _PACKED.is_dir() else ROOT
"""What holds the rest; see setup.py."""
CONTRACTS = KIT / "contracts"
FEATURES = KIT / "features"
IMAGES = KIT / "images"
PROJECT = KIT / "pyproject.toml"
PYTEST_INI = Path(__file__).with_name("pytest.ini")
