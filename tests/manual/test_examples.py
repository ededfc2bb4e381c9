from __future__ import annotations

import shlex

import pytest

from hopcheck import cli
from hopcheck.life import split
from hopcheck.manual.examples import EXAMPLES, shown
from hopcheck.manual.verb import Verb, verbs

VERBS = {verb.name: verb for verb in verbs(cli._parser())}


def holds_others(verb: Verb) -> bool:
    return any(name.startswith(f"{verb.name} ") for name in VERBS)


def test_each_verb_has_one_and_nothing_else_has() -> None:
    missing = {name for name, verb in VERBS.items() if name and not holds_others(verb)} - set(EXAMPLES)
    assert not missing, f"say in hopcheck/manual/examples.py how they are used: {', '.join(sorted(missing))}"
    assert set(EXAMPLES) <= set(VERBS)


@pytest.mark.parametrize(("verb", "line"), [(verb, line) for verb, lines in EXAMPLES.items() for line in lines])
def test_each_is_of_its_verb_and_one_that_the_parser_takes(verb: str, line: str) -> None:
    words = shlex.split(line.partition(" | ")[0])
    assert " ".join(words).startswith(f"hopcheck {verb}".strip())
    if "--help" not in words:
        cli._parser().parse(split(words[1:])[0])


@pytest.mark.parametrize("verb", sorted(EXAMPLES))
def test_help_shows_them(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main([*verb.split(), "--help"])
    assert shown(verb).strip() in capsys.readouterr().out
    assert shown(verb).count("\n") == len(EXAMPLES[verb]) + 2


def test_what_has_none_shows_none() -> None:
    assert shown("contracts") == ""
