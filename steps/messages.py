"""Messages that nobody should send, and who gets them (hopcheck fuzz)."""

from __future__ import annotations

from pytest_bdd import then, when

from hopcheck.generated.messages_saved import sequence
from hopcheck.generated.messages_wire import Wire
from steps.world import World


@when("rhc is sent these messages", target_fixture="owed")
def is_sent_messages(world: World, datatable: list[list[str]]) -> str | None:
    """Each is published on the named topic of a host, in Cloud Connector's place, one after the other.

    A message that is no line of text is packed: `hopcheck fuzz rhc` writes such tables.
    """
    # To the judge it is a case: nothing else is owed of such a run.
    world.stage.scene.tell("case", case="messages that nobody should send")
    wire = Wire(world.stage.scene, world.judge)
    try:
        return wire.put(sequence(datatable))
    finally:
        wire.close()


@then("rhc still answers")
def still_answers(owed: str | None) -> None:
    """A ping got its pong and another message its worker, both after these, and rhc broke no contract."""
    assert owed is None, f"rhc owes {owed}"
