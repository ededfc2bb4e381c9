from __future__ import annotations

import ast
from pathlib import Path

from hopcheck.taps.stub import install_shim, runner_package, stub


def test_a_stub_is_one_file_that_needs_only_the_standard_library() -> None:
    text = stub("/usr/bin/x", real=["/real/x"], socket=Path("/run/tap"), python="/usr/bin/python3")
    assert text.startswith("#!/usr/bin/python3 -IS\n")
    imported = {name.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith("hopcheck") for name in imported)


def test_a_shim_is_installed_executable_below_the_root(tmp_path: Path) -> None:
    text = install_shim(tmp_path, "/usr/bin/insights-client", real=["/r"], socket=Path("/s"), python="/usr/bin/python3")
    path = tmp_path / "usr" / "bin" / "insights-client"
    assert path.read_text() == text
    assert path.stat().st_mode & 0o777 == 0o755


def test_the_runner_package_is_gated_unless_told_otherwise() -> None:
    package = runner_package("/p", real=["/r"], socket=Path("/s"), python="/usr/bin/python3")
    assert sorted(package) == ["__init__.py", "__main__.py", "shim.py"]
    assert "'gate': True" in package["shim.py"]
    assert "'env': {'PYTHONPATH': None}" in package["shim.py"]
    for text in package.values():
        ast.parse(text)
