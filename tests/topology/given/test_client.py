from __future__ import annotations

import asyncio
import hashlib
import inspect
from types import SimpleNamespace

import pytest
import yaml

from hopcheck.topology import signing
from hopcheck.topology.given import GIVEN
from hopcheck.topology.host_config import REVOCATIONS
from hopcheck.topology.identity import Identity

PLAY = """\
- name: a play
  hosts: "@@HOSTS@@"
  vars:
    insights_signature_exclude: /hosts,/vars/insights_signature
    insights_signature: signed
  tasks:
    - name: a task
      copy:
        content: "fixed = true"
"""
LIST = "- name: Hopcheck run revocation list\n  revoked_playbooks: []\n"


class Host:
    def __init__(self):
        self.identity = Identity.new("host-1")
        self.calls = []

    async def call(self, *argv, stdin=b""):
        self.calls.append((argv, stdin.decode()))


class Scene:
    """Takes down what is written, and who is called with what."""

    def __init__(self, scratch):
        (scratch / "templates").mkdir()
        for name in ("test-write-config.yml", "test-fails.yml"):
            (scratch / "templates" / name).write_text(PLAY)
        self.plan = SimpleNamespace(scratch=scratch, templates=scratch / "templates")
        self.trace, self.told, self.hosts, self.undo = [], [], [], []
        self.first_host = Host()

    def host(self, *config):
        self.hosts.append((Host(), config))
        return self.hosts[-1][0]

    def call(self, coroutine):
        return asyncio.run(coroutine)

    def stop(self, role):
        self.told.append(("stop", role))

    def start(self, role):
        self.told.append(("start", role))

    def afterwards(self, act):
        self.undo.append(act)

    def tell(self, op, **attrs):
        self.told.append((op, attrs))

    def wait(self, matches, what):
        assert matches(SimpleNamespace(seq=1, host=self._last.identity.client_id, op="exit"))
        assert not matches(SimpleNamespace(seq=1, host="another", op="exit"))

    @property
    def _last(self):
        return self.hosts[-1][0] if self.hosts else self.first_host


@pytest.fixture
def scene(tmp_path, monkeypatch):
    async def ask(scratch, request):
        assert scratch == tmp_path
        exclude = request.get("exclude", {})
        signed = {
            name: text.replace("/hosts,/vars/insights_signature", exclude.get(name, "?"))
            for name, text in request["plays"].items()
        }
        return {"plays": signed, "revocation_list": LIST}

    assert list(inspect.signature(signing.ask).parameters) == list(inspect.signature(ask).parameters)
    monkeypatch.setattr(signing, "ask", ask)
    return Scene(tmp_path)


def verified(scene, host):
    """What was said of each playbook, and the playbook itself."""
    said = [attrs for op, attrs in scene.told if op == "verify" and attrs["client_id"] == host.identity.client_id]
    texts = [stdin for argv, stdin in host.calls if argv == ("/usr/libexec/rhc-playbook-verifier", "--stdin")]
    assert [each["sha256"] for each in said] == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    return list(zip(said, texts, strict=True))


def test_changed_plays_say_what_was_changed(scene):
    GIVEN["plays that were changed after they were signed"](scene)
    (comments, commented), (hosts, elsewhere), (task, other) = verified(scene, scene.first_host)
    assert [each["verified"] for each in (comments, hosts, task)] == [True, True, False]
    assert "#" in commented
    assert yaml.safe_load(commented) == yaml.safe_load(PLAY)
    assert yaml.safe_load(elsewhere) == [{**yaml.safe_load(PLAY)[0], "hosts": "elsewhere"}]
    assert yaml.safe_load(other)[0]["tasks"] != yaml.safe_load(PLAY)[0]["tasks"]


def test_plays_that_nobody_can_verify_are_six(scene):
    GIVEN["plays that nobody can verify"](scene)
    told = verified(scene, scene.first_host)
    assert not any(said["verified"] for said, _ in told)
    known = [yaml.safe_load(text)[0].get("vars", {}) for _, text in told]
    assert [sorted(each) for each in known[:3]] == [
        [],
        ["insights_signature_exclude"],
        ["insights_signature"],
    ]
    assert [each["insights_signature_exclude"] for each in known[3:]] == [
        "/hosts,/vars/insights_signature,/vars/nothing",
        "/tasks,/vars/insights_signature",
        "/vars/a/b",
    ]


@pytest.mark.parametrize(
    ("name", "listed", "verdicts"),
    [
        ("a play that was revoked", LIST, [False, True]),
        ("a revocation list that was altered", LIST.replace("Hopcheck run revocation", "another"), [False]),
    ],
)
def test_a_host_of_its_own_has_the_list(scene, name, listed, verdicts):
    GIVEN[name](scene)
    [(host, [file])] = scene.hosts
    assert (file.path, file.content.decode()) == (REVOCATIONS, listed)
    assert [said["verified"] for said, _ in verified(scene, host)] == verdicts


def test_a_host_is_registered_again_after_the_client_ran_without(scene):
    GIVEN["a host that is not registered"](scene)
    assert [argv for argv, _ in scene.first_host.calls] == [
        ("rm", "/etc/insights-client/.registered"),
        ("/usr/bin/insights-client",),
        ("touch", "/etc/insights-client/.registered"),
    ]
    assert [op for op, _ in scene.told] == ["unregistered", "registered"]


def test_the_connection_is_tested(scene):
    GIVEN["a test of the connection"](scene)
    assert [argv for argv, _ in scene.first_host.calls] == [("/usr/bin/insights-client", "--test-connection")]


def test_the_store_is_away_while_the_client_uploads(scene):
    GIVEN["an upload that nobody can store"](scene)
    assert [argv for argv, _ in scene.first_host.calls] == [("/usr/bin/insights-client",)]
    assert scene.told == [("stop", "s3")]
    for act in scene.undo:
        act()
    assert scene.told == [("stop", "s3"), ("start", "s3")]
