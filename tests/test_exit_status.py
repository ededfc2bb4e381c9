from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from hopcheck import cli, exit_status
from hopcheck.exit_status import ExitStatus
from hopcheck.home import ROOT


def verbs(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield each.prog.partition(" ")[2]
                yield from verbs(each)


VERBS = tuple(verbs(cli._parser()))


def test_the_numbers_are_what_scripts_rely_on() -> None:
    assert {status.name: int(status) for status in ExitStatus} == {
        "PASS": 0,
        "FAILED": 1,
        "WRONG_USAGE": 2,
        "HARNESS_ERROR": 3,
    }
    assert list(exit_status.MEANINGS) == list(ExitStatus)


def test_only_verbs_that_there_are_have_words_of_their_own() -> None:
    assert len(VERBS) > 20
    assert set(exit_status.OF_VERB) <= set(VERBS)


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_the_help_of_each_verb_ends_with_what_it_ends_with(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*verb.split(), "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.endswith(exit_status.epilog(verb))
    assert shown.count("exit status") == 1
    for status, said in exit_status.of(verb).items():
        assert f"\n  {status:d}  {said}\n" in shown


def test_the_document_is_up_to_date() -> None:
    assert (ROOT / exit_status.DOCUMENT).read_text() == "\n".join(exit_status.document()) + "\n"
