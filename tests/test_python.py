from __future__ import annotations

import subprocess
from pathlib import Path

from hopcheck.python import module


def test_what_lies_in_the_working_directory_is_not_imported(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not the one that was meant')\n")
    ran = subprocess.run(module("json.tool"), cwd=tmp_path, input="[1]", capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.split()) == (0, ["[", "1", "]"])
