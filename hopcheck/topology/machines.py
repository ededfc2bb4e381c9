"""Kinds of machines that stories ask for, by name: how each differs from the usual one."""

from __future__ import annotations

from collections.abc import Mapping

from hopcheck.topology.host import Wishes
from hopcheck.topology.host_config import File

UNITS = "/etc/systemd/system"
RHC, WORKER = "yggdrasil.service", "com.redhat.Yggdrasil1.Worker1.rhc_worker_playbook.service"
SECOND = "com.redhat.Yggdrasil1.Worker1.second_worker"
RUNS = "/var/lib/rhc-worker-playbook"
SKEW_S = 3600
# The loader itself puts the architecture's library directory in the place of $LIB.
FAKETIME = "/usr/$LIB/faketime/libfaketime.so.1"


def drop_in(unit: str, text: str) -> File:
    """Settings that systemd adds to a unit's ``[Service]``."""
    return File(f"{UNITS}/{unit}.d/hopcheck-story.conf", f"[Service]\n{text}\n".encode())


def _second_worker() -> tuple[File, ...]:
    """The playbook worker's program once more, under another directive."""
    unit = f"""\
[Service]
Type=dbus
BusName={SECOND}
User=root
Group=yggdrasil-worker
ExecStart=/usr/libexec/rhc-worker-playbook --config /etc/rhc-worker-playbook/second.toml
"""
    policy = f"""\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy group="yggdrasil-worker"><allow own="{SECOND}"/><allow send_destination="{SECOND}"/></policy>
</busconfig>
"""
    # dbus-daemon passes over a file without Exec, and lets systemd start the unit all the same.
    activation = f"[D-BUS Service]\nName={SECOND}\nExec=/bin/false\nUser=root\nSystemdService={SECOND}.service\n"
    config = 'directive = "second_worker"\nlog-level = "debug"\nverify-playbook = true\n'
    return (
        File(f"{UNITS}/{SECOND}.service", unit.encode()),
        File(f"/etc/dbus-1/system.d/{SECOND}.conf", policy.encode()),
        File(f"/usr/share/dbus-1/system-services/{SECOND}.service", activation.encode()),
        File("/etc/rhc-worker-playbook/second.toml", config.encode()),
    )


def _skewed(unit: str) -> File:
    return drop_in(unit, f"Environment=LD_PRELOAD={FAKETIME} FAKETIME=+{SKEW_S}s")


MACHINES: Mapping[str, Wishes] = {
    "": Wishes(),
    # systemd's unit as upstream ships it does not come back after a crash.
    "whose rhc systemd restarts": Wishes(files=(drop_in(RHC, "Restart=always\nRestartSec=100ms"),)),
    "whose worker the bus has to start": Wishes(asleep=True),
    "with a second worker on its bus": Wishes(files=_second_worker(), units=(f"{SECOND}.service",)),
    "whose programs see a clock an hour ahead": Wishes(files=(_skewed(RHC), _skewed(WORKER))),
    "whose run directory has no room": Wishes(tmpfs={RUNS: "size=64k,mode=0700"}),
}
