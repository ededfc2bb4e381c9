from __future__ import annotations

import base64
import gzip
import json
import lzma
import re
from types import SimpleNamespace

import pytest

from hopcheck.checks.cases import Cases
from hopcheck.checks.contracts.documents import Documents
from hopcheck.home import CONTRACTS
from hopcheck.topology.caller import values
from hopcheck.topology.given import GIVEN
from hopcheck.topology.given.dispatcher import OVER_ANY_LIMIT
from hopcheck.topology.identity import Identity
from hopcheck.topology.roles import Secrets
from hopcheck.topology.settings import Settings


class Scene:
    """Takes down what is done on it, by host; whoever is asked has what was asked for."""

    def __init__(self):
        self.settings = SimpleNamespace(org_id="1", account="2")
        self.plan = SimpleNamespace(taps=SimpleNamespace(s3=9000), secrets=SimpleNamespace(s3_secret="secret"))
        self.uploads, self.done, self.runs, self.later = [], [], [], []

    def guest(self):
        name = f"guest-{len(self.runs)}-{len(self.done)}"
        return SimpleNamespace(client_id=name, vanish=lambda: self.done.append(("vanish", name)))

    def dispatch(self, guest, **members):
        self.runs.append(members)
        return f"run-{guest.client_id}", "b0d5ac1d-0000-4000-8000-000000000001"

    def upload(self, guest, content, kind):
        self.uploads.append(content)

    def satellites_host(self, satellite, organisation):
        self.done.append((satellite, organisation))
        return Identity.new("web")

    def ask(self, role, method, path, **request):
        if role == "platform":
            self.done.append((path, request["json"]))
        if role == "ingress":
            self.uploads.append(request["parts"]["file"][2])
            self.done.append(("as", request["headers"]["x-rh-identity"]))
        return SimpleNamespace(status=200, json={"data": [{"status": "success"}]})

    def until(self, ask, right, what):
        assert right(ask())

    def wait(self, matches, what, count):
        event = SimpleNamespace(op="refused", edge="playbook-dispatcher>s3")
        assert matches(event)
        assert not matches(SimpleNamespace(op="refused", edge="ingress>s3"))
        self.done.append(("wait", count))

    def afterwards(self, act):
        self.later.append(act)

    def __getattr__(self, name):
        return lambda *arguments, **named: self.done.append((name, *arguments[:2]))


CASES = [each for each in Cases(Documents(CONTRACTS)).by_id.values() if each.role == "playbook-dispatcher"]
NAMES = sorted({case.given for case in CASES if case.given})


@pytest.fixture
def scene():
    return Scene()


@pytest.mark.parametrize("case", [case for case in CASES if case.request], ids=lambda case: case.id)
def test_all_that_a_case_speaks_of_is_known(scene, case):
    known = set(values(Settings(report=None), Secrets(), Identity.new("h"), "plan")) | {"stranger", "request"}
    given = (GIVEN[case.given](scene) or {}) if case.given else {}
    assert set(re.findall(r"\$\{(\w+)\}", json.dumps(case.request))) <= known | set(given)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_uploaded_is_handled_before_the_case_asks(scene, name):
    GIVEN[name](scene)
    if scene.uploads:
        assert scene.uploads[-1].count(b"playbook_on_stats") == 1, "the last one is the fence's"


def test_sizes_are_nothing_and_too_much(scene):
    GIVEN["an upload of nothing and one over any limit"](scene)
    nothing, large, _ = scene.uploads
    assert nothing == b""
    assert len(large) > OVER_ANY_LIMIT


def test_compression_is_told_by_content_alone(scene):
    label = GIVEN["a success uploaded as it is, as gzip and as xz"](scene)["label"]
    plain, zipped, xz, _ = scene.uploads
    assert plain.startswith(b"{")
    assert b"playbook_on_stats" in gzip.decompress(zipped)
    assert b"playbook_on_stats" in lzma.decompress(xz)
    assert [run["labels"] for run in scene.runs[:3]] == [{"set": label}] * 3


def test_another_org_uploads_in_its_own_name(scene):
    GIVEN["an upload of another org that names a run"](scene)
    [(_, identity)] = [each for each in scene.done if each[0] == "as"]
    assert json.loads(base64.b64decode(identity))["identity"]["org_id"] != scene.settings.org_id


def test_storage_comes_back_after_three_tries(scene):
    GIVEN["announces of an object that is not there and of one that cannot be fetched"](scene)
    told = [each for each in scene.done if each[0] in ("stop", "start", "wait", "record")]
    assert [each[0] for each in told] == ["record", "stop", "record", "wait", "start"]
    assert dict(told[i : i + 1][0] for i in (1, 3, 4)) == {"stop": "s3", "wait": 3, "start": "s3"}


@pytest.mark.parametrize(
    ("name", "role"), [("a connector that is away", "cloud-connector"), ("platform services that are away", "platform")]
)
def test_who_was_away_comes_back_after_the_case(scene, name, role):
    GIVEN[name](scene)
    assert ("stop", role) in scene.done
    for act in scene.later:
        act()
    assert scene.done[-1] == ("start", role)


def test_the_clean_job_is_run_on_what_is_overdue(scene):
    GIVEN["an overdue run and the clean job"](scene)
    assert scene.runs[0]["timeout"] == 0
    assert scene.done == [("run", "playbook-dispatcher", "clean")]


def test_sources_leads_from_a_satellite_to_its_host(scene):
    values_ = GIVEN["a host of a Satellite that is connected"](scene)
    (satellite, _), (_, created) = scene.done
    assert created["sources"][0]["source_ref"] == satellite
    assert created["endpoints"][0]["receptor_node"] == values_["recipient"]
