"""Stand-in for the services that participants ask beside the flow: host inventory, RBAC, Sources, tenants."""

VERSION = "0.1.0"
