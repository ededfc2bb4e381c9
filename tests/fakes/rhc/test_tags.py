from __future__ import annotations

import pytest

from fakes.rhc import tags


def test_scalars_become_texts(tmp_path):
    (tmp_path / "t").write_text(
        'a = "x"\nb = 1\nc = 1.5\nd = true\ne = 1979-05-27T07:32:00Z\nf = 1979-05-27\ng = 07:32:00'
    )
    assert tags.read(tmp_path / "t") == {
        "a": "x",
        "b": "1",
        "c": "1.5",
        "d": "true",
        "e": "1979-05-27T07:32:00Z",
        "f": "1979-05-27",
        "g": "07:32:00",
    }


def test_one_array_fails_them_all(tmp_path, caplog):
    (tmp_path / "t").write_text('a = "x"\nb = [1]')
    assert tags.read(tmp_path / "t") == {}
    assert "list cannot be a tag" in caplog.text


def test_no_file_is_no_tags(tmp_path, caplog):
    assert tags.read(tmp_path / "t") == {}
    assert not caplog.text


@pytest.mark.parametrize(
    ("spelled", "text"),
    [
        ("1.0", "1"),
        ("100000000.0", "1e+08"),
        ("123456789.5", "1.234567895e+08"),
        ("999999.5", "999999.5"),
        ("-1e-7", "-1e-07"),
        ("0.0001", "0.0001"),
        ("nan", "NaN"),
        ("-inf", "-Inf"),
        ("inf", "+Inf"),
        ("2026-01-02T03:04:05.250Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T03:04:05+02:00"),
        ("1979-05-27T00:32:00.999999", "1979-05-27T00:32:00.999999000"),
    ],
)
def test_numbers_and_times_are_spelled_as_go_spells_them(tmp_path, spelled, text):
    (tmp_path / "t").write_text(f"a = {spelled}")
    assert tags.read(tmp_path / "t") == {"a": text}
