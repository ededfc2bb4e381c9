from pathlib import Path

import pytest

from hopcheck.topology.settings import Settings, parse_sut


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


@pytest.mark.parametrize(
    ("command", "swapped"),
    [
        (("python3", "-m", "fakes.ingress"), False),
        (("python3", "-m", "fakes.faults", "ingress.x"), False),
        (("./i",), True),
    ],
)
def test_a_faulty_stand_in_is_still_ours(command, swapped):
    settings = Settings(report=Path("report"), commands={"ingress": command})
    assert settings.swapped("ingress") is swapped
    assert not settings.swapped("s3")
