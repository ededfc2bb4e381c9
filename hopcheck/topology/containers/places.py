"""Where things lie inside a host container."""

from __future__ import annotations

LIBEXEC = "/usr/libexec/hopcheck"
REAL = f"{LIBEXEC}/real"
OVERLAY = f"{LIBEXEC}/overlay"
SHIMS = f"{LIBEXEC}/shims"
FOUND = f"{LIBEXEC}/found.json"
STAND_INS = "/usr/lib/hopcheck/stand-ins/install"
INSTALL = f"{STAND_INS}-role"

# The kit's own directory of the run, bound from outside: sockets of the process tap and for systemd's readiness.
OUTSIDE = "/run/hopcheck"
PROCESS_SOCKET = f"{OUTSIDE}/process"
NOTIFY_SOCKET = f"{OUTSIDE}/notify"

PYTHON = "/usr/bin/python3"
SYSTEMD = "/lib/systemd/systemd"
BUS = "/run/dbus/system_bus_socket"

UNITS = {
    "rhc": "yggdrasil.service",
    "rhc-worker-playbook": "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook.service",
}
BUS_NAMES = {
    "rhc": "com.redhat.Yggdrasil1",
    "rhc-worker-playbook": "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook",
}
CLIENT = "/usr/bin/insights-client"
VERIFIER = "/usr/libexec/rhc-playbook-verifier"
# Where the worker's package, built with another library directory, may have its bundled ansible-runner.
WORKER_LIBRARIES = tuple(
    f"{prefix}/{name}/rhc-worker-playbook" for prefix in ("/usr", "/usr/local") for name in ("lib64", "lib")
)
