"""What the verifier reads and where gpg keeps keys. Tests point these elsewhere."""

from __future__ import annotations

from pathlib import Path

PUBLIC_KEY = Path("/etc/hopcheck/verifier/public.gpg")
REVOCATION_LIST = Path("/etc/hopcheck/verifier/revoked_playbooks.yaml")
GPG_HOME = Path("/var/lib/insights")
