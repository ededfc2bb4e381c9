import re

import pytest

from hopcheck.home import ROOT
from hopcheck.topology.facts import FACTS, fill, names, rows
from hopcheck.topology.profile import (
    FIELDS,
    FILE,
    KNOWN,
    PRESENT,
    PROFILES,
    STEP,
    ProfileError,
    find,
    generations,
    load,
    of_generation,
    of_role,
    parse_profile,
    standard,
)


@pytest.mark.parametrize("path", sorted(PROFILES.rglob("*.yaml")), ids=lambda path: str(path.relative_to(PROFILES)))
def test_the_kits_own_profiles_can_be_read(path):
    profile = load(path)
    assert profile.role == path.stem
    assert profile.about


def test_every_role_has_one():
    assert all(of_role(role, {}).source == str(standard(role)) for role in KNOWN)


@pytest.fixture
def refused(tmp_path):
    def load_text(text):
        path = tmp_path / "mine.yaml"
        path.write_text(text)
        with pytest.raises(ProfileError) as caught:
            load(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return load_text


INGRESS = "role: ingress\nabout: mine\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[", "line 2 is no YAML"),
        ("[1]", "the profile: want a mapping"),
        ("role: ingres\nabout: mine\n", "no role 'ingres', meant is perhaps 'ingress'"),
        ("role: ingress\n", "about: is missing"),
        (INGRESS + "stand-in: os\n", "stand-in: os is none of the kit's: want fakes.NAME"),
        (INGRESS + "installed: /usr/bin/ingress\n", "installed: ingress is none of a host"),
        ("role: rhc\nabout: mine\ninstalled: worker\n", "installed: 'worker' is no path"),
        (INGRESS + "enviroment: {}\n", "there is no field 'enviroment', meant is perhaps 'environment'"),
        (
            INGRESS + "environment: {A: '${ingress.prt}'}\n",
            "environment, A: there is no fact 'ingress.prt', meant is perhaps 'ingress.port'",
        ),
        (INGRESS + "environment: {A: true}\n", "environment, A: True is no text: put it in quotes"),
        (INGRESS + "environment: {'A B': x}\n", "'A B' is no name of a variable"),
        (INGRESS + "environment: {A: '${host.key}'}\n", "ingress cannot have 'host.key', a fact of hosts"),
        (INGRESS + "environment: {A: '${postgresql.port}'}\n", "with `needs: [postgresql]` only"),
        (INGRESS + "needs: [postgres]\n", "the kit has no 'postgres', meant is perhaps 'postgresql'"),
        (INGRESS + "files: [{path: /etc/x}]\n", "want a relative path"),
        (INGRESS + "files: [{path: ../x}]\n", "want a relative path"),
        (INGRESS + "files: [{path: x, mode: '9'}]\n", "want octal digits"),
        (INGRESS + "files: [{path: x, content: [1]}]\n", "the content of x is no text"),
        (INGRESS + "processes: []\n", "want at least one process"),
        (INGRESS + "processes: [{name: a}, {name: a}]\n", "processes, a: two have this name"),
        (
            INGRESS + "processes: [{health: {port: '${nowhere}'}}]\n",
            "processes, ingress: health: there is no fact 'nowhere'",
        ),
        (INGRESS + "processes: [{health: {port: 1, path: up}}]\n", "'up' is no path"),
        (INGRESS + "before: [{health: {port: 1}}]\n", "has no health"),
        (INGRESS + "patience: soon\n", "want a number of seconds"),
        ("role: rhc\nabout: mine\nfiles: [{path: x}]\n", "x is on a host: want an absolute path"),
        ("role: rhc\nabout: mine\nenvironment: {A: '${files}'}\n", "rhc cannot have 'files', a fact of server roles"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_place(refused, text, why):
    assert why in refused(text)


def test_a_profile_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ProfileError, match=r"the profile .*nowhere\.yaml cannot be read: No such file"):
        load(tmp_path / "nowhere.yaml")
    with pytest.raises(
        ProfileError, match="there is no profile 'ingres', meant is perhaps 'ingress'; the kit's own are "
    ):
        find("ingres")


def test_a_profile_is_given_by_name_or_file(tmp_path):
    assert parse_profile("ingress=ingress") == ("ingress", PROFILES / "ingress.yaml")
    mine = tmp_path / "mine.yaml"
    mine.write_text(INGRESS)
    assert parse_profile(f"ingress={mine}") == ("ingress", mine)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ingress", "want ROLE=FILE"),
        ("ingres=ingress", "no role 'ingres', meant is perhaps 'ingress'"),
        ("s3=ingress", "is a profile of ingress, not of s3"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(text, why):
    with pytest.raises(ProfileError, match=re.escape(why)):
        parse_profile(text)


def test_facts_are_told_in_one_line_each_and_the_kits_profiles_use_most():
    assert all(fact.text and "\n" not in fact.text for fact in FACTS.values())
    used = {name for path in PROFILES.rglob("*.yaml") for name in load(path).facts}
    assert used <= set(FACTS)


def test_two_dollars_stand_for_one():
    assert names("${a} $${b} ${c}") == ["a", "c"]
    assert fill("${a} $${b} $c", {"a": "1"}.__getitem__) == "1 ${b} $c"


def test_the_documentation_has_every_field_and_every_fact():
    text = (ROOT / "docs/profiles.md").read_text()
    assert text.endswith("".join(f"{row}\n" for row in rows()))
    assert [name for name in (*FIELDS, *STEP, *FILE) if f"`{name}`" not in text] == []


def test_every_generation_but_the_present_one_has_profiles():
    present, *others = generations()
    assert (present, of_generation(present)) == (PRESENT, {})
    assert others
    for name in others:
        assert {of_role(role, of_generation(name)).stand_in for role in of_generation(name)} != {None}
