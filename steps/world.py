"""What is given and what happens: each sentence picks a story or plays it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytest_bdd import given, when

from hopcheck.checks.judge import Judge
from hopcheck.checks.verdict import RunVerdict, Verdict
from hopcheck.plugin import JUDGE
from hopcheck.topology.stage import Played, Stage
from hopcheck.topology.story import BUSY, COMPLETE, FAILED, NOT_CONNECTED, REFUSED, Story
from hopcheck.trace import Trace

_last: list[tuple[Stage, int, Verdict]] = []


@dataclass
class World:
    """A scenario's story and, once played, its history."""

    stage: Stage
    judge: Judge
    story: Story = COMPLETE
    played: Played | None = None

    @property
    def verdict(self) -> Verdict:
        """What the trace so far says; judged once for each length of the trace."""
        # The trace goes on growing while it is judged.
        seen = Trace(list(self.stage.trace))
        if not _last or _last[0][0] is not self.stage or _last[0][1] != len(seen):
            _last[:] = [(self.stage, len(seen), self.judge.judge(seen))]
        return _last[0][2]

    @property
    def run(self) -> RunVerdict:
        """This scenario's run."""
        assert self.played is not None, "nothing has been executed: a When is missing"
        mine = (self.played.story.label, self.played.identity.client_id)
        found = [run for run in self.verdict.runs if (run.label, run.host) == mine]
        assert found, f"nothing was seen of the run {mine[0]!r} on {mine[1]}"
        return found[0]


@pytest.fixture
def world(stage: Stage, pytestconfig: pytest.Config) -> World:
    """The scenario's world."""
    return World(stage, pytestconfig.stash[JUDGE])


@given("a plan with two issues on one connected system")
def a_plan_with_two_issues(world: World) -> None:
    """A plan whose playbook changes two files and ends with the insights collection."""
    world.story = COMPLETE


@given("a plan whose second issue cannot be fixed")
def a_plan_that_fails(world: World) -> None:
    """The second play's task fails."""
    world.story = FAILED


@given("a plan whose playbook was altered after signing")
def an_altered_plan(world: World) -> None:
    """A task of the served playbook is not the one that was signed."""
    world.story = REFUSED


@given("a plan on a system that is not connected")
def an_absent_system(world: World) -> None:
    """Inventory knows the system, Cloud Connector does not."""
    world.story = NOT_CONNECTED


@given("a plan on a system that runs another one")
def a_busy_system(world: World) -> None:
    """Another plan's playbook runs on the system and waits."""
    world.story = BUSY


@when("the user presses Execute")
def the_user_executes(world: World) -> None:
    """The one stimulus: the Remediations UI executes the plan and follows it to its end."""
    world.played = world.stage.play(world.story)
