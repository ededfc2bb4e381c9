from __future__ import annotations

import pytest

from fakes.rhc_worker_playbook import config, paths


def test_shipped_file_and_defaults(tmp_path):
    (tmp_path / "c").write_text(
        'directive = "d"\nlog-level = "debug"\nverify-playbook = false\nunknown = 1\n'
        'response-interval = "1m"\nbatch-events = 5'
    )
    loaded = config.load(tmp_path / "c", {"WORKER_GENERATION": "0.2.3"})
    assert loaded == config.Config("d", "debug", False, 60.0, 5, True, "0.2.3")
    (tmp_path / "c").write_text("")
    assert config.load(tmp_path / "c", {}) == config.Config("rhc_worker_playbook", "error", True, 0.0, 0, True, "0.2.4")


def test_missing_file_stops_the_start(tmp_path):
    with pytest.raises(FileNotFoundError):
        config.load(tmp_path / "none", {})


@pytest.mark.parametrize(
    ("text", "generation"),
    [('directive = "a-b"', ""), ("verify-playbook = 1", ""), ('response-interval = "soon"', ""), ("", "0.1")],
)
def test_what_cannot_be_used(tmp_path, text, generation):
    (tmp_path / "c").write_text(text)
    with pytest.raises(ValueError, match=r"."):
        config.load(tmp_path / "c", {"WORKER_GENERATION": generation})


def test_paths_are_the_package_s():
    assert str(paths.CONFIG_FILE) == "/etc/rhc-worker-playbook/rhc-worker-playbook.toml"
    assert str(paths.playbook("id")) == "/var/lib/rhc-worker-playbook/id.yaml"
    assert str(paths.artifacts("id")) == "/var/lib/rhc-worker-playbook/runs/artifacts/id"
