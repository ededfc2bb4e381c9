import hashlib
import sys
from pathlib import Path

import pytest

from hopcheck.topology.program import given


def test_a_relative_program_is_looked_up_where_the_user_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = given(("./mine", "-v"))
    assert made.argv == (str(tmp_path / "mine"), "-v")
    assert (made.directory, made.home) == (tmp_path, tmp_path)


def test_a_program_is_at_home_where_it_lies(tmp_path):
    made = given(("/opt/connector/connector",))
    assert (made.directory, made.home) == (Path.cwd(), Path("/opt/connector"))
    assert made.beside("./migrate_db") == "/opt/connector/migrate_db"
    assert made.beside("node") == "node"


def test_a_command_may_say_where_it_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = given(("cd", "remediations", "&&", "node", "src/app.js"))
    assert made.argv == ("node", "src/app.js")
    assert made.directory == made.home == tmp_path / "remediations"


@pytest.mark.parametrize("words", [("cd",), ("cd", "x"), ("cd", "x", "&&"), ("cd", "x", ";", "y")])
def test_who_only_goes_somewhere_starts_nothing(words):
    with pytest.raises(ValueError, match="want cd DIR && COMMAND"):
        given(words)


def test_what_ran_is_known_by_its_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("app.py").write_text("pass")
    digests = given((Path(sys.executable).name, "app.py", "--port", "80")).digests()
    assert digests["app.py"] == hashlib.sha256(b"pass").hexdigest()
    assert set(digests) <= {Path(sys.executable).name, "app.py"}
