"""Where yggdrasil keeps things, and what it calls itself. Tests point these elsewhere."""

from __future__ import annotations

from pathlib import Path

CONFIG_FILE = Path("/etc/yggdrasil/config.toml")
STATE_DIR = Path("/var/lib/yggdrasil")
SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket"

CLIENT_VERSION = "0.4.9"
USER_AGENT = f"yggd/{CLIENT_VERSION}"
