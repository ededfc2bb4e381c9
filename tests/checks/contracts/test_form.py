from __future__ import annotations

import orjson
import pytest

from hopcheck.checks.contracts import upload_parts
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.form import Form

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
START = {
    "event": "executor_on_start",
    "uuid": ID,
    "counter": -1,
    "stdout": "",
    "start_line": 0,
    "end_line": 0,
    "event_data": {"crc_dispatcher_correlation_id": ID},
}
NEXT = {**START, "event": "verbose", "counter": 1, "runner_ident": ID}
JSONL = "application/vnd.redhat.playbook.v1+jsonl"
TGZ = "application/vnd.redhat.advisor.collection+tgz"


def lines(*events):
    return b"".join(orjson.dumps(event) + b"\n" for event in events)


def part(name, data, filename=None, kind=None):
    head = f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    line = f"Content-Type: {kind}\r\n" if kind else ""
    return f"--B\r\n{head}\r\n{line}\r\n".encode() + data + b"\r\n"


@pytest.fixture
def upload(contracts, seen):
    def run(edge, *parts, body=None):
        event = seen(
            "http",
            "request",
            edge,
            {
                "method": "POST",
                "path": "/api/ingress/v1/upload",
                "query": [],
                "headers": [["content-type", 'multipart/form-data; boundary="B"']],
            },
            b"".join(parts) + b"--B--\r\n" if body is None else body,
        )
        assert contracts.identify(event) == "ingress.upload.request"
        return event, [(b.place, b.clauses, b.role) for b in contracts.validate(event)]

    return run


def runner(data, filename="runner-events", kind=JSONL):
    return part("file", data, filename, kind)


def test_worker_upload(upload):
    event, found = upload("rhc>ingress", runner(lines(START, NEXT)))
    assert found == []
    (one,) = upload_parts(event)
    assert (one.name, one.filename, one.content_type, one.data) == ("file", "runner-events", JSONL, lines(START, NEXT))


@pytest.mark.parametrize(
    ("data", "place", "clause"),
    [
        (lines(START, NEXT)[:-1], "request.body.part[file]", "H-054"),
        (lines(START, {**NEXT, "event": "ab"}), "request.body.part[file].line[2].event", "SRV-072"),
        (lines(START, {**NEXT, "task": "x"}), "request.body.part[file].line[2]", "H-052"),
        (lines(START, {**NEXT, "uuid": "x"}), "request.body.part[file].line[2].uuid", "SRV-072"),
        (lines(START) + b"{\n", "request.body.part[file].line[2]", "H-054"),
        (lines(START, {**NEXT, "stdout": 7}), "request.body.part[file].line[2].stdout", "H-053"),
        (lines({**NEXT, "counter": -1}), "request.body.part[file].line[1].event", "SRV-070"),
        (lines({**START, "counter": 0}), "request.body.part[file].line[1].counter", "H-046"),
        (b"\n", "request.body.part[file].line[1]", "H-054"),
    ],
)
def test_bad_lines_are_the_workers(upload, data, place, clause):
    _, found = upload("rhc>ingress", runner(data))
    assert [f[0] for f in found] == [place]
    assert found[0][2] == "rhc-worker-playbook"
    assert clause in found[0][1]


def test_each_bad_line_is_one_breach(upload):
    _, found = upload("rhc>ingress", runner(lines(START, {}, NEXT, {"event": 1})))
    assert [f[0].rpartition("].")[2][:7] for f in found] == ["line[2]", "line[4]"]


def test_filename_and_type(upload):
    _, found = upload("rhc>ingress", runner(lines(START), "events", "text/plain"))
    assert [f[:2] for f in found] == [
        ("request.body.part[file].filename", ("H-054",)),
        ("request.body.part[file].content-type", ("H-054",)),
    ]


@pytest.mark.parametrize("metadata", [b'{"test": "test"}', b'{"insights_id": "' + ID.encode() + b'", "fqdn": "h"}'])
def test_collection(upload, metadata):
    _, found = upload(
        "insights-client>ingress",
        part("file", b"\x1f\x8b\r\n--\0", "insights-h-1.tar.gz", TGZ),
        part("metadata", metadata, "metadata"),
    )
    assert found == []


def test_collection_without_its_id_or_metadata(upload):
    archive = part("file", b"", "test.tar.gz", TGZ)
    _, found = upload("insights-client>ingress", archive, part("metadata", b'{"fqdn": "h"}'))
    assert found == [("request.body.part[metadata]", ("H-071",), "insights-client")]
    _, found = upload("insights-client>ingress", archive)
    assert found == [("request.body.part[metadata]", ("H-069",), "insights-client")]


def test_not_a_form(upload):
    _, found = upload("rhc>ingress", body=b"nothing")
    assert found == [("request.body", (), "rhc-worker-playbook")]


@pytest.mark.parametrize(
    ("edge", "parts", "has", "has_not"),
    [
        ("rhc>ingress", [runner(lines(START))], {"H-054", "H-053", "H-052", "H-046"}, {"H-069", "H-071"}),
        ("rhc>ingress", [runner(b"{}\n")], {"H-054", "H-053", "H-052"}, {"H-046"}),
        ("rhc>ingress", [], {"H-054"}, {"H-053", "H-046", "H-069"}),
        (
            "insights-client>ingress",
            [part("metadata", b'{"insights_id": "x"}')],
            {"H-069", "H-071"},
            {"H-054", "H-046"},
        ),
        ("insights-client>ingress", [part("metadata", b'{"test": "test"}')], {"H-069"}, {"H-071"}),
        ("insights-client>ingress", [part("metadata", b"?")], {"H-069"}, {"H-071"}),
    ],
)
def test_exercised(contracts, upload, edge, parts, has, has_not):
    found = contracts.exercised(upload(edge, *parts)[0])
    assert found >= has
    assert not found & (has_not | {"ING-01", "ING-03"})


def test_a_part_that_may_lack_is_not_exercised_without_it(tmp_path, seen):
    parts = "[{name: one, x-clauses: [A]}, {name: two, required: false, x-clauses: [B]}]"
    (tmp_path / "s3.yaml").write_text(f"a>b: {parts}")
    event, found = seen("http", "request", "a>b", {}, b"--B--\r\n"), set()
    Form(Documents(tmp_path), "s3.yaml", (), ("F",)).exercise(event, "multipart/form-data; boundary=B", found)
    assert found == {"A", "F"}
