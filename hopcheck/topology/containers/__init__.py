"""Hosts as containers that boot systemd."""
