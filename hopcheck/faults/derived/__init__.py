"""Faults that nobody wrote: every alteration of a good trace that a contract or the diagram forbids, put to the judge.

They prove that the judge sees a fault in a trace and blames its author. That a tap sees it is for the written ones.
"""

from hopcheck.faults.derived.command import Derived, main

__all__ = ["Derived", "main"]
