import pytest

from hopcheck.giving_up import end


def test_the_cause_is_on_stderr_and_in_what_pytest_says(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(pytest.exit.Exception) as ended:
        end("cannot start: no room", 3)
    assert (ended.value.msg, ended.value.returncode) == ("hopcheck cannot start: no room", 3)
    assert capfd.readouterr().err == "hopcheck cannot start: no room\n"
