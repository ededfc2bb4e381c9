import shutil

import pytest

from hopcheck.catalogue.book import Book
from hopcheck.home import CONTRACTS


@pytest.fixture(scope="session")
def book():
    return Book.load(CONTRACTS)


@pytest.fixture
def contracts(tmp_path):
    """A copy of the contracts that a test may spoil."""
    shutil.copytree(CONTRACTS, tmp_path / "contracts")
    return tmp_path / "contracts"
