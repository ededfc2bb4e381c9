"""Where the worker keeps and finds things (facts 3.1, 3.4, 3.5). Tests point these elsewhere."""

from __future__ import annotations

from pathlib import Path

CONFIG_FILE = Path("/etc/rhc-worker-playbook/rhc-worker-playbook.toml")
STATE_DIR = Path("/var/lib/rhc-worker-playbook")
LIB_DIR = Path("/usr/lib64/rhc-worker-playbook")
COLLECTIONS = Path("/usr/share/rhc-worker-playbook/ansible/collections/ansible_collections")

PATH = "/sbin:/bin:/usr/sbin:/usr/bin"
PYTHON = "/usr/bin/python3"
PLAYBOOK_VERIFIER = "/usr/libexec/rhc-playbook-verifier"
INSIGHTS_CLIENT = "/usr/bin/insights-client"


def playbook(correlation_id: str) -> Path:
    """The playbook that Ansible gets."""
    return STATE_DIR / f"{correlation_id}.yaml"


def private_data() -> Path:
    """ansible-runner's private data folder."""
    return STATE_DIR / "runs"


def artifacts(correlation_id: str) -> Path:
    """ansible-runner's artifacts of one run: ``status`` and ``job_events/``."""
    return private_data() / "artifacts" / correlation_id
