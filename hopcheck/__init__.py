"""Hopcheck: brings the remediation flow up, watches every hop from outside and judges it."""

import sys

# Anything newer in this file would be a SyntaxError where it has to say this.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write(
        "hopcheck: this is Python %s, and 3.11 or newer is needed: make the environment anew with one, "  # noqa: UP031
        "for instance python3.12 -m venv .venv\n" % sys.version.split()[0]
    )
    sys.exit(3)

__version__ = "0.1.0"
