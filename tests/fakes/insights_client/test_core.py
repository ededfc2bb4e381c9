from __future__ import annotations

import pkgutil
import sys
from types import ModuleType

import pytest

from fakes.insights_client import core


@pytest.fixture
def package(tmp_path, monkeypatch):
    (tmp_path / "parcel").mkdir()
    (tmp_path / "parcel/__init__.py").touch()
    (tmp_path / "parcel/there").write_bytes(b"shipped")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "parcel"
    sys.modules.pop("parcel", None)


def test_supplied_file_stands_in_for_package_data(package, tmp_path):
    core.supply(package, "data/lacking", tmp_path / "elsewhere")
    with pytest.raises(FileNotFoundError):
        pkgutil.get_data(package, "data/lacking")
    (tmp_path / "elsewhere").write_bytes(b"supplied")
    assert pkgutil.get_data(package, "data/lacking") == b"supplied"
    assert pkgutil.get_data(package, "there") == b"shipped"
    assert sorted(path.name for path in (tmp_path / "parcel").iterdir() if path.is_file()) == ["__init__.py", "there"]


def test_rpm_cannot_be_imported(monkeypatch):
    monkeypatch.setitem(sys.modules, "rpm", ModuleType("rpm"))
    core.without_rpm()
    with pytest.raises(ImportError):
        __import__("rpm")


def test_gpg_home_is_private_and_starts_no_agent(tmp_path, monkeypatch):
    from insights.client.constants import InsightsConstants

    monkeypatch.setattr(InsightsConstants, "insights_core_lib_dir", "")
    core.gpg_home(tmp_path / "home")
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "home/gpg.conf").read_text() == "no-autostart\n"
    assert InsightsConstants.insights_core_lib_dir == str(tmp_path / "home")
