from __future__ import annotations

import pytest

from hopcheck.taps.gate import playbooks_of

PYTHON = ["/usr/bin/python3", "-m", "ansible_runner"]


def test_the_workers_own_command_line_names_its_playbook() -> None:
    argv = [*PYTHON, "run", "--ident", "id", "--playbook", "/var/lib/p.yml", "/var/lib/data"]
    assert playbooks_of(argv, "/") == ["/var/lib/p.yml"]


def test_a_relative_playbook_lies_in_the_project_or_in_the_data_directory() -> None:
    argv = [*PYTHON, "run", "data", "-q", "-p", "p.yml", "--ident=id"]
    assert playbooks_of(argv, "/tmp") == ["/tmp/data/project/p.yml", "/tmp/data/p.yml"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "only 'ansible_runner run'"),
        (["start", "-p", "p", "d"], "only 'ansible_runner run'"),
        (["run", "d"], "no playbook"),
        (["run", "-p", "p"], "no directory"),
        (["run", "-p", "", "d"], "no playbook"),
        (["run", "-p", "p", "-p", "q", "d"], "two of playbook"),
        (["run", "-p", "p", "--playbook=q", "d"], "two of playbook"),
        (["run", "-p", "p", "d", "e"], "two of directory"),
        (["run", "d", "-p"], "has no value"),
        (["run", "-pq", "d"], "-pq is not let through"),
        (["run", "-p=q", "d"], "-p=q is not let through"),
        (["run", "-m", "shell", "-a", "reboot", "-p", "p", "d"], "-m is not let through"),
        (["run", "--cmdline=-e x", "-p", "p", "d"], "is not let through"),
        (["run", "--play", "q", "-p", "p", "d"], "--play is not let through"),
        (["run", "--", "-p", "p", "d"], "-- is not let through"),
    ],
)
def test_anything_else_is_refused(words: list[str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        playbooks_of([*PYTHON, *words], "/")
