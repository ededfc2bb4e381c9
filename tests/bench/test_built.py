from __future__ import annotations

from types import SimpleNamespace

import pytest
from docker.errors import ImageNotFound

from hopcheck.bench import built

IMAGE = "hopcheck/host-offline:abc"


class Layers:
    """What `tapped` does: a build for content that it has not seen, else the one that is there."""

    def __init__(self):
        self.there: dict[bytes, str] = {}

    def __call__(self, engine, image, *, overlay):
        assert image == IMAGE
        (file,) = overlay.iterdir()
        return self.there.setdefault(file.read_bytes(), f"sha256:{len(self.there)}")


@pytest.fixture
def engine():
    removed = []

    def remove(name, force):
        assert force
        removed.append(name)

    return SimpleNamespace(client=SimpleNamespace(images=SimpleNamespace(remove=remove)), removed=removed)


@pytest.fixture
def layers(monkeypatch):
    layers = Layers()
    monkeypatch.setattr(built, "tapped", layers)
    monkeypatch.setattr(built, "ensure", lambda client, *, progress, fresh=False: IMAGE)
    return layers


def test_a_layer_that_no_other_build_has_is_built_found_and_removed(engine, layers, tmp_path):
    for name in ("a", "b"):
        taken = built.layer(engine, tmp_path / name)
        assert set(taken) == {"warm", "layer_cold", "layer_warm"}
        assert all(seconds >= 0 for seconds in taken.values())
    assert engine.removed == list(layers.there.values())
    assert len(set(engine.removed)) == 2


def test_a_layer_built_twice_is_no_measurement_and_removed_too(engine, monkeypatch, tmp_path):
    made = iter(["sha256:1", "sha256:2"])
    monkeypatch.setattr(built, "ensure", lambda client, *, progress, fresh=False: IMAGE)
    monkeypatch.setattr(built, "tapped", lambda engine, image, *, overlay: next(made))
    with pytest.raises(RuntimeError, match="twice"):
        built.layer(engine, tmp_path / "o")
    assert engine.removed == ["sha256:1"]


def test_what_somebody_else_removed_already_is_gone(layers, tmp_path):
    def remove(name, force):
        raise ImageNotFound(name)

    engine = SimpleNamespace(client=SimpleNamespace(images=SimpleNamespace(remove=remove)))
    assert built.layer(engine, tmp_path / "o")["layer_cold"] >= 0


def test_anew_reuses_nothing(engine, monkeypatch):
    asked = []

    def ensure(client, *, progress, fresh=False):
        asked.append((client, fresh))
        return IMAGE

    monkeypatch.setattr(built, "ensure", ensure)
    assert built.anew(engine)["cold"] >= 0
    assert asked == [(engine.client, True)]
