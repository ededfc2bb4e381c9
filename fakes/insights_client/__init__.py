"""Stand-in of insights-client: insights-core's own phases and verifier behind the two commands of a RHEL host."""

VERSION = "0.1.0"
