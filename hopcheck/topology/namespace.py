"""A remediation target of the process runtime: private mounts and processes, so fixed paths can stay fixed."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hopcheck.install import missing
from hopcheck.topology.process import StartError, entering

OVERLAID = ("etc", "usr", "var")


class Namespace:
    """Mount and PID namespace over ``root``: ``root/etc`` shows through as /etc, likewise usr and var.

    Write files below `path` before `start`. ``binds`` maps further absolute paths to directories outside. When
    its owner dies the kernel ends everything inside. ``init`` is the pid of what is first inside.
    """

    def __init__(self, root: Path, binds: dict[str, Path] | None = None) -> None:
        self.root = root
        self._binds = binds or {}
        self._anchor: subprocess.Popen[bytes] | None = None
        self.init = 0
        for name in OVERLAID:
            (root / name).mkdir(parents=True, exist_ok=True)
            (root / f".work-{name}").mkdir(exist_ok=True)

    def path(self, absolute: str) -> Path:
        """Where ``absolute`` lies outside; its parent exists afterwards."""
        path = self.root / absolute.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, absolute: str, content: str | bytes, mode: int = 0o644) -> None:
        """A file of the host."""
        path = self.path(absolute)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)

    async def start(self) -> None:
        """Mount everything. Raises `StartError` where the machine forbids namespaces."""
        if absent := [name for name in ("unshare", "nsenter", "mount") if shutil.which(name) is None]:
            raise StartError(missing(*absent))
        for absolute in self._binds:
            self.path(absolute + "/.").mkdir(parents=True, exist_ok=True)
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        argv = [
            "unshare",
            *user,
            "--mount",
            "--pid",
            "--fork",
            "--kill-child=KILL",
            "--mount-proc",
            "--propagation",
            "private",
            "sh",
            "-ec",
            self._script(),
        ]
        self._anchor = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        assert self._anchor.stdout is not None
        assert self._anchor.stderr is not None
        line = await asyncio.to_thread(self._anchor.stdout.readline)
        if line != b"mounted\n":
            reason = self._anchor.stderr.read().decode().strip()
            raise StartError(
                "a host needs its own mount namespace with overlays, which this machine refuses: "
                f"{reason}. Run as root, or allow unprivileged user namespaces "
                "(sysctl kernel.unprivileged_userns_clone=1)"
            )
        pid = self._anchor.pid
        self.init = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def _script(self) -> str:
        lines = []
        for name in OVERLAID:
            upper, work = self.root / name, self.root / f".work-{name}"
            options = f"lowerdir=/{name},upperdir={upper},workdir={work}"
            lines.append(f"mount -t overlay overlay -o {shlex.quote(options)} /{name}")
        lines.append("mount -t tmpfs -o mode=755 tmpfs /run; mkdir -p /run/lock")
        lines += [
            f"mount --bind {shlex.quote(str(outside))} {shlex.quote(inside)}" for inside, outside in self._binds.items()
        ]
        lines.append("echo mounted; exec cat >/dev/null")
        return "\n".join(lines)

    @property
    def enter(self) -> Sequence[str]:
        """Argument prefix that runs a command inside."""
        return entering(self.init)

    def inside(self, absolute: str) -> Path:
        """A path as the host sees it, for a reader outside."""
        return Path(f"/proc/{self.init}/root") / absolute.lstrip("/")

    async def stop(self) -> None:
        """End everything inside; the mounts go with it."""
        if self._anchor is not None and self._anchor.stdin is not None:
            self._anchor.kill()
            await asyncio.to_thread(self._anchor.wait)
            for pipe in (self._anchor.stdin, self._anchor.stdout, self._anchor.stderr):
                if pipe is not None:
                    pipe.close()
            self._anchor = None
