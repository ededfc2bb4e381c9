from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from hopcheck.conform.chain import LABEL, chain
from hopcheck.trace import Draft, Redactor, Store


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    store = Store(tmp_path, Redactor(b"key"))
    for payload in (b"small", b"x" * 70_000, None, b"x" * 70_000, b"\xff" * 10):
        store.append(Draft("tap", "a>b", "http", "request", "a", "b", attrs={"path": "/p"}, payload=payload))
    store.close()
    return store.path


def step(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def test_it_is_what_the_docstring_says(trace: Path) -> None:
    end, big = step(LABEL), step(b"x" * 70_000)
    for line in trace.read_bytes().splitlines(keepends=True):
        end = step(end, line)
        if b"payloads/" in line:
            end = step(end, big)
    assert chain(trace) == chain(trace) == end.hex()


def test_an_empty_trace_ends_at_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").touch()
    assert chain(tmp_path / "trace.jsonl") == sha256(LABEL).hexdigest()


def test_each_byte_of_it_counts(trace: Path) -> None:
    before, whole = chain(trace), trace.read_bytes()
    # Names of payload files apart, which are refused rather than chained.
    name = whole.index(b'"file"')
    for position in {*range(0, name, 7), len(whole) - 2, len(whole) - 1}:
        changed = bytearray(whole)
        changed[position] ^= 1
        trace.write_bytes(changed)
        assert chain(trace) != before, position


def test_the_order_of_lines_counts(trace: Path) -> None:
    before, lines = chain(trace), trace.read_bytes().splitlines(keepends=True)
    for changed in (lines[1:], lines[:-1], [*lines, lines[-1]], [lines[2], *lines[1:2], lines[0], *lines[3:]]):
        trace.write_bytes(b"".join(changed))
        assert chain(trace) != before


def test_a_payload_file_counts(trace: Path) -> None:
    before = chain(trace)
    (file,) = (trace.parent / "payloads").iterdir()
    file.write_bytes(b"x" * 69_999 + b"y")
    assert chain(trace) != before
    file.unlink()
    with pytest.raises(FileNotFoundError):
        chain(trace)


@pytest.mark.parametrize("file", ['"/etc/passwd"', '"payloads/../../secret"', "7", "[]", '"payloads/ABC"'])
def test_a_reference_out_of_its_directory_is_refused(trace: Path, file: str) -> None:
    trace.write_text('{"payload": null}\n{"payload": {"file": ' + file + "}}\n")
    with pytest.raises(ValueError, match=r"trace\.jsonl:2: not the name of a payload file"):
        chain(trace)


def test_a_payload_file_that_leads_elsewhere_is_refused(trace: Path) -> None:
    (file,) = (trace.parent / "payloads").iterdir()
    file.unlink()
    file.symlink_to("/dev/zero")
    with pytest.raises(ValueError, match="not a regular file"):
        chain(trace)


@pytest.mark.parametrize("line", [b'{"seq": 1, "payl', b"7\n", b"\xff\n", b'{"payload": "x"}\n'])
def test_what_is_no_event_has_a_chain(tmp_path: Path, line: bytes) -> None:
    trace = tmp_path / "trace.jsonl"
    trace.write_bytes(line)
    assert chain(trace) == step(step(LABEL), line).hex()
