from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hopcheck.topology.signer import EXCLUDE, Signer, SigningError

PLAY = """- name: fix "it"
  hosts: "@@HOSTS@@"
  become: true
  vars:
    greeting: 'hällo'
  tasks:
    - name: say
      shell: |
        echo "{{ greeting }}"
        true
      when: yes  # a comment
    - debug:
        msg: >-
          folded
          text
"""
OTHER = "- name: second\n  hosts: all\n  tasks: []\n"
VERIFY = """
import importlib, os, runpy, sys
from pathlib import Path
here = Path(sys.argv.pop(1))
def serve(package, name, path):
    spec = importlib.import_module(package).__spec__
    inner, at = spec.loader.get_data, os.path.join(os.path.dirname(spec.origin), name)
    spec.loader.get_data = lambda p: path.read_bytes() if p == at else inner(p)
serve("insights.client.apps.ansible", "playbook_verifier/public.gpg", here / "public.gpg")
serve("insights", "revoked_playbooks.yaml", here / "revoked_playbooks.yaml")
from insights.client.constants import InsightsConstants
InsightsConstants.insights_core_lib_dir = str(here / "home")
runpy.run_module("insights.client.apps.ansible.playbook_verifier", run_name="__main__", alter_sys=True)
"""


@pytest.fixture(scope="module")
def signer() -> Iterator[Signer]:
    with TemporaryDirectory() as directory, Signer(Path(directory)) as made:
        yield made


@pytest.fixture
def verify(signer: Signer) -> Iterator[Callable[..., tuple[int, str, str]]]:
    with TemporaryDirectory() as directory:

        def run(playbook: str, revoked: bytes | None = None) -> tuple[int, str, str]:
            home = Path(directory, "home")
            home.mkdir(mode=0o700, exist_ok=True)
            (home / "gpg.conf").write_text("no-autostart\n")
            Path(directory, "public.gpg").write_bytes(signer.public_key)
            Path(directory, "revoked_playbooks.yaml").write_bytes(revoked or signer.revocation_list())
            done = subprocess.run(
                [sys.executable, "-c", VERIFY, directory],
                input=playbook,
                text=True,
                capture_output=True,
                timeout=30,
                env={"PATH": os.environ["PATH"]},
            )
            return done.returncode, done.stdout, done.stderr

        yield run


def test_insights_core_accepts_a_signed_playbook(signer: Signer, verify: Callable[..., tuple[int, str, str]]) -> None:
    playbook = signer.sign_playbook(PLAY + OTHER)
    assert verify(playbook) == (0, playbook + "\n", "")


def test_insights_core_accepts_other_hosts(signer: Signer, verify: Callable[..., tuple[int, str, str]]) -> None:
    playbook = signer.sign_play(PLAY)
    assert "@@HOSTS@@" in playbook
    assert verify(playbook.replace("@@HOSTS@@", "web1,web2"))[0] == 0


def test_insights_core_rejects_a_changed_task(signer: Signer, verify: Callable[..., tuple[int, str, str]]) -> None:
    status, stdout, stderr = verify(signer.sign_play(PLAY).replace("folded", "forged"))
    assert (status, stdout) == (101, "")
    assert "has invalid signature" in stderr


def test_insights_core_rejects_a_revoked_play(signer: Signer, verify: Callable[..., tuple[int, str, str]]) -> None:
    revoked = signer.revocation_list([("fix it", signer.digest(PLAY))])
    status, stdout, stderr = verify(signer.sign_play(PLAY), revoked)
    assert (status, stdout) == (101, "")
    assert "is on the revoked list" in stderr
    assert verify(signer.sign_play(OTHER), revoked)[0] == 0


def test_insights_core_rejects_a_changed_revocation_list(
    signer: Signer, verify: Callable[..., tuple[int, str, str]]
) -> None:
    revoked = signer.revocation_list([("fix it", signer.digest(PLAY))])
    status, _, stderr = verify(signer.sign_play(OTHER), revoked.replace(b"fix it", b"fix me"))
    assert status == 101
    assert "List of revocation signatures is invalid" in stderr


@pytest.mark.parametrize(
    ("exclude", "reason"),
    [
        ("/hosts,/vars/insights_signature,/vars/nothing", "does not exist"),
        ("/tasks", "cannot be excluded"),
        ("/vars/a/b", "cannot be excluded"),
    ],
)
def test_insights_core_rejects_what_excludes_too_much(
    signer: Signer, verify: Callable[..., tuple[int, str, str]], exclude: str, reason: str
) -> None:
    playbook = signer.sign_misfit(PLAY, exclude)
    assert f"insights_signature_exclude: {exclude}\n" in playbook
    status, _, stderr = verify(playbook)
    assert status == 101
    assert reason in stderr


def test_only_the_exclude_list_is_wrong_with_a_misfit(
    signer: Signer, verify: Callable[..., tuple[int, str, str]]
) -> None:
    assert verify(signer.sign_misfit(PLAY, EXCLUDE))[0] == 0


def test_signing_again_replaces_the_signature(signer: Signer) -> None:
    once = signer.sign_play(PLAY)
    again = signer.sign_play(once)
    assert again.count("insights_signature:") == 1
    assert signer.digest(once) == signer.digest(again) == signer.digest(PLAY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PLAY + OTHER, "2 plays where 1 is wanted"),
        ("name: not a list", "not a list of plays"),
        ("- a word", "not a list of plays"),
        ("- name: no hosts\n", "Dynamic key '/hosts' does not exist"),
        ("- name: [", "Could not load the playbook"),
        ("- hosts: a\n  vars: words\n", "vars is not a map"),
    ],
)
def test_what_cannot_be_signed_is_an_error(signer: Signer, text: str, reason: str) -> None:
    with pytest.raises(SigningError, match=reason):
        signer.sign_play(text)


def test_a_key_is_taken_up_again_and_no_agent_stays() -> None:
    with TemporaryDirectory() as directory:
        with Signer(Path(directory)) as first:
            key = first.public_key
            agent = first.home / "S.gpg-agent"
            first.sign_play(PLAY)
            assert agent.exists()
        assert not list(first.home.glob("S.*")), "the agent removes them itself, and is gone when close returns"
        with Signer(Path(directory)) as second:
            assert second.public_key == key


def test_a_home_beyond_the_limit_of_sockets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="longer than"):
        Signer(tmp_path / ("x" * 100))


def test_a_missing_gpg_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as directory:
        monkeypatch.setenv("PATH", directory)
        with pytest.raises(SigningError, match="gpg is not installed"):
            Signer(Path(directory)).create()


def test_the_subprocess_signs_for_a_caller_that_imports_nothing(
    verify: Callable[..., tuple[int, str, str]], signer: Signer
) -> None:
    with TemporaryDirectory() as directory:
        request = {"plays": {"one": PLAY, "two": OTHER}, "revoke": ["two"]}
        done = subprocess.run(
            [sys.executable, "-m", "hopcheck.topology.signer", directory],
            input=json.dumps(request),
            text=True,
            capture_output=True,
            check=True,
            timeout=30,
        )
        answer = json.loads(done.stdout)
        signer_of_file = Signer(Path(directory)).create()
        signer_of_file.close()
        assert answer["public_key"].encode() == signer_of_file.public_key
        public, signer.public_key = signer.public_key, signer_of_file.public_key
        try:
            revoked = answer["revocation_list"].encode()
            assert verify(answer["plays"]["one"], revoked)[0] == 0
            assert verify(answer["plays"]["two"], revoked)[0] == 101
        finally:
            signer.public_key = public
