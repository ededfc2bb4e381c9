from __future__ import annotations

import re

import pytest

from hopcheck.home import IMAGES
from hopcheck.images.bases import bases, find
from hopcheck.images.error import ImageError
from hopcheck.images.requirements import SETS


def test_each_base_has_its_script_and_known_wheels() -> None:
    for base in bases().values():
        assert (IMAGES / "host" / "packages" / f"{base.packages}.sh").is_file()
        assert set(base.wheels) <= set(SETS)


def test_a_base_is_either_made_here_or_fetched() -> None:
    assert all((base.image is None) != (base.recipe is None) for base in bases().values())


def test_only_what_needs_no_network_is_called_verified() -> None:
    assert [base.name for base in bases().values() if base.verified] == ["offline"]
    assert [base.name for base in bases().values() if not base.network] == ["offline"]


def test_scripts_of_unverified_bases_say_so() -> None:
    for base in bases().values():
        script = (IMAGES / "host" / "packages" / f"{base.packages}.sh").read_text()
        assert ("UNVERIFIED" in script) == (not base.verified)


def test_there_is_no_script_without_a_base() -> None:
    scripts = {file.stem for file in (IMAGES / "host" / "packages").iterdir()}
    assert scripts == {base.packages for base in bases().values()}


def test_versions_are_whole() -> None:
    for base in bases().values():
        assert re.fullmatch(r"3\.\d+\.\d+", base.python)
        assert re.fullmatch(r"2\.\d+", base.glibc)


def test_an_unknown_base_is_told_with_those_there_are() -> None:
    with pytest.raises(ImageError, match=r"no base 'moon'; bases are offline, centos-stream, rhel"):
        find("moon")
