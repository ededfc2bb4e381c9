from __future__ import annotations

import io
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from hopcheck.images import context
from hopcheck.images.bases import bases, find

OFFLINE = find("offline")


def packed(content: context.Content, wheels: Path) -> bytes:
    into = io.BytesIO()
    context.pack(content, wheels, into)
    return into.getvalue()


def test_what_lives_on_a_host_is_in_it_and_what_does_not_is_not() -> None:
    names = set(context.files(OFFLINE))
    assert {"Containerfile", "run", "install-role", "boot.sh", "pip.sh", "packages/offline.sh"} <= names
    assert {"fakes/rhc/daemon.py", "fakes/notify.py", "fakes/faults/seam.py", "fakes/faults/rhc/session.py"} <= names
    assert "install/rhc/usr/lib/systemd/system/yggdrasil.service" in names
    assert not [name for name in names if "ingress" in name or name.endswith(".pyc")]


@pytest.mark.parametrize("name", sorted(bases()))
def test_only_the_bases_own_script_and_sets_are_sent(name: str) -> None:
    base = find(name)
    names = set(context.files(base))
    assert {file for file in names if file.startswith("packages/")} == {f"packages/{base.packages}.sh"}
    assert {file for file in names if file.startswith("requirements/")} == {
        f"requirements/{s}.txt" for s in base.wheels
    }


def test_programs_are_executable_and_units_are_not() -> None:
    content = context.files(OFFLINE)
    assert {content[name][1] for name in ("run", "install-role", "install/rhc/usr/bin/yggd")} == {0o755}
    assert content["install/rhc/usr/lib/systemd/system/yggdrasil.service"][1] == 0o644


def test_the_digest_is_of_names_modes_and_contents() -> None:
    one = {"a": (b"x", 0o644), "b": (b"", 0o644)}
    others = [{**one, "a": (b"y", 0o644)}, {**one, "a": (b"x", 0o755)}, {"c": one["a"], "b": one["b"]}, {"a": one["a"]}]
    assert len({context.digest(content) for content in (one, *others)}) == 5
    assert context.digest(dict(reversed(one.items()))) == context.digest(one)


def test_the_digest_stays_and_a_touched_file_does_not_change_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = tmp_path / "host"
    (host / "packages").mkdir(parents=True)
    (host / "packages" / "offline.sh").write_text("true\n")
    (host / "Containerfile").write_text("FROM x\n")
    monkeypatch.setattr(context, "HOST", host)
    before = context.digest(context.files(OFFLINE))
    os.utime(host / "Containerfile", (1, 1))
    (host / "Containerfile").chmod(0o600)
    assert context.digest(context.files(OFFLINE)) == before
    (host / "packages" / "rhel.sh").write_text("true\n")
    assert context.digest(context.files(OFFLINE)) == before
    (host / "Containerfile").write_text("FROM y\n")
    assert context.digest(context.files(OFFLINE)) != before


def test_a_changed_requirement_changes_the_digest() -> None:
    fewer = replace(OFFLINE, wheels=("stand-ins",))
    assert context.digest(context.files(fewer)) != context.digest(context.files(OFFLINE))


def test_the_tar_is_the_same_bytes_for_the_same_content(tmp_path: Path) -> None:
    (tmp_path / "a-1-py3-none-any.whl").write_bytes(b"wheel")
    content = {"fakes/x.py": (b"1", 0o644), "run": (b"2", 0o755)}
    first = packed(content, tmp_path)
    os.utime(tmp_path / "a-1-py3-none-any.whl", (1, 1))
    assert packed(dict(reversed(content.items())), tmp_path) == first
    with tarfile.open(fileobj=io.BytesIO(first)) as tar:
        members = {member.name: (member.mode, member.isdir()) for member in tar.getmembers()}
    assert members == {
        "fakes": (0o755, True),
        "wheels": (0o755, True),
        "fakes/x.py": (0o644, False),
        "run": (0o755, False),
        "wheels/a-1-py3-none-any.whl": (0o644, False),
    }
