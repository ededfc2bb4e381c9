from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from hopcheck.images import debian, ensure, host, wheels
from hopcheck.images.error import ImageError

sys.path.insert(0, str(Path(__file__).parent))

from images_engine import Engine, refusal
from images_wheel import wheel


@pytest.fixture(autouse=True)
def targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """No mmdebstrap and no pip; the Pythons that wheels were asked for."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked: list[Any] = []
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "pip", "99.0")

    def ready(_requirements: Any, target: Any, **_: Any) -> Path:
        asked.append(target)
        return folder

    monkeypatch.setattr(wheels, "ensure", ready)
    monkeypatch.setattr(debian, "tarball", lambda *_, **__: tmp_path / "base.tar.gz")
    return asked


def test_it_is_named_after_what_it_is_made_of_and_built_once() -> None:
    engine, told = Engine(), []  # type: ignore[var-annotated]
    name = ensure(engine.client, progress=told.append)
    assert re.fullmatch(r"hopcheck/host-offline:[0-9a-f]{12}", name)
    assert ensure(engine.client, progress=told.append) == name
    assert len(engine.built) == 1
    assert told[-1] == f"{name}: cached"
    assert engine.get("hopcheck/host-offline:latest") is engine.get(name)


def test_the_offline_base_is_built_without_a_network() -> None:
    engine = Engine()
    ensure(engine.client, progress=print)
    (asked,) = engine.built
    assert asked["network_mode"] == "none"
    assert asked["buildargs"]["PACKAGES"] == "offline"
    assert asked["buildargs"]["BASE"].startswith("hopcheck/base-offline:")
    assert {"wheels/pip-99.0-py3-none-any.whl", "fakes/rhc/daemon.py", "Containerfile"} <= set(engine.context())


def test_a_changed_context_is_another_image(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    before = ensure(engine.client, progress=print)
    files = host.context.files
    monkeypatch.setattr(host.context, "files", lambda base: {**files(base), "new": (b"", 0o644)})
    after = ensure(engine.client, progress=print)
    assert after != before
    assert engine.get("hopcheck/host-offline:latest") is engine.get(after)


def test_going_back_brings_latest_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    first = ensure(engine.client, progress=print)
    with monkeypatch.context() as changed:
        files = host.context.files
        changed.setattr(host.context, "files", lambda base: {**files(base), "new": (b"", 0o644)})
        ensure(engine.client, progress=print)
    ensure(engine.client, progress=print)
    assert len(engine.built) == 2
    assert engine.get("hopcheck/host-offline:latest") is engine.get(first)


def test_an_image_of_ones_own_in_the_bases_place() -> None:
    engine = Engine()
    mine = engine.add("mine:1")
    name = ensure(engine.client, source="mine:1", progress=print)
    assert name != ensure(engine.client, progress=print)
    assert engine.built[0]["buildargs"]["BASE"] == "mine:1"
    assert engine.built[0]["labels"]["org.hopcheck.source"] == mine.id
    mine.tags.remove("mine:1")
    engine.add("mine:1")
    assert ensure(engine.client, source="mine:1", progress=print) != name


def test_afresh_builds_what_is_there_already() -> None:
    engine = Engine()
    name = ensure(engine.client, progress=print)
    assert ensure(engine.client, progress=print, fresh=True) == name
    assert [asked["nocache"] for asked in engine.built] == [False, True]


def test_wheels_fit_the_bases_python(targets: list[Any]) -> None:
    ensure(Engine(python=b'["3.13.5", "2.41", "aarch64"]').client, progress=print)
    assert [(target.python, target.glibc, target.machine) for target in targets] == [("3.13.5", "2.41", "aarch64")]


def test_a_registrys_base_without_python_is_taken_at_its_word(targets: list[Any]) -> None:
    engine = Engine(registry=("quay.io/centos/centos:stream10",), python=refusal("no such file or directory"))
    ensure(engine.client, "centos-stream", progress=print)
    assert [(target.python, target.machine) for target in targets] == [("3.12.0", "x86_64")]
    assert engine.built[0]["network_mode"] == "default"
    assert engine.imported == []


def test_only_the_rhel_base_gets_a_subscription(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RHSM_ORG", "1")
    monkeypatch.setenv("RHSM_ACTIVATION_KEY", "k")
    engine = Engine(registry=("registry.access.redhat.com/ubi10/ubi-init",))
    ensure(engine.client, "rhel", progress=print)
    ensure(engine.client, progress=print)
    assert engine.built[0]["buildargs"]["RHSM_ACTIVATION_KEY"] == "k"
    assert "RHSM_ACTIVATION_KEY" not in engine.built[1]["buildargs"]


def test_a_failed_build_has_no_name() -> None:
    engine = Engine(says=[{"error": "returned a non-zero code: 1"}])
    with pytest.raises(ImageError, match="a build step failed"):
        ensure(engine.client, progress=print)
    assert not [image for image in engine.all if any("host" in tag for tag in image.tags)]


@pytest.mark.parametrize(("base", "source"), [("moon", None), ("offline", "nope"), ("rhel", None)])
def test_what_cannot_be_is_told_before_anything_is_made(base: str, source: str | None) -> None:
    engine = Engine()
    with pytest.raises(ImageError):
        ensure(engine.client, base, source=source, progress=print)
    assert (engine.built, engine.imported) == ([], [])
