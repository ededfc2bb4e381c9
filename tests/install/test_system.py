from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.install.system import DEBIAN, FEDORA, MACOS, RHEL, System, here, of_release


@pytest.mark.parametrize(
    ("release", "system"),
    [
        ("ID=debian\n", DEBIAN),
        ('NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', DEBIAN),
        ('ID="linuxmint"\nID_LIKE="ubuntu debian"\n', DEBIAN),
        ("ID=fedora\n", FEDORA),
        ('ID="rhel"\nID_LIKE="fedora"\n', RHEL),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', RHEL),
        ('ID="nobara"\nID_LIKE="fedora"\n', FEDORA),
        ("ID=arch\n", None),
        ("", None),
    ],
)
def test_an_os_release_tells_whose_packages_there_are(release: str, system: System | None) -> None:
    assert of_release(release) is system


def test_macos_has_no_such_file(tmp_path: Path) -> None:
    assert here("darwin", tmp_path / "none") is MACOS
    assert here("linux", tmp_path / "none") is None


def test_this_machine_is_read(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text("ID=fedora\n")
    assert here("linux", tmp_path / "os-release") is FEDORA
