from __future__ import annotations

import json
import shutil
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from hopcheck.conform.certificate import NoCertificate, verify
from hopcheck.conform.model import Report
from hopcheck.conform.signature import PrivateKey, UnusableKey
from hopcheck.conform.write import read, write

Make = Callable[..., Any]
KEYS: dict[str, Callable[[], PrivateKey]] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "ECDSA P-256 SHA-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RSASSA-PKCS1-v1_5 SHA-256": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.fixture
def keys(tmp_path: Path) -> Callable[[PrivateKey, str], tuple[Path, Path]]:
    def store(key: PrivateKey, name: str = "key") -> tuple[Path, Path]:
        private, public = tmp_path / f"{name}.pem", tmp_path / f"{name}.pub"
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return private, public

    return store


@pytest.fixture
def written(make_report: Make, with_traces: Make) -> tuple[Report, Path]:
    report, directory = with_traces(make_report())
    write(report, directory)
    return report, directory


def tree(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((directory / "certificate.json").read_bytes())
    return found


def change(directory: Path, *path: Any, to: Any) -> None:
    whole = at = tree(directory)
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    (directory / "certificate.json").write_bytes(orjson.dumps(whole))


def test_all_files_are_there_and_fit(written: tuple[Report, Path]) -> None:
    report, directory = written
    assert {each.name for each in directory.iterdir() if each.is_file()} == {
        "report.json",
        "index.html",
        "junit.xml",
        "badge.svg",
        "certificate.json",
    }
    assert read(directory) == read(directory / "report.json") == report
    assert verify(directory, None) == []


def test_it_says_what_was_tested_and_what_came_of_it(written: tuple[Report, Path]) -> None:
    report, directory = written
    certified = tree(directory)["certified"]
    assert (certified["kit"], certified["contracts"], certified["runtime"]) == (
        "0.1.0",
        "sha256:" + "cd" * 32,
        "process",
    )
    assert certified["component"]["identity"] == {"sha256": "ab" * 32}
    assert certified["seeds"] == ["abc", "abd"]
    assert [part["chain"] for part in certified["parts"]] == [part.chain for part in report.parts]
    assert certified["result"]["verdict"] == "pass"
    assert certified["result"]["counts"]["pass"] == 2


def test_without_a_key_it_says_that_nobody_signed(written: tuple[Report, Path], keys: Make) -> None:
    _, directory = written
    assert tree(directory)["signature"] is None
    assert "nobody signed" in tree(directory)["note"]
    _, public = keys(ed25519.Ed25519PrivateKey.generate())
    assert verify(directory, public) == ["certificate.json: not signed"]


def test_made_twice_it_is_the_same(written: tuple[Report, Path], keys: Make) -> None:
    report, directory = written
    private, _ = keys(ed25519.Ed25519PrivateKey.generate())
    write(report, directory, private)
    first = {each.name: each.read_bytes() for each in directory.iterdir() if each.is_file()}
    write(read(directory), directory, private)
    assert {each.name: each.read_bytes() for each in directory.iterdir() if each.is_file()} == first


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_signature_fits_its_key_and_no_other(written: tuple[Report, Path], keys: Make, algorithm: str) -> None:
    report, directory = written
    private, public = keys(KEYS[algorithm]())
    _, stranger = keys(KEYS[algorithm](), "stranger")
    write(report, directory, private)
    assert tree(directory)["signature"]["algorithm"] == algorithm
    assert verify(directory, None) == verify(directory, public) == []
    (said,) = verify(directory, stranger)
    assert said.startswith("certificate.json: signed with another key: ")


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_changed_certificate_is_rejected(written: tuple[Report, Path], keys: Make, algorithm: str) -> None:
    report, directory = written
    private, _ = keys(KEYS[algorithm]())
    write(report, directory, private)
    change(directory, "certified", "kit", to="0.2.0")
    assert verify(directory, None) == [
        "certificate.json: the signature is invalid: the certificate was changed after it was signed",
        "report.json: its kit is not the certified one",
    ]


def test_a_signature_moved_to_another_key_is_rejected(written: tuple[Report, Path], keys: Make) -> None:
    report, directory = written
    private, _ = keys(ed25519.Ed25519PrivateKey.generate())
    _, public = keys(ed25519.Ed25519PrivateKey.generate(), "other")
    write(report, directory, private)
    change(directory, "signature", "public_key", to=public.read_text())
    assert verify(directory, public) == [
        "certificate.json: the signature's fingerprint or algorithm is not that of its public key"
    ]


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("signature",), "yes", "the signature cannot be read"),
        (("signature",), {}, "the signature has no 'public_key'"),
        (("signature", "public_key"), "x", "the signature cannot be read: "),
        (("signature", "value"), "%%%", "the signature cannot be read: "),
        (("signature", "value"), "AAAA", "the signature is invalid"),
        (("signature", "algorithm"), "none", "the signature's fingerprint or algorithm"),
    ],
)
def test_a_signature_that_is_none_is_rejected(
    written: tuple[Report, Path], keys: Make, path: tuple[str, ...], to: Any, said: str
) -> None:
    report, directory = written
    private, public = keys(ed25519.Ed25519PrivateKey.generate())
    write(report, directory, private)
    change(directory, *path, to=to)
    for trusted in (None, public):
        (problem,) = verify(directory, trusted)
        assert problem.startswith(f"certificate.json: {said}")


