from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.platform.access import Unknown, permissions


def test_who_is_not_listed_may_do_everything(tmp_path: Path) -> None:
    assert permissions(None, "u", "app") == ["app:*:*"]
    file = tmp_path / "access.json"
    file.write_text(json.dumps({"u": ["app:thing:read", "other:thing:write"], "nobody": []}))
    assert permissions(file, "u", "app") == ["app:thing:read"]
    assert permissions(file, "nobody", "app") == []
    assert permissions(file, "somebody", "app") == ["app:*:*"]
    file.write_text(json.dumps({"u": None}))
    with pytest.raises(Unknown):
        permissions(file, "u", "app")


def test_the_file_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "access.json"
    for known in (["app:a:read"], ["app:b:read"]):
        file.write_text(json.dumps({"u": known}))
        assert permissions(file, "u", "app") == known


@pytest.mark.parametrize("application", ["", "a:b"])
def test_what_is_no_application_has_no_permissions(application):
    assert permissions(None, "somebody", application) == []
