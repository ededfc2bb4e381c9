import pytest

from hopcheck.topology.permission import Permission

PLAY = "- name: fix\n  hosts: '@@HOSTS@@'\n  tasks:\n    - command: 'true'\n"


@pytest.mark.parametrize(
    ("playbook", "allowed"),
    [
        (PLAY, True),
        (PLAY.replace("@@HOSTS@@", "localhost"), True),
        (PLAY + PLAY, True),
        (PLAY.replace("- command: 'true'", "- {when: yes, command: 'true'}"), False),
        (PLAY.replace("true", "false"), False),
        (PLAY + "- name: more\n  hosts: all\n  tasks: []\n", False),
        (PLAY + "  roles: [evil]\n", False),
        ("", False),
        ("- [", False),
        ("just text", False),
    ],
)
def test_only_known_plays_may_run(playbook, allowed):
    assert Permission([PLAY])(playbook) is allowed


def test_key_order_is_the_writers():
    one = "- name: fix\n  hosts: a\n  tasks:\n    - file: {path: /x, mode: '0644'}\n"
    assert Permission([one])("- tasks:\n    - file: {mode: '0644', path: /x}\n  hosts: b\n  name: fix\n")
