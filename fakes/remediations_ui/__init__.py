"""Stand-in for the Remediations UI: pages, and the same steps as JSON for scripts."""

VERSION = "0.1.0"
