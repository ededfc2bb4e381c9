from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import pytest

from hopcheck.live import session
from hopcheck.live.address import listen


@pytest.fixture
def config() -> SimpleNamespace:
    return SimpleNamespace(stash=pytest.Stash())


@pytest.fixture
def topology(tmp_path: Path) -> SimpleNamespace:
    return SimpleNamespace(settings=SimpleNamespace(report=tmp_path), live="")


def test_the_page_is_there_while_the_session_goes(
    config: SimpleNamespace, topology: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOPCHECK_CALLED", "./kit")
    told: list[str] = []
    session.show(config, topology, None, told.append)
    try:
        assert told == [f"live at {topology.live}"]
        with urlopen(topology.live, timeout=30) as answer:
            assert answer.status == 200
    finally:
        session.pytest_unconfigure(config)
    assert told[1:] == [f"to see it again: ./kit live {tmp_path}"]
    with pytest.raises(OSError, match="refused"):
        urlopen(topology.live, timeout=30)


def test_a_page_that_cannot_be_is_the_kits_trouble(
    config: SimpleNamespace, topology: SimpleNamespace, capfd: pytest.CaptureFixture[str]
) -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(pytest.exit.Exception) as ended:
            session.show(config, topology, port, print)
    assert f"hopcheck cannot start: --live-port {port}: Address al" in capfd.readouterr().err
    assert ended.value.returncode == 3
    session.pytest_unconfigure(config)
