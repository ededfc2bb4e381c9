"""Stand-in for ansible-runner where Ansible itself would only cost time: the table of faults is played with it.

Runs and verdicts of the flow always have the real one. It reads the command line, executes the few modules that
the kit's own plays use, and leaves job events, output and status as ansible-runner does (facts 3.5).
"""

from __future__ import annotations

VERSION = "0.1.0"
