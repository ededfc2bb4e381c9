import tomllib
from configparser import ConfigParser
from xml.etree import ElementTree

import pytest

from hopcheck.topology.containers import places
from hopcheck.topology.host import Wishes
from hopcheck.topology.machines import FAKETIME, MACHINES, RHC, RUNS, SECOND, SKEW_S, WORKER, drop_in


def files(kind):
    return {file.path: file.content.decode() for file in MACHINES[kind].files}


def unit(text):
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    return parser


def test_the_units_are_those_of_the_host():
    assert {"rhc": RHC, "rhc-worker-playbook": WORKER} == places.UNITS


def test_the_usual_machine_differs_in_nothing():
    assert MACHINES[""] == Wishes()


@pytest.mark.parametrize("kind", [kind for kind in MACHINES if kind])
def test_any_other_differs_and_its_files_are_where_the_engine_keeps_them(kind):
    wishes = MACHINES[kind]
    assert wishes != Wishes()
    assert not [file.path for file in wishes.files if file.path.startswith(("/run/", "/tmp/", *wishes.tmpfs))]


def test_a_drop_in_adds_to_the_units_service():
    file = drop_in("x.service", "Restart=always")
    assert file.path == "/etc/systemd/system/x.service.d/hopcheck-story.conf"
    assert dict(unit(file.content.decode())["Service"]) == {"Restart": "always"}


def test_rhc_comes_back_after_a_crash():
    [(path, text)] = files("whose rhc systemd restarts").items()
    assert path.split("/")[4] == f"{RHC}.d"
    assert unit(text)["Service"]["Restart"] == "always"


def test_both_programs_see_the_other_clock():
    skewed = files("whose programs see a clock an hour ahead")
    assert {path.split("/")[4] for path in skewed} == {f"{RHC}.d", f"{WORKER}.d"}
    for text in skewed.values():
        assert unit(text)["Service"]["Environment"] == f"LD_PRELOAD={FAKETIME} FAKETIME=+{SKEW_S}s"


def test_the_second_worker_is_a_worker_of_its_own():
    kind = "with a second worker on its bus"
    made = files(kind)
    assert MACHINES[kind].units == (f"{SECOND}.service",)
    service = unit(made[f"/etc/systemd/system/{SECOND}.service"])["Service"]
    assert (service["Type"], service["BusName"], service["Group"]) == ("dbus", SECOND, "yggdrasil-worker")
    config = service["ExecStart"].split()[-1]
    assert tomllib.loads(made[config])["directive"] == SECOND.rpartition(".")[2]
    policy = ElementTree.fromstring(made[f"/etc/dbus-1/system.d/{SECOND}.conf"]).find("policy")
    assert policy.get("group") == service["Group"]
    assert [allow.attrib for allow in policy] == [{"own": SECOND}, {"send_destination": SECOND}]


def test_the_run_directory_without_room_is_the_workers_own():
    assert set(MACHINES["whose run directory has no room"].tmpfs) == {RUNS}


def test_a_worker_that_sleeps_is_not_started():
    assert MACHINES["whose worker the bus has to start"].asleep
