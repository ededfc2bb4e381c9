from __future__ import annotations

import pytest

from hopcheck.checks.contracts import Checker
from hopcheck.checks.contracts.documents import Documents
from hopcheck.checks.contracts.process import Command

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
PATH = "/sbin:/bin:/usr/sbin:/usr/bin"
WORKER, RUNNER = "rhc-worker-playbook>insights-client", "rhc-worker-playbook>ansible-runner"
COLLECTION = "ansible-runner>insights-client"
FILE = f"/var/lib/rhc-worker-playbook/{ID}.yaml"
LEGACY = [
    "-m",
    "insights.client.apps.ansible.playbook_verifier",
    "--quiet",
    "--payload",
    "noop",
    "--content-type",
    "noop",
]
RUN = ["run", "--ident", ID, "--playbook", FILE, "/var/lib/rhc-worker-playbook/runs"]
HOME = "/var/lib/rhc-worker-playbook/ansible-home"
RUNNER_ENV = {
    "PATH": PATH,
    "PYTHONPATH": "/usr/lib64/rhc-worker-playbook",
    "PYTHONDONTWRITEBYTECODE": "1",
    "ANSIBLE_HOME": HOME,
    "ANSIBLE_REMOTE_TMP": f"{HOME}/remote-tmp",
    "ANSIBLE_COLLECTIONS_PATH": "/usr/share/rhc-worker-playbook/ansible/collections/ansible_collections",
}
PLAY = "- name: p\n  hosts: localhost\n  vars: {}\n  tasks: []\n"
VERIFIER = "/usr/libexec/rhc-playbook-verifier"


def files(text):
    return {FILE: {"size": len(text), "sha256": "", "text": text}}


GOOD = {
    "verifier": [
        (WORKER, VERIFIER, ["--stdin"], {"PATH": PATH, "LC_CTYPE": "C.UTF-8"}, {}),
        (WORKER, "/usr/bin/insights-client", [*LEGACY, "--no-gpg"], {"PATH": PATH, "BYPASS_GPG": "True"}, {}),
    ],
    "ansibleRunner": [
        (RUNNER, "/usr/bin/python3", ["-m", "ansible_runner", *RUN], RUNNER_ENV, files(PLAY)),
    ],
    "insightsClient": [
        (COLLECTION, "/usr/bin/insights-client", [], {"PATH": "/x", "ANSIBLE_HOME": "/y"}, {}),
        (COLLECTION, "/usr/bin/insights-client", ["--register", "--retry", "3"], {}, {}),
    ],
}


@pytest.fixture
def spawn(seen):
    def make(edge, program, arguments, env, texts, **more):
        return seen(
            "process",
            "spawn",
            edge,
            {
                "program": program,
                "argv": [program, *arguments],
                "env_other": [],
                "env": env,
                "cwd": "/",
                "pid": 2,
                "ppid": 1,
                "files": texts,
                **more,
            },
        )

    return make


@pytest.fixture
def exit_of(seen):
    def make(edge, program, arguments, *_, status=0, signal=None, stdin=9):
        caller, callee = edge.split(">")
        return seen(
            "process",
            "exit",
            edge,
            {
                "program": program,
                "argv": [program, *arguments],
                "pid": 2,
                "status": status,
                "signal": signal,
                "stdin": {"size": stdin, "sha256": "", "text": "x"},
                "stderr": "",
                "files": {},
            },
            b"",
            source=callee,
            target=caller,
        )

    return make


CASES = [(name, case) for name, cases in GOOD.items() for case in cases]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_good(contracts, spawn, exit_of, name, case):
    checker = Checker(contracts)
    start, end = checker.check(spawn(*case)), checker.check(exit_of(*case))
    assert (start.message, start.breaches) == (f"process.{name}.spawn", [])
    assert (end.message, end.breaches) == (f"process.{name}.exit", [])


