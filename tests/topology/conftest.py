import pytest

from hopcheck.topology.scene import Scene
from hopcheck.topology.settings import Settings, scope
from hopcheck.topology.stage import Stage


@pytest.fixture(scope="package")
def stage(tmp_path_factory):
    """Cloud Connector and a broker, and nothing else."""
    settings = Settings(report=tmp_path_factory.mktemp("report"), roles=scope("cloud-connector"), hosts=0)
    with Stage(settings) as stage:
        yield stage


@pytest.fixture
def scene(stage):
    scene = Scene(stage)
    yield scene
    scene.close()
