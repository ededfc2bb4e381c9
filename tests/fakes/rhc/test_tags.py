from __future__ import annotations

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
