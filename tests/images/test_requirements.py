from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hopcheck.home import ROOT
from hopcheck.images import requirements as module
from hopcheck.images.context import FAKES, stand_ins
from hopcheck.images.requirements import SETS, requirements


def imports() -> set[str]:
    """Names of the modules that the sources import, wherever in them."""
    names: set[str] = set()
    for file in stand_ins():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_each_set_takes_its_versions_from_the_kit() -> None:
    declared = (ROOT / "pyproject.toml").read_text()
    for name in SETS:
        for text in requirements(name):
            assert f'"{text}"' in declared
            assert Requirement(text).specifier


def test_the_stand_ins_get_exactly_what_they_import() -> None:
    tops = {name.partition(".")[0] for name in imports()} - set(sys.stdlib_module_names) - {"fakes"}
    providers = packages_distributions()
    wanted = {canonicalize_name(provider) for top in tops for provider in set(providers[top])}
    assert wanted == {canonicalize_name(name) for name in SETS["stand-ins"]}


def test_the_stand_ins_import_no_stand_in_that_is_left_out() -> None:
    here = {
        str(file.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__") for file in stand_ins()
    }
    everything = {
        str(file.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        for file in FAKES.rglob("*.py")
    }
    assert {name for name in imports() if name in everything} <= here


def test_a_library_that_the_kit_does_not_declare_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETS", {"x": ("no-such-library",)})
    with pytest.raises(LookupError, match="no-such-library"):
        requirements("x")
