import pytest

from hopcheck.evolution.version import Version, VersionError, place_of


def test_what_tells_nothing_of_itself(tmp_path):
    with pytest.raises(VersionError, match="nothing tells"):
        place_of(tmp_path / "notes.txt", b"", {})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("openapi: 3.1.0\n", "openapi/next.yaml"),
        ("asyncapi: 3.0.0\nservers: {k: {protocol: kafka}}\n", "asyncapi/kafka.yaml"),
        ("asyncapi: 3.0.0\nservers: {h: {protocol: mqtts}}\n", "asyncapi/mqtt.yaml"),
        ("$schema: x\ntype: object\n", "schemas/next.yaml"),
        ("- {id: X-1}\n", "clauses/next.yaml"),
        ("order: {}\noutcomes: {}\n", "hops.yaml"),
    ],
)
def test_each_kind_is_known_by_what_is_in_it(tmp_path, text, place):
    assert place_of(tmp_path / "next.yaml", text.encode(), {}) == place


def test_by_name(tmp_path, own):
    assert place_of(tmp_path / "clauses/ingress.yaml", b"", own.files) == "clauses/ingress.yaml"
    assert place_of(tmp_path / "kafka.yaml", b"", own.files) == "asyncapi/kafka.yaml"
    assert place_of(tmp_path / "other.mmd", b"", own.files) == "flow.mmd"


def test_written_and_read_it_is_the_same(own, tmp_path):
    assert Version.read(str(own.write(tmp_path))).files == own.files


def test_an_empty_directory(tmp_path):
    with pytest.raises(VersionError, match="no contracts here"):
        Version.read(str(tmp_path))
