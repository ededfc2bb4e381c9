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
    assert second == {"name": "", "hosts": "all", "vars": {}, "tasks": []}
    assert list(first) == list(playbook.PLAY_KEYS)


def test_scalars_mean_what_they_mean_in_yaml_1_2():
    task = yaml.safe_load(playbook.prepare(PLAYBOOK))[0]["tasks"][0]
    assert (task["debug"]["msg"], task["mode"], task["when"]) == ("yes", 0o644, "yes")
    spelled = b"- vars: {on: Off, t: 2001-01-01, b: true, n: ~, i: 1, s: 'no', k: !!binary YQ==}"
    assert yaml.safe_load(playbook.prepare(spelled))[0]["vars"] == {
        "on": "Off",
        "t": "2001-01-01",
        "b": True,
        "n": None,
        "i": 1,
        "s": "no",
        "k": b"a",
    }


@pytest.mark.parametrize(("spelled", "meant"), [("on", "true"), ("No", "false"), ("y", "true"), ("TRUE", "true")])
def test_become_is_a_yaml_1_1_boolean(spelled, meant):
    prepared = playbook.prepare(f"- {{hosts: a, become: {spelled}}}".encode())
    assert f"become: {meant}\n" in prepared.decode()


def test_null_members_are_those_of_an_empty_play():
    empty = {"name": "", "hosts": "", "vars": {}, "tasks": []}
    spelled = b"- ~\n- {name: ~, become: ~, vars: ~, tasks: ~}\n- import_playbook: x\n"
    assert yaml.safe_load(playbook.prepare(spelled)) == [empty] * 3


@pytest.mark.parametrize("content", [b"", b"~", b"[]", b"--- []\n--- [a]\n"])
def test_no_play_is_an_empty_list(content):
    assert playbook.prepare(content) == b"[]\n"


def test_names_are_strings():
    assert yaml.safe_load(playbook.prepare(b"- {name: 5, hosts: yes}"))[0]["name"] == "5"
    assert yaml.safe_load(playbook.prepare(b"- {name: 5, hosts: yes}"))[0]["hosts"] == "yes"


def test_aliases_are_resolved():
    prepared = playbook.prepare(b"- hosts: a\n  vars: {x: &x [1, 2]}\n  tasks: [{debug: *x}]\n")
    assert yaml.safe_load(prepared)[0]["tasks"] == [{"debug": [1, 2]}]


@pytest.mark.parametrize(
    "content",
    [
        b"a: b",
        b"- a",
        b"- [",
        b"\xff",
        b"- {become: maybe}",
        b"- {become: 'yes'}",
        b"- {become: yEs}",
        b"- {name: a, name: b}",
        b"- {vars: {a: {b: 1, b: 2}}}",
        b"- {tasks: [a]}",
        b"- vars: &v {a: *v}",
        b"- {hosts: [a, b]}",
        b"- {vars: []}",
        b"- {tasks: {}}",
    ],
)
def test_what_is_no_playbook(content):
    with pytest.raises(playbook.InvalidPlaybook):
        playbook.prepare(content)
