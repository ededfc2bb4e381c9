"""Where the kit's own files lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
FEATURES = ROOT / "features"
IMAGES = ROOT / "images"
PYTEST_INI = Path(__file__).with_name("pytest.ini")
