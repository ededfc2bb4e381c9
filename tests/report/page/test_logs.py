from __future__ import annotations

from pathlib import Path

from hopcheck.report.page.exchange import exchanges
from hopcheck.report.page.logs import ANSWERED, FOLLOWS, SHOWN_BYTES, STAMPED, Logs, read
from hopcheck.trace import Event, Trace
from tests.report.page.page_events import kit, request, response

BEGAN = kit(1, "run", seed="00ff")


def merged(directory: Path, *events: Event, **texts: str) -> Logs:
    for name, text in texts.items():
        (directory / f"{name}.log").write_text(text)
    trace = Trace([BEGAN, *events])
    return read(directory, trace, list(exchanges(trace)))


def test_lines_of_all_are_in_the_order_of_time(tmp_path: Path) -> None:
    found = merged(
        tmp_path,
        rhc="2026-01-02T12:04:09Z second\n  and more\n2026-01-02T12:04:30Z fourth\n",
        ingress="2026-01-02T12:04:05Z first\n2026-01-02T12:04:20Z third\n",
    )
    assert [line.text.split()[-1] for line in found.lines] == ["first", "second", "more", "third", "fourth"]
    assert [line.how for line in found.lines] == [STAMPED, STAMPED, FOLLOWS, STAMPED, STAMPED]
    assert found.sources == ("ingress", "rhc")


def test_a_line_of_an_answer_has_the_answers_time(tmp_path: Path) -> None:
    exchange = (
        request(7),
        response(8, to=7),
        request(9),
        response(10, to=9),
        request(11),
        response(12, to=11, status=500),
    )
    line = 'ingress: "POST /upload HTTP/1.1" '
    found = merged(tmp_path, *exchange, ingress=f"{line}202\n{line}500\n{line}202\nended\n{line}202\n")
    assert [(line.how, line.text[-5:], line.at and line.at % 60) for line in found.lines] == [
        (ANSWERED, '" 202', 8),
        (ANSWERED, '" 202', 10),
        (FOLLOWS, "ended", 10),
        (FOLLOWS, '" 202', 10),
        (ANSWERED, '" 500', 12),
    ]


def test_what_comes_before_any_time_stands_first(tmp_path: Path) -> None:
    found = merged(tmp_path, rhc="starting\n", ingress="2026-01-02T12:04:05Z up\n")
    assert (found.lines[0].text, found.lines[0].at) == ("starting", None)


def test_no_secret_is_in_the_page(tmp_path: Path) -> None:
    found = merged(
        tmp_path,
        rhc="2026-01-02T12:04:09Z Authorization: Basic c2VjcmV0OnNlY3JldA==\nx-rh-identity=c2VjcmV0LWlkZW50aXR5\n"
        "GET http://s3/b/k?X-Amz-Signature=c2VjcmV0c2VjcmV0\npassword='c2VjcmV0'\n",
    )
    text = "\n".join(line.text for line in found.lines)
    assert "c2VjcmV0" not in text
    assert text.count("hmac:") == 4


def test_the_middle_of_a_long_log_is_left_out_and_said(tmp_path: Path) -> None:
    found = merged(tmp_path, rhc="".join(f"line {number}\n" for number in range(100_000)))
    texts = [line.text for line in found.lines]
    assert texts[0] == "line 0"
    assert texts[-1] == "line 99999"
    assert sum(map(len, texts)) < SHOWN_BYTES
    assert found.left_out["rhc"] > 0
    assert any("bytes are left out here" in text for text in texts)


def test_no_directory_is_no_logs(tmp_path: Path) -> None:
    assert merged(tmp_path).lines == ()
    trace = Trace([])
    assert read(tmp_path / "nowhere", trace, []) == Logs((), (), {})
