from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from hopcheck.conform.diff.place import BINARY, content, flat, pairs, spread


def test_places_of_a_value() -> None:
    value = {"a": {"b": [1, {"c": None}]}, "empty": {}, "none": []}
    assert dict(flat(value, "body")) == {
        "body.a.b[0]": 1,
        "body.a.b[1].c": None,
        "body.empty": "{}",
        "body.none": "[]",
    }


def test_headers_have_no_order_but_those_of_one_name() -> None:
    one = [["x-a", "1"], ["x-b", "2"], ["x-a", "3"]]
    assert dict(pairs(one, "header")) == {"header.x-a": "1", "header.x-a#2": "3", "header.x-b": "2"}
    assert dict(pairs(one, "header")) == dict(pairs([one[1], one[0], one[2]], "header"))
    assert dict(pairs(one, "header")) != dict(pairs([one[2], one[1], one[0]], "header"))


def archive() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name in ("b", "a"):
            tar.addfile(tarfile.TarInfo(name))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "fields"),
    [
        (b'{"a": 1}', "application/json", {"body.a": 1}),
        (b"plain", "text/plain", {"body": "plain"}),
        (b"\xff\xfe", "", {"body": BINARY}),
        (b"a=1&b=&a=2", "application/x-www-form-urlencoded", {"body.a": "1", "body.b": "", "body.a#2": "2"}),
        (gzip.compress(b"text"), "application/gzip", {"body.gzip": "text"}),
        (b"\x1f\x8bnothing", "application/gzip", {"body": BINARY}),
        (archive(), "", {"body.archive[0]": "a", "body.archive[1]": "b"}),
        (b"7", "", {"body": "7"}),
    ],
    # The bytes of some tell when they were made, and ids must be the same in every process.
    ids=lambda each: each if isinstance(each, str) and each else type(each).__name__,
)
def test_bodies(data: bytes, kind: str, fields: dict[str, object]) -> None:
    [blob] = content(data, kind, "body")
    assert (blob.fields, blob.lines, blob.size) == (fields, [], len(data))


def test_json_lines_are_records() -> None:
    [blob] = content(b'{"a": 1}\n{"a": 2}\n', "", "body")
    assert (blob.fields, blob.lines) == ({}, [{"body.line.a": 1}, {"body.line.a": 2}])
    [single] = content(b'{"a": 1}\n', "application/vnd.redhat.playbook.v1+jsonl", "body")
    assert single.lines == [{"body.line.a": 1}]


def test_a_form_is_its_parts() -> None:
    disposition = 'content-disposition: form-data; name="file"; filename="f"'
    form = f"--x\r\n{disposition}\r\ncontent-type: text/plain\r\n\r\nhi\r\n--x--\r\n".encode()
    head, blob = content(form, "multipart/form-data; boundary=x", "body")
    assert head.fields == {"body.file.filename": "f", "body.file.content-type": "text/plain"}
    assert (blob.place, blob.fields) == ("body.file", {"body.file": "hi"})
    [broken] = content(form, "multipart/form-data; boundary=y", "body")
    assert str(broken.fields["body"]).startswith("no form: ")


def test_a_listing_is_counted_and_has_no_order() -> None:
    [blob] = content(b'{"data": [{"id": 1}, {"id": 2}], "names": ["a"], "n": 2}', "", "body")
    listed = spread(blob, listing=True)
    assert listed.fields == {"body.n": 2, "body.data[]": 2, "body.names[]": 1}
    assert listed.lines == [{"body.data.id": 1}, {"body.data.id": 2}, {"body.names": "a"}]
    gathered = spread(blob, listing=False)
    assert gathered.fields == {"body.n": 2, "body.names[0]": "a"}
    assert gathered.lines == listed.lines[:2]
