import pytest
import yaml

from hopcheck.topology import scratch, signing
from hopcheck.topology.process import StartError
from hopcheck.topology.signing import ask, sign
from hopcheck.topology.topology import PLAYS


@pytest.fixture
def new_place():
    made = []

    def new():
        made.append(scratch.new())
        return made[-1]

    yield new
    for path in made:
        scratch.remove(path)


@pytest.fixture
def place(new_place):
    return new_place()


async def test_every_play_is_signed_and_one_is_tampered_with(place):
    signed = await sign(place, PLAYS)
    assert set(signed.templates) == {path.name for path in PLAYS.glob("*.yml")}
    for text in signed.templates.values():
        (play,) = yaml.safe_load(text)
        assert play["vars"]["insights_signature"]
        assert '"@@HOSTS@@"' in text or "'@@HOSTS@@'" in text
    good, bad = ((place / "templates" / name).read_text() for name in ("test-write-config.yml", "test-tampered.yml"))
    assert good != bad
    assert yaml.safe_load(good)[0]["vars"] == yaml.safe_load(bad)[0]["vars"]
    assert b"PUBLIC KEY" in signed.public_key


async def test_a_process_signs_the_same_plays_once_and_each_topology_has_the_key(new_place, tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "_last", None)
    first, second, third = new_place(), new_place(), new_place()
    play = "- name: {}\n  hosts: all\n  tasks: []\n"
    (tmp_path / "test-write-config.yml").write_text(play.format("first"))
    signed = await sign(first, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(signing, "ask", None)
        assert await sign(second, tmp_path) == signed
    modes = {path.name: path.stat().st_mode & 0o777 for path in (second / "keys").rglob("*")}
    assert {mode for name, mode in modes.items() if name.endswith(".key")} == {0o600}
    assert modes["gnupg"] == modes["private-keys-v1.d"] == 0o700
    answer = await ask(second, {"plays": {"a": play.format("later")}})
    assert answer["public_key"].encode() == signed.public_key
    (tmp_path / "test-write-config.yml").write_text(play.format("changed"))
    assert "changed" in (await sign(third, tmp_path)).templates["test-write-config.yml"]


async def test_a_play_that_cannot_be_signed_is_named(place, tmp_path):
    (tmp_path / "bad.yml").write_text("just text")
    with pytest.raises(StartError, match="not a list of plays"):
        await sign(place, tmp_path)


async def test_the_run_s_key_signs_later_too(place):
    signed = await sign(place, PLAYS)
    play = "- name: later\n  hosts: all\n  tasks: []\n"
    answer = await ask(place, {"plays": {"a": play, "b": play}, "revoke": ["a"], "exclude": {"b": "/tasks"}})
    assert answer["public_key"].encode() == signed.public_key
    assert "insights_signature_exclude: /tasks\n" in answer["plays"]["b"]
    assert [each["name"] for each in yaml.safe_load(answer["revocation_list"])[0]["revoked_playbooks"]] == ["a"]
