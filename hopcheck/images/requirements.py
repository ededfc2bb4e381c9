"""The Python libraries that an image gets, with the versions that the kit itself asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hopcheck.home import PROJECT

SETS: Mapping[str, Sequence[str]] = {
    # what fakes.rhc, fakes.rhc_worker_playbook and fakes.insights_client import
    "stand-ins": ("PyYAML", "dbus-fast", "paho-mqtt", "insights-core"),
    "ansible-core": ("ansible-core",),
    "ansible-runner": ("ansible-runner",),
}
INSTALLER = "pip"


def requirements(name: str) -> list[str]:
    """The requirements of a set, with the specifiers of ``pyproject.toml``. Raises LookupError where it has none."""
    declared = _declared()
    return [declared[canonicalize_name(wanted)] for wanted in SETS[name]]


def _declared() -> dict[str, str]:
    document = tomllib.loads(PROJECT.read_text())
    return {canonicalize_name(Requirement(text).name): text for text in document["project"]["dependencies"]}
