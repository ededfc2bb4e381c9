"""What happens in a run, told as data: two scenarios that tell the same story share its history."""

from __future__ import annotations

from dataclasses import dataclass, replace

WRITE_CONFIG, WRITE_MOTD, FAILS, TAMPERED = "test:write-config", "test:write-motd", "test:fails", "test:tampered"
TELLS_MUCH = "test:tells-much"
"""Prints what the file `WORDS` on the system holds."""
WORDS = "words"


@dataclass(frozen=True, slots=True)
class System:
    """One system of a plan: the issues that apply to it, and the outcome that the story's teller asserts of it.

    ``name`` is what the system is called; empty: any that is free. ``uploads`` is how many interval uploads of its
    own must have been seen before its waiting task may go on.
    """

    name: str = ""
    issues: tuple[str, ...] = (WRITE_CONFIG, WRITE_MOTD)
    outcome: str = "complete"
    connected: bool = True
    uploads: int = 2


@dataclass(frozen=True, slots=True)
class Story:
    """A plan on one system, executed once, and the outcome that its teller asserts.

    ``machine`` is a kind of machine and ``disturbance`` what befalls it, by their names in `machines` and
    `disturbance`; ``fault`` is what somebody else does to it meanwhile, which is declared with the plan. ``uploads`` is
    how many interval uploads must have been seen before the waiting task may go on; ``during_another`` executes the
    plan while another one, which completes, runs on the same system. With ``everywhere`` the plan is on as many systems
    as the run has hosts, all alike; ``systems``, where given, are those of the plan instead.
    """

    label: str = "a plan with two issues on one connected system"
    issues: tuple[str, ...] = (WRITE_CONFIG, WRITE_MOTD)
    outcome: str = "complete"
    connected: bool = True
    uploads: int = 2
    during_another: bool = False
    everywhere: bool = False
    systems: tuple[System, ...] = ()
    machine: str = ""
    disturbance: str = ""
    fault: str = ""

    def asserting(self, outcome: str) -> Story:
        """The same story with another asserted outcome."""
        return replace(self, outcome=outcome)

    def cast(self, hosts: int) -> tuple[System, ...]:
        """The systems of the plan in a run with so many hosts."""
        one = System("", self.issues, self.outcome, self.connected, self.uploads)
        return self.systems or (one,) * (hosts if self.everywhere else 1)


COMPLETE = Story("a plan with two issues on every connected system", everywhere=True)
ALONE = Story()
FAILED = Story("a plan whose second issue cannot be fixed", (WRITE_CONFIG, FAILS), "failed", uploads=0)
REFUSED = Story("a plan whose playbook was altered after signing", (TAMPERED,), "refused", uploads=0)
NOT_CONNECTED = Story("a plan on a system that is not connected", outcome="not_connected", connected=False, uploads=0)
BUSY = Story("a plan on a system that runs another one", outcome="busy", uploads=0, during_another=True)


def told(story: Story, hosts: int) -> Story:
    """The story as a run with so many hosts tells it: where there is one, every system is that one."""
    return ALONE if hosts == 1 and story == COMPLETE else story
