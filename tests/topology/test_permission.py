import pytest

from hopcheck.topology.permission import Permission

PLAY = "- name: fix\n  hosts: '@@HOSTS@@'\n  tasks:\n    - command: 'true'\n"


@pytest.mark.parametrize(("playbook", "allowed"), [
    (PLAY, True),
    (PLAY.replace("@@HOSTS@@", "localhost"), True),
    (PLAY + PLAY, True),
    (PLAY.replace("true", "false"), False),
    (PLAY + "- name: more\n  hosts: all\n  tasks: []\n", False),
    (PLAY + "  roles: [evil]\n", False),
    ("", False),
    ("- [", False),
    ("just text", False),
])
def test_only_known_plays_may_run(playbook, allowed):
    assert Permission([PLAY])(playbook) is allowed
