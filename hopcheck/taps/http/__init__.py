"""The HTTP tap: a byte-exact reverse proxy that records what passes."""

from hopcheck.taps.http.head import RequestHead
from hopcheck.taps.http.lane import Fault
from hopcheck.taps.http.tap import HttpTap

__all__ = ["Fault", "HttpTap", "RequestHead"]
