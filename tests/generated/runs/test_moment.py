import pytest

from hopcheck.checks.contracts import Contracts
from hopcheck.checks.hops import load_hops
from hopcheck.generated.runs.moment import Kinds, hold, moment
from hopcheck.home import CONTRACTS
from hopcheck.taps.hold import Moment
from hopcheck.trace import Draft, Event, Redactor, Store

EDGE = "playbook-dispatcher>s3"


@pytest.fixture(scope="module")
def kinds():
    hops, contracts = load_hops(CONTRACTS / "hops.yaml"), Contracts.load(CONTRACTS)
    return lambda *names: Kinds(names, hops, contracts)


def message(op: str, **attrs: object) -> Draft:
    path = {"path": "/insights-upload-perma/abc", "target": "/insights-upload-perma/abc", "query": [], "headers": []}
    return Draft("http:s3", EDGE, "http", op, "playbook-dispatcher", "s3", "c.1", attrs={**path, **attrs})


def test_a_moment_and_a_hold_read_as_they_are_written():
    assert str(moment("21#2")) == "21#2"
    assert moment("13.end#1") == Moment("13.end", 1)
    assert str(hold("21#1 until 13.end#1")) == "21#1 until 13.end#1"


@pytest.mark.parametrize("text", ["21", "#1", "21#0", "arrow 21#1", "21#1 "])
def test_what_is_no_moment(text: str):
    with pytest.raises(ValueError, match="no moment"):
        moment(text)


def test_what_is_no_hold():
    with pytest.raises(ValueError, match="no hold"):
        hold("21#1")


def test_a_response_is_known_by_its_request(kinds):
    told = kinds("20", "21", "20.answer")
    assert list(told(message("request", method="GET"))) == ["20"]
    assert list(told(message("response", status=200))) == ["20.answer", "21"]
    assert list(kinds("21")(message("response", status=200))) == []


def test_only_the_kinds_that_were_asked_for(kinds):
    assert list(kinds("21")(message("request", method="GET"))) == []
    assert list(kinds("5")(message("request", method="GET"))) == []


def test_a_draft_is_the_same_kind_as_the_event_that_it_becomes(kinds, tmp_path):
    store = Store(tmp_path, Redactor(b"key"))
    draft = message("request", method="GET")
    event: Event = store.append(draft)
    store.close()
    told = kinds("20")
    assert list(told(event)) == list(told(draft)) == ["20"]


@pytest.mark.parametrize("name", ["31", "13.middle", "26", "x"])
def test_what_the_diagram_does_not_have(kinds, name: str):
    with pytest.raises(ValueError, match="no message of the diagram"):
        kinds(name)
