from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hopcheck.conform.verbs import add_parsers
from hopcheck.conform.write import write

Make = Callable[..., Any]


@pytest.fixture
def hopcheck(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        add_parsers(parser.add_subparsers())
        options = parser.parse_args([str(each) for each in arguments])
        status = int(options.verb(options))
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, Path]:
    made = Ed25519PrivateKey.generate()
    private, public = tmp_path / "key.pem", tmp_path / "key.pub"
    private.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def test_compare_answers_and_says_so_by_its_status(
    hopcheck: Make, make_report: Make, make_clause: Make, make_failure: Make, tmp_path: Path
) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    write(make_report(make_clause("ING-02")), a)
    write(make_report(make_clause("ING-02", "fail", failures=(make_failure(),))), b)
    a, b = a / "report.json", b / "report.json"
    assert hopcheck("compare", a, a)[0] == 0
    status, out, _ = hopcheck("compare", a, b)
    assert (status, out.splitlines()[-2]) == (1, "Can B replace A among these neighbours? no")
    status, out, _ = hopcheck("compare", "--markdown", a, b)
    assert (status, out.splitlines()[0]) == (1, "## Can B replace A among these neighbours? no")


def test_compare_refuses_what_is_no_report(hopcheck: Make, make_report: Make, tmp_path: Path) -> None:
    write(make_report(), tmp_path)
    for bad, said in (
        (tmp_path / "none", f"there is no {tmp_path / 'none'}"),
        (tmp_path / "junit.xml", "junit.xml: not JSON"),
        (tmp_path / "certificate.json", "certificate.json: no report of `hopcheck conform`"),
    ):
        status, out, err = hopcheck("compare", tmp_path / "report.json", bad)
        assert (status, out) == (2, "")
        assert err.startswith("hopcheck: ")
        assert said in err


def test_compare_refuses_a_report_that_is_not_what_was_certified(
    hopcheck: Make, make_report: Make, with_traces: Make
) -> None:
    report, directory = with_traces(make_report())
    write(report, directory)
    assert hopcheck("compare", directory, directory)[0] == 0
    (directory / "badge.svg").write_text("<svg/>")
    status, out, err = hopcheck("compare", directory, directory)
    assert (status, out) == (2, "")
    assert "badge.svg: changed after it was certified" in err


def test_verify_says_of_a_part_that_it_is_one(hopcheck: Make, make_report: Make, with_traces: Make) -> None:
    report, directory = with_traces(make_report(only=("ING-12",)))
    write(report, directory)
    assert "pass, ONLY A PART: ING-12, 2 of 3 clauses put to the test" in hopcheck("verify", directory)[1]


def test_verify_says_who_signed(hopcheck: Make, make_report: Make, with_traces: Make, key: tuple[Path, Path]) -> None:
    report, directory = with_traces(make_report())
    private, public = key
    write(report, directory)
    status, out, _ = hopcheck("verify", directory)
    assert (status, out.splitlines()) == (
        0,
        [
            "ingress: pass, 2 of 3 clauses put to the test, 2 traces; signed by nobody: it shows that nothing was "
            "changed, not who made it",
            "VERIFY: all is as it was certified",
        ],
    )
    assert hopcheck("verify", directory, "--key", public)[:2] == (
        1,
        "certificate.json: not signed\nVERIFY: 1 difference\n",
    )
    write(report, directory, private)
    assert "which nobody vouched for: give it with --key" in hopcheck("verify", directory)[1]
    status, out, _ = hopcheck("verify", directory, "--key", public)
    assert status == 0
    assert "nobody" not in out


def test_verify_says_what_was_changed(hopcheck: Make, make_report: Make, with_traces: Make) -> None:
    report, directory = with_traces(make_report())
    write(report, directory)
    with (directory / "part-1" / "trace.jsonl").open("ab") as trace:
        trace.write(b" ")
    status, out, _ = hopcheck("verify", directory)
    assert status == 1
    assert out.startswith("part 1: part-1/trace.jsonl: changed after it was certified")
    assert out.endswith("VERIFY: 1 difference\n")


def test_verify_refuses_what_it_cannot_check(
    hopcheck: Make, make_report: Make, with_traces: Make, tmp_path: Path
) -> None:
    report, directory = with_traces(make_report())
    write(report, directory)
    for arguments, said in (
        ((tmp_path / "none",), f"there is no {tmp_path / 'none'}"),
        ((directory, "--key", tmp_path / "none"), "No such file or directory"),
    ):
        status, out, err = hopcheck("verify", *arguments)
        assert (status, out) == (2, "")
        assert said in err
