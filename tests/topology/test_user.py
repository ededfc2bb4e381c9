import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hopcheck.topology.identity import Identity
from hopcheck.topology.story import System
from hopcheck.topology.user import EDGE, User
from hopcheck.trace import Event, Payload, Trace, TraceTimeout

WEB, MAIL = Identity.new("web"), Identity.new("mail")
STATUS = {"path": "/api/remediations/v1/remediations/p/connection_status"}


class Ui(HTTPServer):
    """A UI that answers as it is told, and a trace of what its API told it of each plan's systems."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.asked, self.answers, self.states, self.trace = [], [], [], Trace([])

    def see(self, connected):
        item = {"connection_status": "connected", "system_ids": [each.inventory_id for each in connected]}
        other = {"connection_status": "disconnected", "system_ids": [WEB.inventory_id, MAIL.inventory_id]}
        body = json.dumps({"data": [item, other]}).encode()
        exchange = f"x{len(self.trace)}"
        for op, attrs, data in (("request", STATUS, b""), ("response", {"status": 200}, body)):
            seq = len(self.trace) + 1
            self.trace.events.append(
                Event(seq, seq, seq, "", "", EDGE, "http", op, "", "", exchange, None, attrs, Payload(data))
            )


class Page(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.path, json.loads(body) if body else None))
        self.reply(*self.server.answers.pop(0))

    def do_GET(self):
        if self.server.states:
            self.server.see(self.server.states.pop(0))
        self.reply(200, None)

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if body is None else "application/json")
        self.end_headers()
        self.wfile.write(b"<p>" if body is None else json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def ui():
    server = Ui()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def user(ui):
    return User(ui.server_port, ui.trace, 5)


def test_an_issue_is_for_the_systems_that_have_it(ui, user):
    ui.answers.append((201, {"id": "p"}))
    assert user.plan("a plan", [(System(issues=("a", "b")), WEB), (System(issues=("b", "c")), MAIL)]) == "p"
    ((path, body),) = ui.asked
    assert (path, body["name"]) == ("/api/plans", "a plan")
    assert body["add"]["issues"] == [
        {"id": "a", "systems": [WEB.inventory_id]},
        {"id": "b", "systems": [WEB.inventory_id, MAIL.inventory_id]},
        {"id": "c", "systems": [MAIL.inventory_id]},
    ]


def test_a_refused_plan_says_so(ui, user):
    ui.answers.append((400, {"errors": []}))
    with pytest.raises(TraceTimeout, match="the plan was not created: the UI was answered 400"):
        user.plan("a plan", [(System(), WEB)])


def test_every_system_must_show_as_connected(ui, user):
    ui.states += [[], [WEB], [WEB, MAIL]]
    user.see_connected("p", [WEB, MAIL])
    assert ui.states == []


def test_a_system_that_never_shows_is_named(ui):
    ui.states.append([WEB])
    with pytest.raises(TraceTimeout, match=r"^mail never showed as connected"):
        User(ui.server_port, ui.trace, 0.05).see_connected("p", [WEB, MAIL])


def test_a_broken_run_shows_no_more_connections(ui):
    ui.states = [[WEB]] * 5
    ui.trace.fail_waits("the disk is full")
    with pytest.raises(TraceTimeout, match=r"^waiting for mail to show as connected in the UI: the disk is full"):
        User(ui.server_port, ui.trace, 60).see_connected("p", [WEB, MAIL])


def test_nobody_to_look_for_is_no_look(user):
    user.see_connected("p", [])


def test_the_button(ui, user):
    ui.answers.append((201, {"status": 201, "run": "r"}))
    assert user.execute("p") == (201, {"status": 201, "run": "r"})
    assert ui.asked == [("/api/plans/p/execute", None)]


def test_the_other_button(ui, user):
    ui.answers.append((202, {}))
    assert user.cancel("p", "r") == (202, {})
    assert ui.asked == [("/api/runs/p/r/cancel", None)]


def test_a_plan_reboots_where_the_user_wants_it(ui, user):
    for wanted in (False, True):
        ui.answers.append((201, {"id": "p"}))
        user.plan("a plan", [(System(), WEB)], auto_reboot=wanted)
    assert [body["auto_reboot"] for _, body in ui.asked] == [False, True]


def test_a_ui_that_is_not_there_is_named(user, monkeypatch):
    monkeypatch.setattr(user, "_port", 1)
    with pytest.raises(TraceTimeout, match="the Remediations UI did not answer POST"):
        user.execute("p")