@pytest.mark.parametrize(
    ("name", "change", "places", "clause"),
    [
        ("verifier", {"arguments": ["--stdin", "--debug"]}, ["spawn.argv"], "H-047"),
        ("verifier", {"env": {"PATH": "/usr/local/bin"}}, ["spawn.env.PATH"], "H-047"),
        ("verifier", {"env": {"PATH": PATH, "SKIP_VERIFY": "1"}}, ["spawn.env"], "H-047"),
        ("ansibleRunner", {"arguments": ["-m", "ansible_runner", "run", "/x"]}, ["spawn.argv"], None),
        ("ansibleRunner", {"env": {**RUNNER_ENV, "HOME": "/root"}}, ["spawn.env"], None),
        (
            "ansibleRunner",
            {"texts": files("- hosts: localhost\n  vars: {insights_signature: x}\n")},
            ["spawn.files[playbook][0].vars.insights_signature"],
            "H-059",
        ),
        ("ansibleRunner", {"texts": files("- hosts: [\n")}, ["spawn.files[playbook]"], None),
        ("ansibleRunner", {"texts": {}}, ["spawn.files[playbook]"], None),
        ("insightsClient", {"arguments": ["--sing"]}, ["spawn.argv"], None),
    ],
)
def test_bad_spawn(contracts, spawn, name, change, places, clause):
    edge, program, arguments, env, texts = GOOD[name][0]
    event = spawn(edge, program, change.get("arguments", arguments), change.get("env", env), change.get("texts", texts))
    assert contracts.identify(event) == f"process.{name}.spawn"
    found = contracts.validate(event)
    assert [b.place for b in found] == places
    assert {b.clauses for b in found} == {(clause,) if clause else ()}
    assert {b.role for b in found} == {edge.partition(">")[0]}


@pytest.mark.parametrize("name", GOOD)
def test_bad_exit(contracts, exit_of, name):
    case = GOOD[name][0]
    (found,) = contracts.validate(exit_of(*case, status=77))
    assert (found.place, found.role) == ("exit.status", case[0].partition(">")[2])
    assert contracts.validate(exit_of(*case, status=None, signal=15)) == []
    assert contracts.validate(exit_of(*case, status=None, signal=None)) == []
    assert [b.place for b in contracts.validate(exit_of(*case, status=None, signal=11))] == ["exit.signal"]


def test_module_is_called_through_the_interpreter(contracts, spawn):
    edge, program, arguments, env, texts = GOOD["ansibleRunner"][0]
    event = spawn(edge, program, arguments, env, texts)
    event.attrs["program"] = "ansible_runner"
    assert contracts.identify(event) == "process.ansibleRunner.spawn"
    assert contracts.validate(event) == []


def test_names_of_other_variables_count(contracts, spawn):
    event = spawn(*GOOD["verifier"][0], env_other=["SKIP_VERIFY", "SHLVL"])
    assert [(b.place, b.got) for b in contracts.validate(event)] == [("spawn.env", "SKIP_VERIFY")]


def test_verifier_needs_input(contracts, exit_of):
    (found,) = contracts.validate(exit_of(*GOOD["verifier"][0], stdin=0))
    assert (found.place, found.role) == ("exit.stdin", "rhc-worker-playbook")


def test_killed_without_input(contracts, exit_of):
    (found,) = contracts.validate(exit_of(*GOOD["verifier"][0], status=None, signal=15, stdin=0))
    assert (found.place, found.clauses) == ("exit.stdin", ("H-047",))


@pytest.mark.parametrize(
    ("name", "by_spawn", "by_exit"),
    [
        ("verifier", {"H-047"}, {"H-047", "H-068"}),
        ("ansibleRunner", {"H-059"}, set()),
        ("insightsClient", set(), {"H-068", "H-070"}),
    ],
)
def test_exercised(contracts, spawn, exit_of, name, by_spawn, by_exit):
    case = GOOD[name][0]
    assert contracts.exercised(spawn(*case)) == by_spawn
    assert contracts.exercised(exit_of(*case)) == by_exit
    assert contracts.exercised(exit_of(*case, status=None, signal=15)) == by_exit & {"H-047"}


@pytest.mark.parametrize("text", ["- hosts: h\n", "- hosts: h\n  vars: null\n", "- [", None])
def test_a_playbook_without_vars_exercises_no_signature(contracts, spawn, text):
    edge, program, arguments, env, _ = GOOD["ansibleRunner"][0]
    event = spawn(edge, program, arguments, env, {} if text is None else files(text))
    assert contracts.exercised(event) == frozenset()


def test_a_crash_exercises_the_command(tmp_path, exit_of):
    (tmp_path / "commands.yaml").write_text(
        "commands: {c: {x-edges: [], x-clauses: [C], forms: [], env: {}, status: {x-clauses: [S]}, signals: [15]}}"
    )
    command = Command(Documents(tmp_path), "c")
    for status, signal, clauses in ((None, 11, {"C"}), (None, 15, set()), (0, None, {"C", "S"})):
        found = set()
        command.exercise_by_exit(exit_of("a>b", "c", [], status=status, signal=signal), None, found)
        assert found == clauses


def test_unknown_program(contracts, spawn):
    assert contracts.identify(spawn(WORKER, "/usr/bin/rm", ["-rf"], {}, {})) is None
    assert contracts.identify(spawn(COLLECTION, VERIFIER, ["--stdin"], {}, {})) is None
