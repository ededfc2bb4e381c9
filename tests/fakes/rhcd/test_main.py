import pytest

from fakes.rhcd import __main__ as daemon
from fakes.rhcd import paths
from fakes.rhcd.worker import __main__ as worker


@pytest.mark.parametrize(
    ("main", "said"), [(daemon.main, "hopcheck-rhcd 0."), (worker.main, "hopcheck-rhcd-worker 0.")]
)
def test_version(main, said, capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize("main", [daemon.main, worker.main])
def test_without_configuration_there_is_no_start(main, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "CONFIG_FILE", tmp_path / "config.toml")
    monkeypatch.setattr(paths, "WORKER_CONFIG_FILE", tmp_path / "worker.toml")
    assert main([]) == 1
    assert "No such file" in capsys.readouterr().err


def test_a_worker_needs_somebody_who_starts_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "WORKER_CONFIG_FILE", tmp_path / "worker.toml")
    monkeypatch.delenv("YGG_SOCKET_ADDR", raising=False)
    (tmp_path / "worker.toml").touch()
    assert worker.main([]) == 1
    assert "YGG_SOCKET_ADDR" in capsys.readouterr().err
