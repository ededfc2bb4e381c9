"""The diagram: its language, its model, and the oracle that judges a run against it."""

from hopcheck.flow.mermaid import parse
from hopcheck.flow.model import Arrow, Diagram, DiagramError, NotExecutable
from hopcheck.flow.oracle import judge
from hopcheck.flow.order import Order, OrderError, load_order
from hopcheck.flow.process import Processes
from hopcheck.flow.verdict import ArrowState, FlowVerdict, Forbidden, Missing, Sighting

__all__ = [
    "Arrow",
    "ArrowState",
    "Diagram",
    "DiagramError",
    "FlowVerdict",
    "Forbidden",
    "Missing",
    "NotExecutable",
    "Order",
    "OrderError",
    "Processes",
    "Sighting",
    "judge",
    "load_order",
    "parse",
]
