from checks_scenes import complete

from hopcheck.checks.clause import Clause, Violation, seen
from hopcheck.checks.clause_states import EVIDENCE, Borne, clause_states
from hopcheck.checks.contracts import Breach


def entry(name, level="MUST", judged="relation"):
    return Clause(name, level, "Something holds.", ("rhc",), (), "", "read", judged)


def judged(told, clause, relation=None, breaches=(), borne=()):
    states, findings = clause_states({"X": clause}, {"X": relation}, told, breaches, {name: [7] for name in borne}, {})
    return states["X"], findings


def test_relation_without_evidence_was_not_exercised(told):
    assert judged(told(complete()), entry("X"), lambda t: iter(()))[0].state == "not_exercised"


def test_evidence_makes_a_pass(told):
    read = told(complete())
    state, findings = judged(read, entry("X"), lambda t: iter([seen(read.history.at(3), None, read.history.at(1))]))
    assert (state.state, state.evidence, findings) == ("pass", (1, 3), [])


def test_violation_fails_and_blames(told):
    read = told(complete())
    violation = Violation(read.history.at(2), "a", "b", role="s3")
    state, (finding,) = judged(read, entry("X"), lambda t: iter([violation]))
    assert (state.state, state.evidence) == ("fail", (2,))
    assert (finding.role, finding.clause, finding.event, finding.fails) == ("s3", "X", 2, True)


def test_lesser_clauses_fail_nothing(told):
    violation = Violation(None, "a", "b")
    should, (finding,) = judged(told(complete()), entry("X", "SHOULD"), lambda t: iter([violation]))
    assert (should.state, finding.fails) == ("fail", False)
    quirk, (finding,) = judged(told(complete()), entry("X", "QUIRK"), lambda t: iter([violation]))
    assert (quirk.state, finding.fails) == ("not_exercised", False)


def test_declared_fault_excuses_absence_only(told):
    read = told(complete().bend("expect", fault="cut"))
    assert judged(read, entry("X"), lambda t: iter([Violation(None, "a", "b", absent=True)]))[1] == []
    assert len(judged(read, entry("X"), lambda t: iter([Violation(None, "a", "b")]))[1]) == 1


def test_relation_that_raises_is_the_kits_error(told):
    def wrong(_):
        raise KeyError("no")
        yield

    state, (finding,) = judged(told(complete()), entry("X"), wrong)
    assert (state.state, finding.kind, finding.role) == ("harness_error", "harness", None)


def test_contracts_bear_clauses(told):
    read, clause = told(complete()), entry("X", judged="contract")
    assert judged(read, clause)[0].state == "not_exercised"
    assert judged(read, clause, borne=("X",))[0].state == "pass"
    breach = Breach("c", "p", "a", "b", ("X",), "rhc")
    state, _ = judged(read, clause, breaches=[(read.history.at(5), breach)], borne=("X",))
    assert (state.state, state.evidence) == ("fail", (5,))


def test_the_first_messages_are_the_evidence_and_no_more_are_asked():
    borne, asked = Borne(), []
    for seq in range(1, EVIDENCE + 3):

        def exercise(found, clauses=frozenset({"X"} if seq % 2 else {"X", "Y"})):
            asked.append("X" in found)
            found.update(clauses)

        borne.add(seq, exercise)
    assert borne.by_clause == {"X": [*range(1, EVIDENCE + 1)], "Y": [*range(2, EVIDENCE + 3, 2)]}
    assert asked == [False] * EVIDENCE + [True] * 2
