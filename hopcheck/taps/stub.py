"""The files that put a process shim in a program's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from hopcheck.taps import shim

_RUNNER = '''"""Starts the process shim as this module's own command line was given."""
import os

with open("/proc/self/cmdline", "rb") as file:
    words = file.read().split(b"\\0")[:-1]
with open("/proc/self/environ", "rb") as file:
    entries = [entry.partition(b"=") for entry in file.read().split(b"\\0")]
shim = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim.py")
os.execve({python!r}, [{python!r}, "-IS", shim, *words], {{name: value for name, mark, value in entries if mark}})
'''


def stub(
    path: str,
    *,
    real: Sequence[str],
    socket: Path,
    python: str,
    env: Mapping[str, str | None] | None = None,
    gate: bool = False,
    module: str | None = None,
) -> str:
    """The text of an executable for ``path`` that reports to the tap at ``socket`` and runs ``real``.

    ``real`` starts with an absolute path; ``python`` (3.7 or later) runs the shim; ``env`` overrides variables of the
    real program, None removes one. With ``gate`` it runs only what the tap permits.
    """
    config = {
        "path": path,
        "module": module,
        "real": list(real),
        "socket": str(socket),
        "env": dict(env or {}),
        "gate": gate,
    }
    return f"#!{python} -IS\n{Path(shim.__file__).read_text()}\n\nmain({config!r})\n"


def install_shim(
    root: Path,
    program: str,
    *,
    real: Sequence[str],
    socket: Path,
    python: str,
    env: Mapping[str, str | None] | None = None,
    gate: bool = False,
) -> str:
    """Write the `stub` for ``program``, a path within ``root``, mode 0755; returns its text."""
    text = stub(program, real=real, socket=socket, python=python, env=env, gate=gate)
    path = root / program.lstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return text


def runner_package(
    path: str,
    *,
    real: Sequence[str],
    socket: Path,
    python: str,
    env: Mapping[str, str | None] | None = None,
    gate: bool = True,
) -> dict[str, str]:
    """The files, by name, of a package ``ansible_runner`` at ``path`` for ``python3 -m ansible_runner``.

    PYTHONPATH, on which this package stands, is taken from the real program unless ``env`` gives another.
    """
    return {
        "__init__.py": "",
        "__main__.py": _RUNNER.format(python=python),
        "shim.py": stub(
            path,
            real=real,
            socket=socket,
            python=python,
            env={"PYTHONPATH": None, **(env or {})},
            gate=gate,
            module="ansible_runner",
        ),
    }
