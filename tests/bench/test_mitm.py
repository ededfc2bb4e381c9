from __future__ import annotations

import sys

import pytest

from hopcheck.bench.mitm import mitm
from hopcheck.bench.proxy import ProxyError

RECORDS = """#!{python}
import sys
open({told!r}, "w").write("\\n".join(sys.argv[1:]))
"""


def test_its_command_line(tmp_path):
    program, told = tmp_path / "mitmdump", tmp_path / "told"
    program.write_text(RECORDS.format(python=sys.executable, told=str(told)))
    program.chmod(0o755)
    proxy = mitm(program, tmp_path, 4711)
    with pytest.raises(ProxyError, match="mitmproxy, no checks did not start"), proxy:
        pass
    said = told.read_text().split("\n")
    assert said[said.index("--mode") + 1] == "reverse:http://127.0.0.1:4711"
    assert said[said.index("--listen-port") + 1] == str(proxy.port)
    assert f"confdir={tmp_path}/mitmproxy" in said
