from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hopcheck.config import ConfigError, Values, of_role
from hopcheck.config.layers import DEFAULT, ENV, LINE, resolve
from hopcheck.config.table import OPTIONS
from hopcheck.topology.sut import Sut

Resolve = Callable[..., Values]


@pytest.fixture
def resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Resolve:
    monkeypatch.chdir(tmp_path)

    def make(file: str = "", environ: dict[str, str] | None = None, **line: Any) -> Values:
        if file:
            (tmp_path / "hopcheck.toml").write_text(file)
        return resolve({name.replace("_", "-"): value for name, value in line.items()}, environ=environ or {})

    return make


def test_without_anything_every_option_has_its_default(resolved: Resolve) -> None:
    found = resolved()
    assert found.values == {option.name: option.default for option in OPTIONS}
    assert set(found.sources.values()) == {(DEFAULT,)}
    assert found.file is None


def test_a_verbs_default_is_the_weakest(resolved: Resolve) -> None:
    assert resolve({}, defaults={"hosts": 7}, environ={}).values["hosts"] == 7
    assert resolve({}, defaults={"hosts": 7}, environ={"HOPCHECK_HOSTS": "8"}).values["hosts"] == 8


@pytest.mark.parametrize(
    ("given", "hosts", "source"),
    [
        ({"file": "hosts = 2"}, 2, "hopcheck.toml"),
        ({"file": "hosts = 2", "environ": {"HOPCHECK_HOSTS": "3"}}, 3, ENV),
        ({"file": "hosts = 2", "environ": {"HOPCHECK_HOSTS": "3"}, "hosts": 4}, 4, LINE),
        ({"file": "hosts = 2", "hosts": 4}, 4, LINE),
        ({"file": "hosts = 2", "environ": {"HOPCHECK_HOSTS": ""}, "hosts": None}, 2, "hopcheck.toml"),
    ],
)
def test_line_before_environment_before_file(resolved: Resolve, given: Any, hosts: int, source: str) -> None:
    found = resolved(**given)
    assert found.values["hosts"] == hosts
    assert found.sources["hosts"] == (source,)


def test_each_role_is_ones_own(resolved: Resolve) -> None:
    found = resolved(
        '[sut.ingress]\ncmd = "./a"\n[sut.s3]\nurl = "http://x"\n',
        {"HOPCHECK_SUT": "remediations=image:r\nplaybook-dispatcher=cmd:a b\n"},
        sut={"ingress": Sut("ingress", "cmd", "./b")},
    )
    assert {role: str(sut) for role, sut in found.values["sut"].items()} == {
        "ingress": "ingress=cmd:./b",
        "s3": "s3=url:http://x",
        "remediations": "remediations=image:r",
        "playbook-dispatcher": "playbook-dispatcher=cmd:a b",
    }
    assert found.sources["sut"] == ("hopcheck.toml", ENV, LINE)


def test_who_names_no_role_means_all_that_is_weaker(resolved: Resolve) -> None:
    file = '[sut.ingress]\ncapabilities = ["core"]\n'
    assert of_role(resolved(file).values["capabilities"], "ingress") == ("core",)
    assert of_role(resolved(file).values["capabilities"], "s3") is None
    found = resolved(file, {"HOPCHECK_CAPABILITIES": "cancel"})
    assert of_role(found.values["capabilities"], "ingress") == ("cancel",)
    assert found.sources["capabilities"] == (ENV,)
    found = resolved(file, {"HOPCHECK_CAPABILITIES": "cancel"}, capabilities={"ingress": ("satellite",)})
    assert of_role(found.values["capabilities"], "ingress") == ("satellite",)
    assert of_role(found.values["capabilities"], "s3") == ("cancel",)


def test_every_type_from_the_environment(resolved: Resolve) -> None:
    environ = {
        "HOPCHECK_REPORT": "out",
        "HOPCHECK_PATIENCE": "2.5",
        "HOPCHECK_NATIVE": "rhc, insights-client",
        "HOPCHECK_HOST_CAP": "A\nB",
        "HOPCHECK_PROFILE": "ingress=a=b.yaml\n./c=d.yaml",
        "HOPCHECK_RUNTIME": "process",
        "HOPCHECK_KEEP": "1",
    }
    values = resolved("", environ).values
    assert (values["report"], values["patience"], values["native"]) == (Path("out"), 2.5, ("rhc", "insights-client"))
    assert values["host-cap"] == ("A", "B")
    assert values["profile"] == {"ingress": Path("a=b.yaml"), "": Path("c=d.yaml")}
    assert values["runtime"] == "process"
    assert values["keep"] is False


@pytest.mark.parametrize(
    ("variable", "text", "says"),
    [
        ("HOSTS", "none", "HOPCHECK_HOSTS=none: want a whole number, 1 or more"),
        ("HOSTS", "²", "HOPCHECK_HOSTS=²: want a whole number, 1 or more"),
        ("RUNTIME", "moon", "HOPCHECK_RUNTIME=moon: want one of auto, containers, process"),
        ("PATIENCE", "inf", "HOPCHECK_PATIENCE=inf: want seconds, a number above 0"),
        ("SUT", "ingres=cmd:x", "HOPCHECK_SUT=ingres=cmd:x: no role 'ingres', meant is perhaps 'ingress'; roles are"),
        ("SUT", "s3=cmd:a\ns3=cmd:b", "HOPCHECK_SUT: s3 has s3=cmd:a already; one a role"),
    ],
)
def test_a_wrong_variable_is_named(resolved: Resolve, variable: str, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        resolved("", {f"HOPCHECK_{variable}": text})
    assert str(wrong.value).startswith(says)
    assert "\n" not in str(wrong.value)


def test_a_file_that_was_asked_for(resolved: Resolve, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/p.yaml").touch()
    (tmp_path / "sub/my.toml").write_text('host-overlay = "over"\n[sut.s3]\ncmd = "./s3"\nprofile = "p.yaml"\n')
    for found in (
        resolve({}, config=Path("sub/my.toml"), environ={"HOPCHECK_CONFIG": "other.toml"}),
        resolve({}, environ={"HOPCHECK_CONFIG": "sub/my.toml"}),
    ):
        assert found.file == Path("sub/my.toml")
        assert found.values["host-overlay"] == Path("sub/over")
        assert found.values["profile"] == {"s3": Path("sub/p.yaml")}
        assert found.values["sut"]["s3"].directory == tmp_path / "sub"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"config": Path("none.toml")}, "--config none.toml: no such file"),
        ({"environ": {"HOPCHECK_CONFIG": "none.toml"}}, "HOPCHECK_CONFIG=none.toml: no such file"),
    ],
)
def test_a_file_that_is_not_there(resolved: Resolve, given: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=f"^{says}$"):
        resolve({}, **{"environ": {}, **given})
