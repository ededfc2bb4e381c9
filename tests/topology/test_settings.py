from pathlib import Path

import pytest

from hopcheck.topology.settings import QUICK, Settings
from hopcheck.topology.sut import Sut


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


@pytest.mark.parametrize("role", QUICK)
def test_a_quick_stand_in_is_ours(role):
    assert not Settings(report=Path("report"), commands=QUICK).swapped(role)


@pytest.mark.parametrize("sut", [Sut("ingress", "image", "x"), Sut("ingress", "url", "http://x")])
def test_what_is_no_command_is_somebody_elses_too(sut):
    settings = Settings(report=Path("report"), suts={"ingress": sut})
    assert settings.swapped("ingress")
    assert not settings.swapped("s3")
