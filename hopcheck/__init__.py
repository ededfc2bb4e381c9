"""Hopcheck: brings the remediation flow up, watches every hop from outside and judges it."""

__version__ = "0.1.0"
