from __future__ import annotations

import re
import subprocess

import pytest

from hopcheck.manual.page import Section
from hopcheck.manual.render import markdown, roff, text

PAGE = (
    Section(1, "Name", ("kit - does *all* of `a*b`",)),
    Section(2, "go", ("kit go [WHERE]…", "It goes."), (("--far N", "how far-off"), (".dot", "")), ("kit go .\\x",)),
)


def test_for_a_terminal() -> None:
    assert list(text(PAGE, 24)) == [
        "NAME",
        "       kit - does *all*",
        "       of `a*b`",
        "",
        "   go",
        "       kit go [WHERE]…",
        "",
        "       It goes.",
        "",
        "       --far N",
        "              how",
        "              far-off",
        "       .dot",
        "",
        "       kit go .\\x",
        "",
    ]


def test_as_markdown() -> None:
    shown = list(markdown(PAGE))
    assert shown[4:7] == ["## Name", "", "kit - does \\*all\\* of `a*b`"]
    assert shown[8:] == [
        "### go", "", "`kit go [WHERE]…`", "", "It goes.", "",
        "- `--far N`: how far-off", "- `.dot`", "", "```sh", "kit go .\\x", "```",
    ]  # fmt: skip


def test_as_roff() -> None:
    shown = list(roff(PAGE))
    assert shown[0].startswith('.TH HOPCHECK 1 "" "hopcheck ')
    assert shown[4:] == [
        ".SS go", ".PP", "kit go [WHERE]...", ".PP", "It goes.", ".TP", "\\fB\\-\\-far N\\fR", "how far\\-off",
        ".TP", "\\fB\\&.dot\\fR", "\\&", ".PP", ".nf", "kit go .\\ex", ".fi",
    ]  # fmt: skip


@pytest.mark.docs
def test_groff_reads_it_without_a_word() -> None:
    command = ["groff", "-man", "-Tutf8", "-ww"]
    done = subprocess.run(command, input="\n".join([*roff(PAGE), ""]), capture_output=True, text=True, check=True)
    plain = re.sub(r".\x08", "", done.stdout)
    assert done.stderr == ""
    assert "--far N" in plain
    assert "kit go .\\x" in plain
