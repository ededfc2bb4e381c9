from __future__ import annotations

import gzip
import json
import lzma

import pytest

from hopcheck.report.page.detail import SHOWN_CHARACTERS, detail
from tests.report.page.page_events import request

FORM = [["content-type", "multipart/form-data; boundary=b"]]


def form(data: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="runner-events"\r\n\r\n'
    return head + data + b"\r\n--b--\r\n"


def test_attributes_and_text_are_as_they_were() -> None:
    told = detail(request(1, b'{"a": 1}', path="/x"))
    assert told["attrs"]["path"] == "/x"
    assert (told["payload"]["text"], told["payload"]["size"]) == ('{"a": 1}', 8)
    json.dumps(told)


def test_what_is_no_text_is_told_by_size_and_digest() -> None:
    told = detail(request(1, b"\xff\xfe"))["payload"]
    assert (told["text"], told["size"], len(told["sha256"])) == (None, 2, 64)


def test_long_texts_are_cut_and_say_so() -> None:
    told = detail(request(1, b"x" * 100_000, files={"a": ["y" * 100_000]}))
    for text in (told["payload"]["text"], told["attrs"]["files"]["a"][0]):
        assert len(text) < SHOWN_CHARACTERS + 50
        assert text.endswith(" … of 100000 characters")


@pytest.mark.parametrize(("packer", "packed"), [(bytes, ""), (gzip.compress, "gzip"), (lzma.compress, "xz")])
def test_a_form_is_taken_apart_and_its_files_opened(packer, packed: str) -> None:
    (part,) = detail(request(1, form(packer(b'{"event": "x"}')), headers=FORM))["payload"]["parts"]
    assert (part["name"], part["filename"], part["packed"]) == ("file", "runner-events", packed)
    assert part["text"] == '{"event": "x"}'


@pytest.mark.parametrize(
    "broken", [b"\x1f\x8bnot gzip", gzip.compress(b"x" * 999, mtime=0)[:-12], b"\xfd7zXZ nor this"]
)
def test_a_file_that_does_not_open_is_shown_as_it_is(broken: bytes) -> None:
    (part,) = detail(request(1, form(broken), headers=FORM))["payload"]["parts"]
    assert (part["packed"], part["size"]) == ("", len(broken))


def test_a_bomb_does_not_go_off() -> None:
    (part,) = detail(request(1, form(gzip.compress(b"\0" * 50_000_000)), headers=FORM))["payload"]["parts"]
    assert len(part["text"]) < SHOWN_CHARACTERS + 50


def test_a_form_that_is_none_is_a_text() -> None:
    assert detail(request(1, b"nothing of it", headers=FORM))["payload"]["text"] == "nothing of it"
