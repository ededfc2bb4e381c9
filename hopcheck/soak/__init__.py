"""No false alarm and no growth: many flows with the correct stand-ins, measured while they are played."""

from hopcheck.soak.rounds import main

__all__ = ["main"]
