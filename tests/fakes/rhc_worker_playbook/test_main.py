from __future__ import annotations

import subprocess
import sys

from fakes.rhc_worker_playbook.__main__ import main


def test_version_needs_no_libraries():
    code = (
        "import sys; from fakes.rhc_worker_playbook.__main__ import main; main(['--version']);"
        "print({'asyncio', 'yaml', 'dbus_fast'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "hopcheck-rhc-worker-playbook 0.1.0\nset()\n"


def test_missing_configuration_ends_with_status_1(tmp_path, capsys):
    assert main(["--config", str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err


def test_worker_imports_no_web_library():
    code = "import sys, fakes.rhc_worker_playbook.service; print({'requests', 'flask', 'paho'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
