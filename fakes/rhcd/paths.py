"""Where rhcd and its workers keep and find things (facts 1.6, 3.8). Tests point these elsewhere."""

from __future__ import annotations

from pathlib import Path

CONFIG_FILE = Path("/etc/rhc/config.toml")
WORKER_CONFIG_FILE = Path("/etc/rhc/workers/rhc-worker-playbook.toml")
STATE_DIR = Path("/var/lib/rhc")
WORKER_DIR = Path("/usr/libexec/rhc")
INSIGHTS_ID = Path("/etc/insights-client/machine-id")
MACHINE_ID = Path("/etc/machine-id")
PATH = "/sbin:/bin:/usr/sbin:/usr/bin"
