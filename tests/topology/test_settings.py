import pytest

from hopcheck.topology.settings import parse_sut


def test_a_command_is_split_like_a_shell_line():
    assert parse_sut("ingress=cmd:node 'my server.js' -v") == ("ingress", ("node", "my server.js", "-v"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ingress", "want ROLE=cmd:COMMAND"),
        ("ingres=cmd:x", "no role 'ingres'"),
        ("ingress=image:x", "only cmd:"),
        ("ansible-runner=cmd:x", "always the real one"),
    ],
)
def test_a_bad_swap_is_explained(text, says):
    with pytest.raises(ValueError, match=says):
        parse_sut(text)
