from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hopcheck.conform.model import ClauseReport
from hopcheck.conform.write import write

Make = Callable[..., Any]
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
# Whatever else were asked for, no name of a host has an address.
OFFLINE = ("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--disable-component-update")
PATIENCE_S = 120

pytestmark = [
    pytest.mark.skipif(
        shutil.which("chromium") is None and "CI" not in os.environ,
        reason="no Chromium here (Debian: apt-get install chromium); in CI it is there",
    )
]


class Browser:
    """Headless Chromium, spoken to in its DevTools protocol over a pair of pipes, and one page of it."""

    def __init__(self, profile: Path) -> None:
        (read, self._write), (self._read, write) = os.pipe(), os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (read, write)]
        command = ["bash", "-c", f'exec "$0" "$@" 3<&{ends[0]} 4>&{ends[1]}', "chromium", *FLAGS, *OFFLINE]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={profile}", "--remote-debugging-pipe", "--window-size=1280,1000"],
            pass_fds=ends,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (read, write, *ends):
            os.close(end)
        self._buffer, self._number = b"", 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        message = {"id": self._number, "method": method, "params": parameters, **session}
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, page: Path, fragment: str = "") -> None:
        self.call("Page.navigate", url=page.as_uri() + fragment)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def value(self, expression: str) -> Any:
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def seen(self, method: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.events if event["method"] == method]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._read], [], [], PATIENCE_S)[0], "Chromium says nothing"
            read = os.read(self._read, 1 << 20)
            assert read, "Chromium ended"
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    def close(self) -> None:
        try:
            self._session = None
            self.call("Browser.close")
            self._process.wait(PATIENCE_S)
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            os.close(self._write)
            os.close(self._read)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    made = Browser(tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture
def page(
    make_report: Make,
    make_failure: Make,
    make_clause: Make,
    all_states: tuple[ClauseReport, ...],
    hostile: str,
    tmp_path: Path,
) -> Path:
    failure = make_failure(got=hostile, expected=hostile, item=hostile)
    strange = make_clause("ING-08", "fail", text=hostile, failures=(failure,))
    write(make_report(*all_states, strange, others=(failure,), troubles=(hostile,)), tmp_path / "report")
    return tmp_path / "report" / "index.html"


SHOWN = "[...document.querySelectorAll('tr.clause')].filter(each => each.offsetParent).map(each => each.id)"
OPEN = "[...document.querySelectorAll('tr.more')].filter(each => each.offsetParent).length"


def test_the_page_works_offline_and_without_an_error(browser: Browser, page: Path) -> None:
    browser.open(page)
    every = browser.value(SHOWN)
    assert every == [f"ING-0{n}" for n in range(1, 9)]
    assert browser.value(OPEN) == 2

    browser.value("document.querySelector('#ING-01').click()")
    assert browser.value(OPEN) == 3
    assert browser.value("document.querySelector('#ING-01 .id').getAttribute('aria-expanded')") == "true"
    browser.value("document.querySelector('#ING-01 .id').click()")
    assert browser.value(OPEN) == 2

    browser.value("document.querySelector('button[data-state=fail]').click()")
    assert browser.value(SHOWN) == ["ING-01", "ING-03", "ING-04", "ING-05", "ING-06"]
    assert browser.value(OPEN) == 0
    browser.value("document.querySelector('button[data-state=fail]').click()")
    assert browser.value(SHOWN) == every

    search = "words.value = {!r}; words.dispatchEvent(new Event('input'))"
    browser.value(search.format("ing-04 RULE"))
    assert browser.value(SHOWN) == ["ING-04"]
    browser.value(search.format("no such thing"))
    assert browser.value("document.getElementById('none').hidden") is False
    browser.value(search.format(""))

    browser.value(
        "var button = document.querySelector('.copy'), box = button.getBoundingClientRect();"
        "var copied = new Promise(done => new MutationObserver(done).observe(button, {childList: true}))"
    )
    browser.click(*browser.value("[box.x + box.width / 2, box.y + box.height / 2]"))
    assert browser.value("copied.then(() => button.textContent)") == "copied"

    assert browser.value("document.querySelectorAll('img, iframe').length") == 0
    requests = [each["request"]["url"] for each in browser.seen("Network.requestWillBeSent")]
    assert [url for url in requests if not url.startswith("data:")] == [page.as_uri()]
    for kind in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
        assert browser.seen(kind) == []


def test_an_address_opens_its_clause(browser: Browser, page: Path) -> None:
    browser.open(page, "#ING-05")
    assert browser.value("document.querySelector('#ING-05 .id').getAttribute('aria-expanded')") == "true"
    assert browser.value(OPEN) == 3


def test_an_error_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    broken.write_text(
        "<!doctype html><meta charset=utf-8><script>nothing()</script><img src='http://elsewhere.test/x'>"
    )
    browser.open(broken)
    assert browser.value("1 + 1") == 2
    assert len(browser.seen("Runtime.exceptionThrown")) == 1
    assert len(browser.seen("Log.entryAdded")) == 1
    assert len(browser.seen("Network.requestWillBeSent")) == 2
