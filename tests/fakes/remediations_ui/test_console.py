from __future__ import annotations

import pytest

from fakes.remediations_ui.console import plain, read

TASKS = "PLAY [p] ***\n\r\nTASK [Gathering Facts] ****\nok: [localhost]\n\r\nTASK [Write [it]] ****\n"
FATAL = 'fatal: [localhost]: FAILED! => {"msg": "non-zero return code", "stderr": "ls: x\\nls: no such file"}\n'


def test_tasks_in_their_order() -> None:
    assert read(TASKS).tasks == ("Gathering Facts", "Write [it]")
    assert read(TASKS).reason is None
    assert read("").tasks == ()


@pytest.mark.parametrize(
    ("console", "reason"),
    [
        ("cannot verify playbook: code=1 stdout=Play 'Write' has invalid signature\n stderr=", "“Write” is not valid"),
        ("cannot verify playbook: no key", "could not be verified"),
        ("another playbook is already running", "busy with another playbook"),
        ("a playbook run is already in progress, please wait", "busy with another playbook"),
        (TASKS + FATAL, "The task “Write [it]” failed: ls: no such file"),
        (TASKS + 'fatal: [localhost]: FAILED! => {"msg": "bad"}\n', "The task “Write [it]” failed: bad"),
        (TASKS + "fatal: [localhost]: UNREACHABLE! => {not json}\n", "The task “Write [it]” failed: {not json}"),
        (FATAL, "The task “unknown” failed"),
    ],
)
def test_the_reason_of_a_failure(console: str, reason: str) -> None:
    assert reason in str(read(console).reason)


def test_what_was_ignored_is_no_reason() -> None:
    assert read(TASKS + FATAL + "...ignoring\r\n").reason is None


def test_line_ends_are_those_of_a_page() -> None:
    assert plain("a\r\nb\rc\n") == "a\nb\nc\n"
