import orjson
import pytest

from hopcheck.trace.document import DEEPEST, read


def nested(levels, opening="[", closing="]"):
    return (opening * levels + "1" + closing * levels).encode()


@pytest.mark.parametrize("text", [b"{}", '["[[["]', b"[" + b"[]," * 300 + b"[]]", nested(DEEPEST)])
def test_what_is_not_deep_is_read(text):
    assert read(text) == orjson.loads(text)


@pytest.mark.parametrize("text", [nested(DEEPEST + 1), nested(DEEPEST + 1, '{"a":', "}"), nested(100_000), b"[", b""])
def test_what_is_deep_is_refused_like_what_is_no_json(text):
    with pytest.raises(orjson.JSONDecodeError):
        read(text)
