from __future__ import annotations

from pathlib import Path

import pytest

from hopcheck.config.file import read
from hopcheck.config.option import ConfigError
from hopcheck.config.table import IN_FILE
from hopcheck.topology.sut import Sut

EVERYTHING = """\
report = "out"
runtime = "containers"
hosts = 2
host-image = "img"
host-overlay = "over"
native = ["rhc"]
host-cap = ["SYS_ADMIN"]
bootstrap = "127.0.0.1:9092"
postgres = "postgresql://u:p@127.0.0.1:5432"
first-port = 20000
verifier = "insights-client"
generation = "rhel-8-9"
live-port = 8800
jobs = 2
patience = 10
fuzz = 20
sign-key = "key.pem"

[sut.ingress]
cmd = "node server.mjs"
profile = "ingress.yaml"
capabilities = ["core", "cancel"]
deviations = "known.yaml"

[sut."playbook-dispatcher"]
image = "dispatcher:1"

[sut.s3]
url = "http://127.0.0.1:9000"

[sut.rhc]
host = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hopcheck.toml"


def test_everything(file: Path) -> None:
    file.write_text(EVERYTHING)
    (file.parent / "ingress.yaml").touch()
    found = read(file)
    here = file.parent
    assert found.pop("sut") == {
        "ingress": Sut("ingress", "cmd", "node server.mjs", here),
        "playbook-dispatcher": Sut("playbook-dispatcher", "image", "dispatcher:1", here),
        "s3": Sut("s3", "url", "http://127.0.0.1:9000", here),
        "rhc": Sut("rhc", "host", "", here),
    }
    assert found.pop("profile") == {"ingress": here / "ingress.yaml"}
    assert found.pop("deviations") == {"ingress": here / "known.yaml"}
    assert found.pop("capabilities") == {"ingress": ("core", "cancel")}
    assert set(found) == {option.name for option in IN_FILE}
    assert (found["report"], found["sign-key"]) == (here / "out", here / "key.pem")
    assert (found["native"], found["host-cap"], found["patience"]) == (("rhc",), ("SYS_ADMIN",), 10.0)


def test_a_profile_is_a_file_or_a_name(file: Path) -> None:
    file.write_text('[sut.ingress]\nprofile = "upstream/ingress"\n')
    assert read(file)["profile"] == {"ingress": Path("upstream/ingress")}
    (file.parent / "upstream").mkdir()
    (file.parent / "upstream/ingress").touch()
    assert read(file)["profile"] == {"ingress": file.parent / "upstream/ingress"}


def test_an_empty_one_says_nothing(file: Path) -> None:
    file.write_text("# nothing yet\n[sut.ingress]\n")
    assert read(file) == {}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("\nhost = 1", 2, "no key 'host', meant is perhaps 'hosts'"),
        ("host_image = 'x'", 1, "no key 'host_image', meant is perhaps 'host-image'"),
        ("qqq = 1", 1, "no key 'qqq'; there are report, runtime, hosts"),
        ("[suts.ingress]\ncmd = 'x'", None, "[suts] no key 'suts', meant is perhaps 'sut'"),
        ("keep = true", 1, "no key 'keep'"),
        ("hosts = '2'", 1, "hosts: want a whole number, 1 or more"),
        ("hosts = true", 1, "hosts: want a whole number, 1 or more"),
        ("hosts = 0", 1, "hosts: want a whole number, 1 or more"),
        ("hosts = 1.5", 1, "hosts: want a whole number, 1 or more"),
        ("patience = true", 1, "patience: want seconds, a number above 0"),
        ("runtime = 'moon'", 1, "runtime: want one of auto, containers, process"),
        ("runtime = 3", 1, "runtime: want one of auto, containers, process"),
        ("native = 'rhc'", 1, "native: want names, comma-separated; in the file an array"),
        ("native = [1]", 1, "native: want an array of texts"),
        ("host-cap = 'A'", 1, "host-cap: want an array of texts"),
        ("host-image = ''", 1, "host-image: want a text that is not empty"),
        ("deviations = 'x'", 1, "deviations belongs to a role: put it into [sut.ROLE]"),
        ("sut = 'x'", 1, 'sut is a table for each role, for instance [sut.ingress] cmd = "./ingress"'),
        ("[sut]\ningress = 'x'", 2, '[sut] ingress is a table: [sut.ingress], then for instance cmd = "./ingress"'),
        ("# a\n[sut.ingres]\ncmd = 'x'", 2, "[sut.ingres] no role 'ingres', meant is perhaps 'ingress'; roles are"),
        ("[sut.s3]\n[sut.ingress]\ncmnd = 'x'", 3, "[sut.ingress] no key 'cmnd', meant is perhaps 'cmd'"),
        (
            "[sut.ingress]\ncmd = 'x'\nurl = 'http://x'",
            3,
            "[sut.ingress] cmd and url: one component a role, keep one of them",
        ),
        ("[sut.ingress]\ncmd = ['x']", 2, "[sut.ingress] cmd: want a text"),
        ("[sut.ingress]\ncmd = ''", 2, "[sut.ingress] cmd: the command is empty"),
        ("[sut.ingress]\nurl = 'x'", 2, "[sut.ingress] url: want the address of a running service"),
        ("[sut.rhc]\nhost = false", 2, "[sut.rhc] host: want true, or leave it out"),
        ("[sut.ingress]\nhost = true", 2, "[sut.ingress] host: ingress does not run on a host: use ingress=cmd:"),
        ("[sut.ingress]\ncapabilities = 'core'", 2, "[sut.ingress] capabilities: want names"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_line(file: Path, text: str, line: int | None, says: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as wrong:
        read(file)
    said = str(wrong.value)
    where = f"{file}:{line}: " if line else f"{file}: "
    assert said.startswith(where + says)
    assert "\n" not in said


def test_what_is_no_toml(file: Path) -> None:
    file.write_text("hosts = 1\nhosts = 2\n")
    with pytest.raises(ConfigError, match=r"hopcheck.toml: not TOML: .*line 2"):
        read(file)
    file.write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"hopcheck.toml: cannot be read: it is not UTF-8"):
        read(file)
    with pytest.raises(ConfigError, match=r"none.toml: cannot be read: No such file"):
        read(file.parent / "none.toml")