def test_the_signature_can_be_checked_without_the_kit(written: tuple[Report, Path], keys: Make) -> None:
    report, directory = written
    key = ed25519.Ed25519PrivateKey.generate()
    write(report, directory, keys(key)[0])
    signed = json.dumps(tree(directory)["certified"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key.public_key().verify(b64decode(tree(directory)["signature"]["value"]), signed.encode())


def test_one_byte_of_a_trace_is_noticed(written: tuple[Report, Path]) -> None:
    _, directory = written
    trace = directory / "part-2" / "trace.jsonl"
    whole = bytearray(trace.read_bytes())
    whole[100] ^= 1
    trace.write_bytes(whole)
    (said,) = verify(directory, None)
    assert said.startswith("part 2: part-2/trace.jsonl: changed after it was certified")


def test_a_payload_file_is_noticed(written: tuple[Report, Path]) -> None:
    _, directory = written
    (file,) = (directory / "part-1" / "payloads").iterdir()
    file.write_bytes(b"y" * 70_000)
    (said,) = verify(directory, None)
    assert said.startswith("part 1: part-1/trace.jsonl: changed after it was certified, or a payload file beside it")
    file.unlink()
    assert verify(directory, None) == [f"part 1: part-1/trace.jsonl: there is no {file.name}"]


def test_lost_lines_and_traces_are_told(written: tuple[Report, Path]) -> None:
    _, directory = written
    trace = directory / "part-1" / "trace.jsonl"
    trace.write_bytes(b"".join(trace.read_bytes().splitlines(keepends=True)[:2]))
    (directory / "part-2" / "trace.jsonl").unlink()
    short, gone = verify(directory, None)
    assert short.endswith("it has 2 lines, certified are 3")
    assert gone == "part 2: part-2/trace.jsonl: there is no trace.jsonl"


def test_another_result_is_noticed(written: tuple[Report, Path], make_clause: Make, tmp_path: Path) -> None:
    report, directory = written
    better = replace(report, clauses=(*report.clauses[:2], make_clause("ING-03")), command="another")
    write(better, tmp_path / "better")
    shutil.copy(tmp_path / "better" / "report.json", directory)
    assert verify(directory, None) == [
        "report.json: its command is not the certified one",
        "report.json: its result is not the certified one",
        "report.json: changed after it was certified",
    ]


@pytest.mark.parametrize("name", ["index.html", "junit.xml", "badge.svg", "report.json"])
def test_a_changed_or_lost_file_is_noticed(written: tuple[Report, Path], name: str) -> None:
    _, directory = written
    with (directory / name).open("ab") as file:
        file.write(b"\n")
    assert verify(directory, None) == [f"{name}: changed after it was certified"]
    (directory / name).unlink()
    assert f"{name}: No such file or directory" in verify(directory, None)


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("certified", "parts", 0, "directory"), "../../etc", "not the directory of a part"),
        (("certified", "parts", 0, "directory"), ["part-1"], "not the directory of a part"),
        (("certified", "parts"), [], "no traces are certified"),
        (("certified", "files"), {}, "no files are certified"),
        (("certified", "files"), {"../x.json": ""}, "not the name of a report's file"),
    ],
)
def test_a_hostile_certificate_leads_nowhere(
    written: tuple[Report, Path], path: tuple[Any, ...], to: Any, said: str
) -> None:
    _, directory = written
    change(directory, *path, to=to)
    assert any(problem.startswith(f"certificate.json: {said}") for problem in verify(directory, None))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": "hopcheck conformance certificate 1"}'])
def test_what_is_no_certificate_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NoCertificate, match=r"is no report of `hopcheck conform`: it has no certificate\.json"):
        verify(tmp_path, None)
    (tmp_path / "certificate.json").write_bytes(content)
    with pytest.raises(NoCertificate, match=r"certificate\.json: no"):
        verify(tmp_path, None)


def pem(key: Any, password: bytes | None = None) -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    found: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return found


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "no private key in PEM; take Ed25519"),
        (lambda: pem(ed25519.Ed25519PrivateKey.generate(), b"x"), "the key is encrypted"),
        (lambda: pem(ec.generate_private_key(ec.SECP384R1())), "of a kind that is not taken"),
        (lambda: pem(rsa.generate_private_key(65537, 1024)), "of a kind that is not taken"),
    ],
)
def test_a_key_that_is_none_writes_nothing(
    make_report: Make, tmp_path: Path, content: Callable[[], bytes], said: str
) -> None:
    (tmp_path / "key").write_bytes(content())
    with pytest.raises(UnusableKey, match=said):
        write(make_report(), tmp_path / "report", tmp_path / "key")
    with pytest.raises(UnusableKey, match="No such file"):
        write(make_report(), tmp_path / "report", tmp_path / "nokey")
    assert not (tmp_path / "report").exists()


def test_a_public_key_that_is_none_is_refused(written: tuple[Report, Path], tmp_path: Path) -> None:
    _, directory = written
    with pytest.raises(UnusableKey, match="no public key in PEM"):
        verify(directory, directory / "report.json")
