from __future__ import annotations

import argparse

import pytest

from hopcheck.config.parser import Parser


@pytest.fixture
def parser():
    made = Parser(prog="kit")
    verbs = made.add_subparsers(metavar="VERB", required=True)
    run = verbs.add_parser("run")
    run.add_argument("--hosts")
    run.add_argument("--runtime", choices=["auto", "process"])
    run.add_argument("role", nargs="?", metavar="ROLE")
    verbs.add_parser("conform").add_argument("--patience")
    return made


def test_what_is_right_is_parsed_as_ever(parser):
    assert vars(parser.parse(["run", "--hosts", "2", "rhc"])) == {"hosts": "2", "runtime": None, "role": "rhc"}
    assert isinstance(parser, argparse.ArgumentParser)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["rnu"], "kit: no verb 'rnu', meant is perhaps 'run'; there are run, conform"),
        (["sing"], "kit: no verb 'sing'; there are run, conform"),
        ([], "kit: the following arguments are required: VERB"),
        (["run", "--hots=2"], "kit run: no option or argument '--hots=2' here, meant is perhaps '--hosts'"),
        (["run", "--patience", "2"], "kit run: no option or argument '--patience' here"),
        (["run", "rhc", "s3"], "kit run: no option or argument 's3' here"),
        (["run", "--runtime", "proces"], "kit run: argument --runtime: no choice 'proces', meant is perhaps 'process'"),
        (["conform", "--patience"], "kit conform: argument --patience: expected one argument"),
    ],
)
def test_a_mistake_is_a_line_and_the_next_step_another(parser, line, said, capsys):
    with pytest.raises(SystemExit) as ended:
        parser.parse(line)
    told = capsys.readouterr().err.splitlines()
    assert (ended.value.code, len(told)) == (2, 2)
    assert told[0].startswith(said)
    assert told[1].endswith("--help tells what there is")
