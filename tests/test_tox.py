import re
from configparser import ConfigParser
from pathlib import Path

TESTS = Path(__file__).parent


def test_every_directory_with_tests_of_machines_is_named():
    ini = ConfigParser(interpolation=None)
    ini.read(TESTS.parent / "tox.ini", "utf-8")
    named = set(re.findall(r"\btests/(\w+)", ini["testenv:containers"]["commands"]))
    marked = {
        path.relative_to(TESTS).parts[0]
        for path in TESTS.rglob("*.py")
        if re.search(r"(?m)(pytestmark = |^@|add_marker\()pytest\.mark\.containers\b", path.read_text("utf-8"))
    }
    assert marked == named
