"""Images, overlays and programs that cannot be a host: each says what it is, and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.topology.process import StartError


@pytest.fixture
def refused(stage, left, engine):
    """What a stage with these settings says instead of coming up."""

    def make(**given):
        made = stage(**given)
        with pytest.raises(StartError) as raised:
            made.open()
        assert left(made.topology.directory.name) == []
        assert not made.topology.directory.exists()
        if "host_overlay" in given and made.topology.runtime._tapped:
            engine.client.images.remove(made.topology.runtime._tapped)
        return raised.value

    return make


def test_an_image_that_is_missing(refused):
    assert "there is no image hopcheck-test/none:1 in this engine" in str(refused(of="hopcheck-test/none:1"))


def test_an_image_without_systemd(refused, imported):
    said = str(refused(of=imported))
    assert said.startswith(f"{imported}: ")
    assert "systemd" in said


@pytest.mark.parametrize("what", ["file", "missing"])
def test_an_overlay_that_is_no_directory(refused, tmp_path, what):
    (tmp_path / "file").touch()
    assert f"--host-overlay {tmp_path / what}: not a directory" in str(refused(host_overlay=tmp_path / what))


def test_an_overlay_that_leaves_the_root(refused, tmp_path):
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "out").symlink_to("../etc/passwd")
    assert "the link out leaves the root" in str(refused(host_overlay=overlay))


def test_a_native_role_where_the_image_holds_the_stand_in(refused, image):
    said = str(refused(native=("rhc",)))
    assert said.startswith(f"{image}: /usr/bin/yggd is the stand-in: --native rhc wants the real one")


def overlay(directory: Path, script: str) -> Path:
    program = directory / "overlay/usr/bin/yggd"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return directory / "overlay"


def test_a_native_role_that_never_comes_up(refused, tmp_path):
    script = "echo I look for something; exec sleep infinity"
    error = refused(native=("rhc",), host_overlay=overlay(tmp_path, script), timeout_s=8.0)
    said = str(error)
    assert error.role == "rhc"
    assert "host-1: yggdrasil.service" in said
    assert "8 s" in said
    assert "I look for something" in said


def test_a_native_role_that_ends(refused, tmp_path):
    error = refused(native=("rhc",), host_overlay=overlay(tmp_path, "echo no luck >&2; exit 3"), timeout_s=30.0)
    assert error.role == "rhc"
    assert "host-1: yggdrasil.service did not start" in str(error)
    assert "no luck" in str(error)
