from __future__ import annotations

import subprocess
import sys

import pytest

RUN = """
import sys
from pathlib import Path
from fakes.insights_client import paths, verifier
paths.GPG_HOME = Path(sys.argv.pop(1))
sys.exit(verifier.main(sys.argv[1:]))
"""


@pytest.fixture
def verify(signed, gpg_home):
    def run(playbook, *arguments, revocations="revocations"):
        if not arguments:
            arguments = ("--stdin",)
        return subprocess.run(
            [
                sys.executable,
                "-c",
                RUN,
                str(gpg_home),
                *arguments,
                "--key",
                str(signed["home"] / "public.gpg"),
                "--revocation-list",
                str(signed["home"] / revocations),
            ],
            input=playbook.encode() if isinstance(playbook, str) else playbook,
            capture_output=True,
            env={"PATH": "/sbin:/bin:/usr/sbin:/usr/bin"},
        )

    return run


def test_good_playbook_comes_back_with_a_line_feed(verify, signed, gpg_home):
    for playbook in (signed["playbook"], signed["playbook"].replace("@@HOSTS@@", "localhost") + "# end\r\n"):
        done = verify(playbook)
        assert (done.returncode, done.stdout, done.stderr) == (0, playbook.encode() + b"\n", b"")
    assert not list(gpg_home.glob("S.gpg-agent*"))


def test_playbook_may_be_a_file(verify, signed, tmp_path):
    (tmp_path / "p.yml").write_text(signed["playbook"])
    assert verify(b"", "--playbook", str(tmp_path / "p.yml")).returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("tasks: []", "tasks: [1]", "Play 'second' has invalid signature"),
        ("yes", "no", "Play 'first' has invalid signature"),
        ("insights_signature:", "signature:", "Play doesn't contain the Insights signature."),
        ("exclude: /hosts,", "exclude: /tasks,", "Dynamic key '/tasks' cannot be excluded from verification."),
        ("exclude: /hosts,", "exclude: /vars/none,", "Dynamic key '/vars/none' does not exist"),
    ],
)
def test_bad_plays_are_named(verify, signed, old, new, reason):
    assert old in signed["playbook"]
    done = verify(signed["playbook"].replace(old, new))
    assert done.returncode == 1
    assert done.stdout.decode().startswith(reason)


@pytest.mark.parametrize(
    ("playbook", "reason"),
    [
        ("", "Cannot load a playbook from an empty input."),
        ("a: [", "Could not load the playbook."),
        ("- hosts: all\n", "Play doesn't have a section 'vars'."),
        ("a: b\n", "Could not load the playbook"),
        (b"\xff", "Could not load the playbook"),
        ("5", "Could not load the playbook"),
    ],
)
def test_what_is_no_playbook(verify, playbook, reason):
    done = verify(playbook)
    assert done.returncode == 1
    assert done.stdout.decode().startswith(reason)


def test_revoked_play_fails(verify, signed):
    done = verify(signed["playbook"], revocations="revoked")
    assert (done.returncode, done.stdout) == (1, b"Play 'second' is on the revoked list.\n")


def test_missing_key_fails(verify, signed, gpg_home):
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(gpg_home), "--stdin", "--key", "/none"], input=b"x", capture_output=True
    )
    assert done.returncode == 1
    assert b"/none" in done.stdout


def test_source_must_be_named_once(verify):
    assert verify(b"", "--stdin", "--playbook", "p").returncode == 2
    assert verify(b"", "--debug").returncode == 2


def test_verifying_needs_no_http_library():
    code = (
        "import sys; from fakes.insights_client import core; core.without_start_up();"
        "from insights.client.constants import InsightsConstants; print({'requests', 'rpm'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
