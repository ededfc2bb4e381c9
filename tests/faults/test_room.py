import pytest

from hopcheck import soak
from hopcheck.faults import cases, runner
from hopcheck.topology.process import StartError


@pytest.mark.parametrize(
    "play",
    [
        lambda report: runner.main(["s3.forgets-objects"], report),
        lambda report: cases.main(report, ["s3"]),
        lambda report: soak.main(1, "seed", report),
    ],
)
def test_without_room_nothing_is_played_and_nobody_blamed(tmp_path, play):
    (tmp_path / "report").touch()
    with pytest.raises(StartError, match="a file of that name is there; give another one: --report DIR"):
        play(tmp_path / "report")
