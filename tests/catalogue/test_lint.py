import shutil

import pytest

from hopcheck.catalogue.lint import lint
from hopcheck.catalogue.tools import TOOLS
from hopcheck.home import CONTRACTS, FEATURES


def test_the_kits_own_contracts_are_in_order():
    assert lint(CONTRACTS, FEATURES) == []


def spoil(contracts, file, old, new):
    path = contracts / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def added(contracts, file, text):
    path = contracts / file
    line = len(path.read_text().splitlines()) + 1
    path.write_text(path.read_text() + text)
    return line


ENTRY = """\
- id: {id}
  level: MUST
  text: {text}
  roles: [{role}]
  hops: [{hop}]
  source: "somewhere"
  evidence: read
  judged: {judged}
"""
GOOD = {"id": "H-900", "text": "A rule.", "role": "rhc", "hop": "rhc>ingress", "judged": "nowhere\n  reason: none"}
FAULT = """\
- id: s3.{name}
  arrow: 30
  breaks: Something.
  caught_by: {caught_by}
"""


BAD_CLAUSES = {
    r"H-001: stands at clauses/host.yaml:2 already": {"id": "H-001"},
    r"H-902: unknown role 'nobody'": {"id": "H-902", "role": "nobody"},
    r"H-903: unknown hop 'rhc>nobody'": {"id": "H-903", "hop": "rhc>nobody"},
    r"H-904: has no hop": {"id": "H-904", "hop": ""},
    r"H-905: has no relation": {"id": "H-905", "judged": "relation"},
    r"H-906: no contract document bears it": {"id": "H-906", "judged": "contract"},
    r"H-907: level is one of": {"id": "H-907", "judged": "sometimes"},
    r"H-908: what is judged nowhere has a reason": {"id": "H-908", "judged": "nowhere"},
    r"H-909: says what H-906 says": {"id": "H-909", "text": "H-906"},
}
BAD_FAULTS = {
    "s3.forgets-objects: stands at line": FAULT.format(name="forgets-objects", caught_by="{kind: unmapped}"),
    "s3.a: is caught by H-999, which the catalogue": FAULT.format(name="a", caught_by="{kind: clause, clause: H-999}"),
    "s3.b: is caught by H-074, which nothing judges": FAULT.format(name="b", caught_by="{kind: clause, clause: H-074}"),
    "s3.c: is caught by s4.yaml#x, and": FAULT.format(name="c", caught_by="{kind: breach, contract: 's4.yaml#x'}"),
    "s3.f: is played by 'nothing', which is": "- id: s3.f\n  case: nothing\n  breaks: It breaks.\n"
    "  caught_by: {kind: unmapped}\n",
    "s3.d: lacks caught_by": "- id: s3.d\n  arrow: 30\n",
    "s3.e: want ROLE.NAME and an arrow": FAULT.format(name="e", caught_by="{kind: unmapped}").replace("30", "31"),
}


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """One directory with everything wrong that an entry can have: the problems, and the line of each entry."""
    contracts = tmp_path_factory.mktemp("spoiled") / "contracts"
    shutil.copytree(CONTRACTS, contracts)
    lines = {
        cause: added(contracts, "clauses/host.yaml", ENTRY.format(**GOOD | {"text": cause[:5]} | changes))
        for cause, changes in BAD_CLAUSES.items()
    }
    lines |= {cause: added(contracts, "faults/s3.yaml", entry) for cause, entry in BAD_FAULTS.items()}
    return lint(contracts, tools=()), lines


@pytest.mark.parametrize(
    ("file", "cause"),
    [*(("clauses/host.yaml", cause) for cause in BAD_CLAUSES), *(("faults/s3.yaml", cause) for cause in BAD_FAULTS)],
)
def test_a_bad_entry_is_told_with_its_line_and_a_remedy(spoiled, file, cause):
    problems, lines = spoiled
    [problem] = [each for each in problems if (each.file, each.line) == (file, lines[cause])]
    assert problem.cause.startswith(cause)
    assert problem.remedy


def test_nothing_else_is_told(spoiled):
    problems, lines = spoiled
    assert [str(each) for each in problems if each.line not in lines.values()] == []
    assert len(problems) == len(lines)


def test_a_clause_that_nothing_breaks_is_told(contracts):
    faults = contracts / "faults/s3.yaml"
    entries = [text for text in faults.read_text().split("\n- id: ") if "STO-03" not in text]
    faults.write_text("\n- id: ".join(entries) + "\n")
    told = [str(problem) for problem in lint(contracts, tools=())]
    assert [line for line in told if "STO-03: no wrong stand-in breaks it; write a fault" in line] != []


