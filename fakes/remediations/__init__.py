"""Stand-in for the Remediations API."""

VERSION = "0.1.0"
