from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.remediations.config import Config
from fakes.remediations.etag import of_json, strong, weak

CLOWDER = {
    "publicPort": 9002,
    "endpoints": [
        {"app": "playbook-dispatcher", "name": "api", "hostname": "d", "port": 1},
        {"app": "host-inventory", "name": "service", "hostname": "i", "port": 2},
    ],
}


def test_from_the_clowder_file(tmp_path: Path) -> None:
    file = tmp_path / "acg.json"
    file.write_text(json.dumps(CLOWDER))
    env = {"ACG_CONFIG": str(file), "TEMPLATES_DIR": "/t", "STATE_DIRECTORY": "/s", "PLATFORM_HOSTNAME_URL": "gw:1"}
    config = Config.from_env(env)
    assert (config.port, config.dispatcher_url, config.inventory_url) == (9002, "http://d:1", "http://i:2")
    assert (config.state, config.platform_hostname) == (Path("/s/remediations.sqlite3"), "gw:1")
    assert config.rbac_url is None
    rbac = {"app": "rbac", "name": "service", "hostname": "r", "port": 3}
    with pytest.raises(SystemExit, match="rbac"):
        Config.from_env(env | {"RBAC_IMPL": "impl"})
    file.write_text(json.dumps(CLOWDER | {"endpoints": [*CLOWDER["endpoints"], rbac]}))
    assert Config.from_env(env | {"RBAC_IMPL": "impl"}).rbac_url == "http://r:3"
    file.write_text(json.dumps(CLOWDER | {"endpoints": []}))
    for bad in (env, env | {"RBAC_IMPL": "none"}, {}):
        with pytest.raises(SystemExit, match="hopcheck-remediations: "):
            Config.from_env(bad)


@pytest.mark.parametrize("role", ["remediations", "remediations-ui", "playbook-dispatcher", "platform"])
def test_version(role: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"fakes.{role.replace('-', '_')}", "--version"],
        timeout=20,
        capture_output=True,
        text=True,
        env=os.environ,
    )
    assert (done.returncode, done.stdout) == (0, f"hopcheck-{role} 0.1.0\n")


def test_tags_are_those_of_node() -> None:
    assert strong(b"") == '"0-2jmj7l5rSw0yVb/vlWAYkK/YBwk"'
    assert weak(b"a" * 17).startswith('W/"11-')
    assert of_json([{"a": "ä"}]) == strong('[{"a":"ä"}]'.encode())
