import pytest
from checks_scenes import complete, pinged
from checks_world import CONTRACTS

from hopcheck.checks.bearing import Bearing


@pytest.fixture(scope="module")
def bearing():
    return Bearing(CONTRACTS)


@pytest.mark.parametrize(("tag", "has", "has_not"), [
    ("1", {"H-002", "H-003", "H-008"}, {"CON-29"}),
    ("1/SUBSCRIBE", {"H-001"}, {"CON-29"}),
    ("cc/SUBSCRIBE", {"CON-29"}, {"H-001"}),
    ("1/online", {"H-006", "H-010", "H-012"}, {"H-016", "CON-23"}),
    ("6", {"CON-23", "CON-25"}, {"CON-28"}),
    ("4", {"SRV-001", "SRV-003", "SRV-006", "SRV-104"}, {"SRV-008", "SRV-013"}),
    ("4/answer", {"SRV-009"}, set()),
    ("5", {"SRV-020", "SRV-021"}, {"SRV-032"}),
    ("5/answer", {"CON-01", "SRV-026"}, {"CON-10", "CON-03"}),
    ("9:p1", {"SRV-045", "SRV-046", "SRV-115"}, {"SRV-040"}),
    ("8:p1", {"SRV-040", "SRV-041"}, {"SRV-044"}),
    ("17:u1", {"H-054", "H-053", "H-052", "H-046"}, {"H-069", "ING-06"}),
    ("23", {"H-069"}, {"H-054"}),
    ("17:u1/answer", {"ING-07", "ING-08"}, {"ING-04", "ING-06", "ING-19"}),
    ("19:u1", {"ING-09", "ING-10", "ING-05"}, {"ING-16"}),
    ("13", {"H-032"}, {"H-022"}),
    ("14", {"H-047"}, {"H-068"}),
    ("15", {"H-068"}, set()),
    ("20:u1", {"STO-03", "STO-04"}, {"STO-02"}),
])
def test_clauses_of_a_message(told, bearing, tag, has, has_not):
    world = complete()
    history = told(world).history
    event = history.at(world.seq(tag))
    found = bearing.clauses(history.name(event), event)
    assert found >= has
    assert not found & has_not


def test_every_clause_that_contracts_name_is_in_the_catalogue(told, judge, bearing):
    history = told(pinged()).history
    named = {clause for e in history.trace if history.name(e) for clause in bearing.clauses(history.name(e), e)}
    assert named <= set(judge.catalogue)
    assert len(named) > 60


def test_clauses_of_contracts_alone_pass_or_were_not_exercised(judged, judge):
    states = judged(complete()).clauses
    borne = {name: s.state for name, s in states.items() if judge.catalogue[name].judged == "contract"}
    assert set(borne.values()) == {"pass", "not_exercised"}
    assert sum(state == "pass" for state in borne.values()) > 30