def test_a_good_clause_is_no_problem(contracts):
    added(contracts, "clauses/host.yaml", ENTRY.format(**GOOD))
    assert lint(contracts, tools=()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "cause"),
    [
        ("openapi/ingress.yaml", "x-clauses: [", "x-clauses: [H-999, ", "bears H-999"),
        ("dbus/com.redhat.Yggdrasil1.Worker1.xml", 'value="H-034"', 'value="H-034 H-999"', "bears H-999"),
        ("clauses/host.yaml", "judged: relation", "judged: [", "cannot be read"),
        ("faults/s3.yaml", "- id:", "id:", "cannot be read"),
        ("hops.yaml", "edge: rhc<>cloud-connector", "edge: rhc<>nobody", "unknown edges"),
        ("cases/ingress.yaml", "role: ingress", "role: nobody", "unknown role 'nobody'"),
        ("cases/ingress.yaml", "clauses: [ING-02]", "clauses: [H-074]", "H-074, or has it judged nowhere"),
        ("cases/ingress.yaml", "clauses: [ING-02]", "clauses: [SRV-001]", "SRV-001 does not bind ingress"),
        ("cases/cloud-connector.yaml", "clauses: [CON-12]", "clauses: []", "CON-12: no case puts it to the test"),
        ("cases/playbook-dispatcher.yaml", "id: dispatch nothing", "id: dispatch without a key", "is there twice"),
        ("flow.mmd", "sequenceDiagram\n", "sequence\n", "expected 'sequenceDiagram'"),
        ("openapi/ingress.yaml", "openapi: 3.1.0", "openapi: 3.0.0", "3.1 is needed"),
        ("openapi/ingress.yaml", "operationId: upload", "operationId: 7", "operationId"),
        ("s3.yaml", "x-not-provoked: only", "x-not-provoked: # only", "a reason is needed"),
        ("asyncapi/kafka.yaml", "asyncapi: 3.0.0", "asyncapi: 2.6.0", "asyncapi3"),
        ("s3.yaml", "title:", "titel:", "openapi-spec-validator"),
        ("schemas/identity.yaml", "type: object", "type: thing", "thing"),
    ],
)
def test_a_bad_document_is_told(contracts, file, old, new, cause):
    spoil(contracts, file, old, new)
    tools = [tool for tool in TOOLS if tool.package == cause]
    found = [problem for problem in lint(contracts, tools=tools) if cause in problem.cause]
    assert found
    assert all(problem.file in file and problem.remedy for problem in found)


@pytest.mark.parametrize(
    ("file", "old", "new", "cause"),
    [
        (
            "openapi/dispatcher-internal.yaml",
            "example: [{run_id: 50d571c1-",
            "example: [{run_id: ",
            "example[0].run_id: expected pattern",
        ),
        ("asyncapi/kafka.yaml", "x-key: '0369233'", "x-key: '0369234'", "key: expected $message.payload#/account"),
        (
            "schemas/canonicalFacts.yaml",
            "    ip_addresses: [",
            "    ip_addresses: x # [",
            "example.ip_addresses: expected type",
        ),
    ],
)
def test_a_spoiled_example_is_told_with_its_line(contracts, file, old, new, cause):
    line = (contracts / file).read_text().partition(old)[0].count("\n") + 1
    spoil(contracts, file, old, new)
    [problem] = lint(contracts, tools=())
    assert (problem.file, problem.line) == (file, line)
    assert problem.cause.startswith(cause)
    assert problem.remedy.startswith("mend the example")


def test_a_spoiled_generation_is_told(contracts):
    spoil(contracts, "generations/rhel-8-9.yaml", "  H-008: TLS", "  H-999: TLS")
    [problem] = lint(contracts, tools=())
    assert (problem.file, problem.cause) == ("generations/rhel-8-9.yaml", "names H-999, which the catalogue has not")
    spoil(contracts, "generations/rhel-8-9.yaml", "unwatched:", "unseen:")
    [problem] = lint(contracts, tools=())
    assert problem.cause == "unknown unseen"


def test_a_feature_that_names_an_unknown_clause(tmp_path):
    (tmp_path / "a.feature").write_text("Feature: a\n\n  @H-999\n  Scenario: b\n    Then clause SRV-999 holds\n")
    found = {
        (problem.file, problem.line, problem.cause.split(",")[0]) for problem in lint(CONTRACTS, tmp_path, tools=())
    }
    assert found == {("a.feature", 3, "names H-999"), ("a.feature", 5, "names SRV-999")}


def test_a_spoiled_profile_is_told(tmp_path):
    contracts = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, contracts)
    spoil(contracts, "profiles/ingress.yaml", "${ingress.port}", "${ingress.prt}")
    (contracts / "profiles/platform.yaml").unlink()
    (contracts / "profiles/upstream").mkdir(exist_ok=True)
    (contracts / "profiles/upstream/s4.yaml").write_text((contracts / "profiles/s3.yaml").read_text())
    told = [str(each) for each in lint(contracts, tools=()) if each.file.startswith(("profiles/", "upstream/"))]
    assert told == [
        "profiles/ingress.yaml: environment, INGRESS_WEBPORT: there is no fact 'ingress.prt', meant is perhaps "
        "'ingress.port'; fields and facts are those of the other profiles",
        "upstream/s4.yaml: is a profile of s3; name the file as its role",
        "profiles/: platform has no profile; say how it is started",
    ]


def test_what_conformance_names_must_be_there(tmp_path):
    contracts = tmp_path / "contracts"
    shutil.copytree(CONTRACTS, contracts)
    spoil(contracts, "conformance.yaml", "cancel nothing", "cancel something")
    spoil(contracts, "conformance.yaml", "ingress: [complete]", "ingress: [completed]")
    told = [str(each) for each in lint(contracts, tools=()) if each.file == "conformance.yaml"]
    assert len(told) == 2
    assert "'cancel something'" in told[0]
    assert "'completed'" in told[1]
