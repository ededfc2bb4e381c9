"""What is given and what happens: each sentence picks a story or plays it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from pytest_bdd import given, when

from hopcheck.checks.cases import Case
from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import RunVerdict, Verdict
from hopcheck.plugin import JUDGE
from hopcheck.topology.fleet import fleet
from hopcheck.topology.stage import Member, Played, Stage, Visit
from hopcheck.topology.story import ALONE, BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED, Story
from hopcheck.trace import Event, Trace

PINGS = ("PINGREQ", "PINGRESP")
_last: list[tuple[Stage, int, Verdict]] = []


@dataclass
class World:
    """A scenario's story and, once played, its history."""

    stage: Stage
    judge: Judge
    story: Story = COMPLETE
    played: Played | None = None
    visit: Visit | None = None
    case: Case | None = None

    def execute(self, story: Story | None = None) -> list[RunVerdict]:
        """The user executes the plan of a story, or of this scenario, and follows it to its end; see `runs`."""
        self.story = story or self.story
        self.played = self.stage.play(self.story)
        return self.runs

    @property
    def verdict(self) -> Verdict:
        """What the trace so far says, judged once for each state of it: pings, which hosts send all the time, aside."""
        if not _last or _last[0][0] is not self.stage or _last[0][1] != _count(self.stage.trace):
            self.stage.catch_up()
            # The trace goes on growing while it is judged.
            seen = Trace(list(self.stage.trace))
            _last[:] = [(self.stage, _count(seen), self.judge.judge(seen))]
        return _last[0][2]

    @property
    def runs(self) -> list[RunVerdict]:
        """This scenario's run, once for each of its systems, in the plan's order."""
        return [self._run(member) for member in self._cast]

    def run_on(self, system: str) -> RunVerdict:
        """This scenario's run on a system by the name that the scenario gave it."""
        return self._run(self.member(system))

    def member(self, system: str) -> Member:
        """A system of the plan by the name that the scenario gave it."""
        found = [member for member in self._cast if member.system.name == system]
        names = ", ".join(member.system.name or member.identity.name for member in self._cast)
        assert found, f"the plan has no system {system!r}; it has {names}"
        return found[0]

    @property
    def _cast(self) -> tuple[Member, ...]:
        assert self.played is not None, "nothing has been executed: a When is missing"
        return self.played.cast

    def _run(self, member: Member) -> RunVerdict:
        assert self.played is not None
        mine = (self.played.story.label, member.identity.client_id)
        found = [run for run in self.verdict.runs if (run.label, run.host) == mine]
        assert found, f"nothing was seen of the run {mine[0]!r} on {member.identity.name} ({mine[1]})"
        return found[0]


def _count(trace: Iterable[Event]) -> int:
    """Events that a verdict may depend on."""
    return sum(event.op not in PINGS for event in trace)


@pytest.fixture
def world(stage: Stage, pytestconfig: pytest.Config) -> World:
    """The scenario's world."""
    return World(stage, pytestconfig.stash[JUDGE])


@given("a plan with two issues on every connected system")
def a_plan_with_two_issues(world: World) -> None:
    """A plan whose playbook changes two files and ends with the insights collection, on each system of the run."""
    world.story = COMPLETE


@given("a plan with two issues on one connected system")
def a_plan_on_one_system(world: World) -> None:
    """The main job's plan on one system, whatever others are connected."""
    world.story = ALONE


@given("a plan on these systems")
def a_plan_on_these_systems(world: World, datatable: list[list[str]]) -> None:
    """A plan on the systems of a table: how each is connected, its issues, and the outcome that is asserted of it."""
    world.story = Story(f"a plan on {len(datatable) - 1} systems", systems=tuple(fleet(datatable)))


@given("a plan whose second issue cannot be fixed")
def a_plan_that_fails(world: World) -> None:
    """A plan with two issues; the task that mends the second one fails."""
    world.story = FAILED


@given("a plan whose playbook was altered after signing")
def an_altered_plan(world: World) -> None:
    """A plan whose playbook is served with another task than was signed: verification must refuse it."""
    world.story = REFUSED


@given("a plan on a system that is not connected")
def an_absent_system(world: World) -> None:
    """A plan on a system that the inventory knows and Cloud Connector does not."""
    world.story = NOT_CONNECTED


@given("a plan on a system that runs another one")
def a_busy_system(world: World) -> None:
    """A plan on a system where the playbook of another plan runs already, and waits until this one was answered."""
    world.story = BUSY


@when("the user presses Execute")
def the_user_executes(world: World) -> None:
    """The one stimulus: the Remediations UI executes the plan and follows it to its end."""
    world.played = world.stage.play(world.story)
