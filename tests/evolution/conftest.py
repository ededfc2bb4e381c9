from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hopcheck.evolution.version import Version
from hopcheck.home import OWN_CONTRACTS

# Tests are imported by path, so that two of one name do not meet; what they share is imported by name.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def own() -> Version:
    return Version.read(str(OWN_CONTRACTS))


@pytest.fixture(scope="session")
def edited(own):
    """The kit's contracts with some texts of one file replaced."""

    def edit(file: str, *replaced: tuple[str, str]) -> Version:
        text = own.files[file].decode()
        for before, after in replaced:
            assert text.count(before) == 1, f"{file} has {text.count(before)} times {before!r}"
            text = text.replace(before, after)
        return Version("new", {**own.files, file: text.encode()})

    return edit
