"""insights-core made ready: the files its wheel lacks, the module it can do without, a GPG home that stays quiet."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

VERIFIER = "insights.client.apps.ansible.playbook_verifier"


def without_rpm() -> None:
    """Make ``import rpm`` fail: insights-core copes, and the index's shim would start two other Pythons."""
    sys.modules["rpm"] = None  # type: ignore[assignment]


def without_start_up() -> None:
    """Import packages ``insights`` and ``insights.client`` unexecuted: the verifier below them needs nothing of theirs.

    It saves more than half of a verification. No part of insights-core but the verifier works afterwards.
    """
    insights = _unexecuted("insights", None)
    insights.client = _unexecuted("insights.client", insights.__path__)  # type: ignore[attr-defined]


def _unexecuted(name: str, search: Sequence[str] | None) -> ModuleType:
    spec = importlib.machinery.PathFinder.find_spec(name, search)
    if spec is None:
        raise ImportError(f"{name} is not installed")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    return module


def supply(package: str, name: str, file: Path) -> None:
    """Let data file `name` of `package` be `file`, read when it is asked for. Nothing is written."""
    spec = importlib.import_module(package).__spec__
    if spec is None or spec.origin is None:
        raise ImportError(f"{package} has no loader")
    loader: Any = spec.loader
    inner, place = loader.get_data, str(Path(spec.origin).parent / name)
    loader.get_data = lambda path: file.read_bytes() if path == place else inner(path)


def supply_verifier(public_key: Path, revocation_list: Path) -> None:
    """The two files that the verifier expects inside insights-core."""
    supply("insights.client.apps.ansible", "playbook_verifier/public.gpg", public_key)
    supply("insights", "revoked_playbooks.yaml", revocation_list)


def gpg_home(folder: Path) -> None:
    """Make insights-core use `folder`; verifying there leaves no gpg-agent behind."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    configuration = folder / "gpg.conf"
    if not configuration.exists():
        configuration.write_text("no-autostart\n")
    constants: Any = importlib.import_module("insights.client.constants")
    constants.InsightsConstants.insights_core_lib_dir = str(folder)


def verifier() -> ModuleType:
    """insights-core's verifier. Raises OSError where the public key is missing."""
    return importlib.import_module(VERIFIER)
