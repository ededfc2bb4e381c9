from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.platform.sources import Known, Source, Sources

NEW = [{"source_ref": "r", "source_name": "n"}]


def test_what_nobody_knows_is_left_out() -> None:
    source = Source("1", "o", "r", "n")
    assert source.summary() == {"id": "1", "name": "n", "source_ref": "r"}
    assert source.connections() == []
    assert Source("1", "o", "r", "n", "available", "c").connections() == [
        {"id": "1", "rhc_id": "c", "availability_status": "available"}
    ]


def test_sources_belong_to_an_organisation(tmp_path: Path) -> None:
    file = tmp_path / "sources.json"
    file.write_text(json.dumps([{"id": "1", "org_id": "o", "source_ref": "r", "name": "n"}]))
    sources = Sources(file)
    assert sources.of("o") == [Source("1", "o", "r", "n")]
    sources.create("p", NEW, ())
    assert [source.source_ref for source in sources.of("p")] == ["r"]
    with pytest.raises(Known):
        sources.create("o", NEW, ())


def test_created_sources_have_an_id_each_and_their_endpoint() -> None:
    sources = Sources()
    sources.create("o", NEW, [{"source_name": "n", "receptor_node": "c"}])
    sources.create("o", [{"source_ref": "s", "source_name": "m"}], ())
    first, second = sources.of("o")
    assert (first.rhc_id, second.rhc_id) == ("c", None)
    assert first.id != second.id
    with pytest.raises(KeyError):
        sources.create("o", [{"source_name": "m"}], ())
