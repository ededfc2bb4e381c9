"""Messages that nobody should send, and who gets them (hopcheck fuzz)."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from hopcheck.checks.hops import load_hops
from hopcheck.generated.messages_receivers import RECEIVERS
from hopcheck.generated.messages_saved import sequence
from hopcheck.generated.messages_wire import Wire
from hopcheck.home import CONTRACTS
from steps.world import World

ROLES = load_hops(CONTRACTS / "hops.yaml").named


@when(parsers.re(r"(?P<receiver>[\w -]+) is sent these messages"), target_fixture="owed")
def is_sent_messages(world: World, receiver: str, datatable: list[list[str]]) -> str | None:
    """Each is sent in the place of who sends such messages, one after the other.

    A message that is no line of text is packed: `hopcheck fuzz` writes such tables.
    """
    assert ROLES.get(receiver) in RECEIVERS, f"{receiver} gets no messages; who does: {', '.join(RECEIVERS)}"
    role = ROLES[receiver]
    sent = sequence(datatable, RECEIVERS[role])
    # To the judge it is a case: nothing else is owed of such a run.
    world.stage.scene.tell("case", case="messages that nobody should send")
    wire = Wire(world.stage.scene, world.judge, role)
    try:
        return wire.put(sent)
    finally:
        wire.close()


@then(parsers.re(r"(?P<receiver>[\w -]+) still answers"))
def still_answers(receiver: str, owed: str | None) -> None:
    """It did after these messages what it owes everybody, and broke no contract."""
    assert owed is None, f"{receiver} owes {owed}"
