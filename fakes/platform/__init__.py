"""Stand-in for the services that participants ask beside the flow: host inventory and RBAC."""

VERSION = "0.1.0"
