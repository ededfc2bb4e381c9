import json
import subprocess
import sys

import pytest

from hopcheck.checks.generation import PRESENT
from hopcheck.faults import load_faults

OLDER = {name: fault for name, fault in load_faults().items() if fault.generation != PRESENT}


def test_wrong_stand_ins_of_the_older_generation_are_in_the_catalogue():
    assert {fault.caught_by.clause for fault in OLDER.values()} == {"H-010", "H-012", "H-013", "H-017", "H-031"}


@pytest.mark.parametrize("name", [*OLDER, "rhc.says-it-is-back"])
def test_the_program_that_is_bent_is_that_of_its_generation(name):
    """Not only the present one's: a fault of rhcd in yggdrasil's place would break nothing."""
    said = subprocess.run(
        [sys.executable, "-m", "fakes.faults", name, "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("hopcheck-rhcd " if name in OLDER else "hopcheck-rhc ")


def test_bent_statuses_are_wrong_in_that_one_thing():
    script = (
        "import json; from fakes.faults import fault; fault('rhc.rhcd-tells-its-version')();"
        "from fakes.rhcd import connection_status as c; print(json.dumps(c.online({}, {}, {})['content']))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == {
        "canonical_facts": {},
        "dispatchers": {},
        "state": "online",
        "client_version": "0.2.7",
    }
