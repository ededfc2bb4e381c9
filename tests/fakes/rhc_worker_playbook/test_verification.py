from __future__ import annotations

import pytest

from fakes.rhc_worker_playbook import paths, verification
from fakes.rhc_worker_playbook.config import Config

PATH = {"PATH": "/sbin:/bin:/usr/sbin:/usr/bin"}


def test_each_generation_calls_its_front_end():
    assert verification.command(Config()) == (["/usr/libexec/rhc-playbook-verifier", "--stdin"], PATH)
    through_client = [
        "/usr/bin/insights-client",
        "-m",
        "insights.client.apps.ansible.playbook_verifier",
        "--quiet",
        "--payload",
        "noop",
        "--content-type",
        "noop",
    ]
    assert verification.command(Config(generation="0.2.3")) == (through_client, PATH)
    assert verification.command(Config(generation="0.2.3", insights_core_gpg_check=False)) == (
        [*through_client, "--no-gpg"],
        PATH | {"BYPASS_GPG": "True"},
    )


@pytest.fixture
def verifier(tmp_path, monkeypatch):
    def write(text):
        file = tmp_path / "verifier"
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
        monkeypatch.setattr(paths, "PLAYBOOK_VERIFIER", str(file))

    return write


async def test_what_the_verifier_says_is_the_playbook(verifier):
    verifier('[ "$1" = --stdin ] && tr a-z A-Z; env | grep -v -e PATH= -e PWD= -e _= -e SHLVL= || true')
    same = await verification.verify(b"play" * 50_000, Config()) == b"PLAY" * 50_000
    assert same


async def test_any_other_status_fails_with_what_was_said(verifier):
    verifier("cat >/dev/null; echo why; echo more >&2; exit 3")
    with pytest.raises(verification.VerificationFailed, match=r"(?s)^cannot verify playbook: code=3.*why.*more"):
        await verification.verify(b"x", Config())


async def test_a_killed_verifier_has_no_status(verifier):
    verifier("kill -9 $$")
    with pytest.raises(verification.VerificationFailed, match="code=-1 "):
        await verification.verify(b"x", Config())


async def test_missing_verifier_fails(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "PLAYBOOK_VERIFIER", str(tmp_path / "none"))
    with pytest.raises(verification.VerificationFailed, match="cannot verify playbook: "):
        await verification.verify(b"x", Config())
