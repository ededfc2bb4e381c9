from __future__ import annotations

import pytest
import yaml

from fakes.rhc_worker_playbook import playbook

PLAYBOOK = b"""\
- tasks:
    - name: say
      debug: {msg: "yes"}
      mode: 0644
      when: yes
  become: YES
  gather_facts: false
  hosts: localhost
  name: "gr\xc3\xbc\xc3\x9fe"
  vars:
    insights_signature: !!binary |
      YWJj
    insights_signature_exclude: /hosts
    kept: {insights_signature: deep}
- hosts: all
"""


def test_only_known_keys_and_no_signature():
    first, second = yaml.load(playbook.prepare(PLAYBOOK), yaml.BaseLoader)
    assert first == {
        "name": "grüße",
        "hosts": "localhost",
        "become": "true",
        "vars": {"kept": {"insights_signature": "deep"}},
        "tasks": [{"name": "say", "debug": {"msg": "yes"}, "mode": "0644", "when": "yes"}],
    }
    assert second == {"hosts": "all"}
    assert list(first) == list(playbook.PLAY_KEYS)


def test_scalars_keep_their_meaning():
    task = yaml.safe_load(playbook.prepare(PLAYBOOK))[0]["tasks"][0]
    assert (task["debug"]["msg"], task["mode"], task["when"]) == ("yes", 0o644, True)


@pytest.mark.parametrize(("spelled", "meant"), [("on", "true"), ("No", "false"), ("'true'", "true")])
def test_become_is_a_yaml_1_1_boolean(spelled, meant):
    prepared = playbook.prepare(f"- {{hosts: a, become: {spelled}}}".encode())
    assert f"become: {meant}\n" in prepared.decode()


def test_anchors_survive():
    prepared = playbook.prepare(b"- hosts: a\n  vars: {x: &x [1, 2]}\n  tasks: [{debug: *x}]\n")
    assert yaml.safe_load(prepared)[0]["tasks"] == [{"debug": [1, 2]}]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a: b",
        b"- a",
        b"- [",
        b"\xff",
        b"- {become: maybe}",
        b"- {hosts: [a, b]}",
        b"- {vars: []}",
        b"- {tasks: {}}",
    ],
)
def test_what_is_no_playbook(content):
    with pytest.raises(playbook.InvalidPlaybook):
        playbook.prepare(content)
