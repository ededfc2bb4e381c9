"""Stand-in for Playbook Dispatcher: REST API, upload validator and response consumer."""

VERSION = "0.1.0"
