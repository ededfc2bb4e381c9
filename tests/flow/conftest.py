from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

from hopcheck.flow import Diagram, Order, load_order, parse

HERE = Path(__file__).parent
CONTRACTS = HERE.parents[1] / "contracts"
sys.path.insert(0, str(HERE))


@pytest.fixture(scope="session")
def text() -> str:
    return (CONTRACTS / "flow.mmd").read_text()


@pytest.fixture(scope="session")
def hops() -> dict:
    return yaml.safe_load((CONTRACTS / "hops.yaml").read_text())


@pytest.fixture(scope="session")
def flow(text) -> Diagram:
    return parse(text)


@pytest.fixture(scope="session")
def order(flow, hops) -> Order:
    return load_order(hops, flow)
