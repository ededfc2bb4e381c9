"""Proof that the kit can fail: it plays stories with deliberately wrong stand-ins, and says who noticed."""

from hopcheck.faults.catalogue import Caught, Expected, Fault, FaultError, load_faults
from hopcheck.faults.runner import main, run

__all__ = ["Caught", "Expected", "Fault", "FaultError", "load_faults", "main", "run"]
