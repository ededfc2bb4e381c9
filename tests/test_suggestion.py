from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.suggestion import meant, nearest, no_path, unreadable

CLAUSES = ["SRV-104", "SRV-114", "H-018", "ING-08", "ING-18"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("SRV-1O4", "SRV-104"),
        ("srv-104", "SRV-104"),
        ("ING-O8", "ING-08"),
        ("ING-l8", "ING-18"),
        ("H018", "H-018"),
        ("nothing of it", None),
    ],
)
def test_a_name_that_is_nearly_right(word: str, found: str | None) -> None:
    assert nearest(word, CLAUSES) == found


def test_it_is_said_or_not() -> None:
    assert meant("ingres", ["ingress", "s3"]) == ", meant is perhaps 'ingress'"
    assert meant("xyz", ["ingress", "s3"]) == ""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("features/05-verfy", ", meant is perhaps 'features/05-verify'"),
        ("feature/05-verfy/singed.feature", ", meant is perhaps 'features/05-verify/signed.feature'"),
        ("features/05-verify/signed", ", meant is perhaps 'features/05-verify/signed.feature'"),
        ("features/05-verify/signed.feature/x", ""),
        ("else/where", ""),
        ("treats", ""),
    ],
)
def test_a_path_that_is_nearly_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str) -> None:
    (tmp_path / "features/05-verify").mkdir(parents=True)
    (tmp_path / "features/05-verify/signed.feature").touch()
    monkeypatch.chdir(tmp_path)
    assert no_path(Path(path)) == f"there is no {path}{said}"
    whole = said.replace("perhaps '", f"perhaps '{tmp_path}/")
    assert no_path(tmp_path / path) == f"there is no {tmp_path / path}{whole}"


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").touch()
    said = {}
    for path in (tmp_path / "trce.jsonl", tmp_path):
        with pytest.raises(OSError, match="Errno") as error:
            path.read_bytes()
        said[path] = unreadable(error.value)
    assert said[tmp_path / "trce.jsonl"].endswith(f"trce.jsonl, meant is perhaps '{tmp_path}/trace.jsonl'")
    assert said[tmp_path] == f"{tmp_path}: is a directory"
    assert unreadable(ValueError("no event in line 3")) == "no event in line 3"
