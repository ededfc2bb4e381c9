import pytest
from gherkin.parser import Parser

from hopcheck.generated.messages_receivers import PlaybookDispatcher, Rhc, Sent
from hopcheck.generated.messages_saved import cell, feature, payload, save, sequence
from hopcheck.generated.messages_wire import reduced

PAYLOADS = [b'{"a": "\\u0000 | b"}', b"", b"\xff\xfe", b"a\nb", b" a ", b"x" * 70_000, b"packed:", "é\0".encode()]


@pytest.mark.parametrize(
    ("receiver", "beside"),
    [
        (Rhc, [("control/in",)]),
        (PlaybookDispatcher, [("platform.upload.announce", text) for text in ("{}", " a|b\\", "a\nb", "")]),
    ],
)
def test_what_is_saved_is_what_is_played_again(receiver, beside):
    sent = [Sent(beside[number % len(beside)], each) for number, each in enumerate(PAYLOADS)]
    tree = Parser().parse(feature(receiver, sent, "a pong"))
    [scenario] = [child["scenario"] for child in tree["feature"]["children"]]
    [table] = [step["dataTable"]["rows"] for step in scenario["steps"] if "dataTable" in step]
    assert sequence([[each["value"] for each in row["cells"]] for row in table], receiver) == sent


def test_a_message_that_can_be_read_is_no_packet():
    assert cell(b'{"a": 1}') == '{"a": 1}'
    assert payload(cell(b"\xff")) == b"\xff"


@pytest.mark.parametrize(
    "table",
    [
        [["topic"]],
        [["topic", "message"]],
        [["topic", "message"], ["else", ""]],
        [["topic", "message"], ["data/in", "packed:?"]],
    ],
)
def test_another_table_is_refused(table):
    with pytest.raises(ValueError):  # noqa: PT011
        sequence(table, Rhc)


def test_nothing_that_was_saved_is_lost(tmp_path):
    paths = [save(tmp_path / "regressions", "rhc", text) for text in "ab"]
    assert [path.name for path in paths] == ["rhc.feature", "rhc-2.feature"]
    assert [path.read_text() for path in paths] == ["a", "b"]


def test_a_sequence_is_cut_down_to_what_fails():
    tried = []

    def fails(left):
        tried.append(left)
        return left.count("x") >= 2 and "y" in left

    assert reduced(list("axbycxd"), fails) == ["x", "y", "x"]
    assert all(tried)
