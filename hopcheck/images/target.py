"""The Python that wheels must fit: the base's, not the kit's."""

from __future__ import annotations

from dataclasses import dataclass

_OLDEST_GLIBC = 17
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "ppc64le": "ppc64le", "s390x": "s390x"}

PROBE = (
    "import json, os, platform;"
    "print(json.dumps([platform.python_version(), os.confstr('CS_GNU_LIBC_VERSION').split()[1], platform.machine()]))"
)


@dataclass(frozen=True, slots=True)
class Target:
    """CPython `python` (``3.11.2``) on Linux with `glibc` (``2.36``) on `machine` (``x86_64``)."""

    python: str
    glibc: str
    machine: str

    @property
    def minor(self) -> str:
        """``3.11``"""
        return ".".join(self.python.split(".")[:2])

    def markers(self) -> dict[str, str]:
        """The environment that requirement markers are judged in."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python,
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": self.python,
            "python_version": self.minor,
            "sys_platform": "linux",
        }

    def pip_arguments(self) -> list[str]:
        """pip's options that choose wheels for this Python; every glibc up to its own will do."""
        newest = int(self.glibc.split(".")[1])
        platforms = [f"manylinux_2_{minor}_{self.machine}" for minor in range(newest, _OLDEST_GLIBC - 1, -1)]
        platforms += [f"manylinux2014_{self.machine}", f"linux_{self.machine}"]
        chosen = ["--only-binary=:all:", "--implementation=cp", f"--python-version={self.python}"]
        return chosen + [f"--platform={platform}" for platform in platforms]


def machine(architecture: str) -> str:
    """Python's name of an engine's architecture: ``x86_64`` for ``amd64``."""
    return _MACHINES.get(architecture, architecture)
