from hopcheck.report.sentences import Sentence, of_trace
from hopcheck.trace import Event


def kit(seq: int, op: str, **attrs: object) -> Event:
    return Event(seq, seq, seq, "", "kit", "kit", "kit", op, "", "", None, None, attrs, None)


def test_those_of_a_trace_in_words() -> None:
    told = {"scenario": "A shop", "file": "a.feature", "line": 7, "text": "Then it is open"}
    trace = [kit(1, "ready"), kit(2, "sentence", **told, why="it is closed"), kit(3, "sentence", **told, why="")]
    assert of_trace(trace) == [Sentence(**told, why="it is closed"), Sentence(**told, why="")]
    assert [str(each) for each in of_trace(trace)] == [
        "a.feature:7: Then it is open: it is closed",
        "a.feature:7: Then it is open",
    ]
