"""Stand-in of rhc-worker-playbook 0.2: a D-Bus worker that verifies a playbook and runs it with ansible-runner."""

VERSION = "0.1.0"
