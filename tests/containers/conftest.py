from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hopcheck.images import ensure
from hopcheck.topology.containers import labels
from hopcheck.topology.containers.engine import Engine
from hopcheck.topology.containers.runtime import ContainerRuntime
from hopcheck.topology.settings import Settings
from hopcheck.topology.stage import Stage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = f"{Path(__file__).parent}/"
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.containers)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine of this machine; without one every test here fails."""
    return Engine.connect()


@pytest.fixture(scope="session")
def image(engine: Engine) -> str:
    """Our own host image, built where it is missing."""
    return ensure(engine.client, progress=print)


@pytest.fixture
def left(engine: Engine) -> Callable[[str], list[str]]:
    """Names of the containers and networks that bear a run's label."""

    def find(run: str) -> list[str]:
        wanted = {"label": f"{labels.RUN}={run}"}
        there = engine.client.containers.list(all=True, filters=wanted, ignore_removed=True)
        return [each.name for each in (*there, *engine.client.networks.list(filters=wanted))]

    return find


@pytest.fixture
def stage(engine: Engine, image: str, tmp_path: Path) -> Callable[..., Stage]:
    """A stage whose hosts are machines, not yet opened."""

    def make(of: str = image, report: str = "report", **given: object) -> Stage:
        settings = Settings(report=tmp_path / report, **given)  # type: ignore[arg-type]
        return Stage(settings, runtime=ContainerRuntime(engine, of, settings))

    return make


@pytest.fixture
def imported(engine: Engine) -> Iterator[str]:
    """An image with one file and nothing else."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("etc/nothing")
        archive.addfile(member, io.BytesIO())
    name = "hopcheck-test/no-systemd"
    engine.client.api.import_image_from_data(packed.getvalue(), repository=name, tag="1")
    yield f"{name}:1"
    engine.client.images.remove(f"{name}:1", force=True)
