"""Handing a playbook over: from the message on the host's topic to the worker, and the worker's life signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member
from hopcheck.checks.instance import Instance, handed
from hopcheck.checks.predicate import resolve

SIGNATURE = "sssa{ss}ay"
WORKER = "com.redhat.Yggdrasil1.Worker1."
PLAYBOOK_WORKER = "rhc-worker-playbook"
BEGIN, END = 1, 2
PROPERTIES: Mapping[str, Callable[[object], bool]] = {
    "Features": lambda value: isinstance(value, dict) and all(isinstance(text, str) for text in value.values()),
    "RemoteContent": lambda value: isinstance(value, bool),
}


@clause("H-026")
def hyphens_become_underscores(told: Told) -> Judged:
    """The worker is addressed by the directive with underscores, whatever it is asked."""
    for call in told.history.named("dbus.Properties.Get.call"):
        name = str(resolve(call, "destination"))
        if name.startswith(WORKER) and "-" in name:
            yield Violation(call, name.replace("-", "_"), name)
    for instance in told.attribution.instances:
        for each in instance.handovers:
            directive = str(member(body(instance.delivered[0]), "directive")) if instance.delivered else None
            if directive is None:
                continue
            yield seen(each.asked)
            got, scrubbed = str(resolve(each.asked, "path")).rpartition("/")[2], directive.replace("-", "_")
            if got != scrubbed or resolve(each.asked, "args.0") != scrubbed:
                yield Violation(each.asked, f"path and addr {scrubbed}", f"{got}, {resolve(each.asked, 'args.0')}")


@clause("H-028")
def playbook_is_what_was_fetched(told: Told) -> Judged:
    """The data of Dispatch is the body of the playbook response, byte for byte."""
    for instance in told.attribution.instances:
        answers = [each.answered for each in instance.gets if each.answered is not None]
        bodies = [answer.payload for answer in answers if answer.payload is not None]
        for each in instance.handovers if bodies else ():
            yield seen(each.asked)
            if handed(each.asked) not in {payload.sha256 for payload in bodies}:
                yield Violation(each.asked, f"data with digest {bodies[-1].sha256}", str(handed(each.asked)))


@clause("H-032")
def dispatch_hands_the_message_over(told: Told) -> Judged:
    """Dispatch has the declared signature, and the message's id, response_to and metadata.

    A message comes from the connector, or from somebody on the host's bus, who knows of nothing that it answers.
    """
    ids = {
        (e.host, resolve(e, "args.1")): {"response_to": "", "metadata": resolve(e, "args.2")}
        for e in told.history.named("dbus.Yggdrasil1.Dispatch.call")
    }
    ids |= {(e.host, member(body(e), "message_id")): body(e) for e in told.history.arrow(6)}
    for call in told.history.arrow(13):
        # What the kit hands over itself is no message's.
        if call.attrs.get("fault"):
            continue
        yield seen(call)
        if call.attrs.get("signature") != SIGNATURE:
            yield Violation(call, f"signature {SIGNATURE}", str(call.attrs.get("signature")))
        message = ids.get((call.host, resolve(call, "args.1")))
        if message is None:
            yield Violation(call, "the id of a message to this host", str(resolve(call, "args.1")))
            continue
        for place, name in ((2, "response_to"), (3, "metadata")):
            asked, got = member(message, name), resolve(call, f"args.{place}")
            if (asked or type(got)()) != got:
                yield Violation(call, f"{name} {asked!r}", repr(got))


@clause("H-034")
def worker_has_its_properties(told: Told) -> Judged:
    """A worker that is asked for Features tells a map of texts, and a truth value for RemoteContent."""
    for answer in told.history.named("dbus.Properties.Get.return", "dbus.Properties.Get.error"):
        question = told.history.question(answer)
        if question is None or resolve(question, "args.0") != WORKER[:-1] or answer.source != PLAYBOOK_WORKER:
            continue
        name = str(resolve(question, "args.1"))
        if name not in PROPERTIES:
            continue
        yield seen(answer)
        value = resolve(answer, "args.0") if answer.op == "return" else answer.attrs.get("error_name")
        if answer.op != "return" or not PROPERTIES[name](value):
            yield Violation(answer, f"property {name}", str(value))


@clause("H-039")
def dispatch_is_bracketed_by_events(told: Told) -> Judged:
    """Every accepted Dispatch has BEGIN and later END, and neither is told of what this host was not given."""
    given = {(call.host, resolve(call, "args.1")) for call in told.history.arrow(13)}
    for part in ("begin", "end"):
        for signal in told.history.arrow(13, part):
            if (signal.host, resolve(signal, "args.1")) not in given:
                yield Violation(signal, "the id of a dispatched message", str(resolve(signal, "args.1")))
    for instance in told.attribution.instances:
        for each in instance.handovers[:1]:
            if each.answered is None or each.answered.op != "return":
                continue
            yield seen(each.asked, *instance.begins, *instance.ends)
            if len(instance.begins) < len(instance.handovers):
                yield Violation(each.asked, "Event BEGIN", "none", absent=True)
            elif len(instance.ends) < len(instance.handovers) and not _at_work(instance):
                yield Violation(each.asked, "Event END", "none", absent=True)
            elif instance.ends and instance.ends[0].seq < instance.begins[0].seq:
                yield Violation(instance.ends[0], "Event END after BEGIN", "before it")


@clause("H-040")
def owner_says_it_started(told: Told) -> Judged:
    """A worker that was granted its name emits STARTED with empty ids."""
    for registration in {id(r): r for i in told.attribution.instances for r in i.registrations}.values():
        yield seen(registration.owned.answered, registration.started)
        signal = registration.started
        if signal is None:
            yield Violation(registration.owned.answered, "Event STARTED", "none", absent=True)
        elif resolve(signal, "args.1") or resolve(signal, "args.2"):
            yield Violation(signal, "empty ids", f"{resolve(signal, 'args.1')}, {resolve(signal, 'args.2')}")


@clause("H-041")
def worker_events_are_repeated(told: Told) -> Judged:
    """Each BEGIN and END of a dispatched message is re-emitted as WorkerEvent with the worker's name first."""
    repeated = list(told.history.named("dbus.Yggdrasil1.WorkerEvent.signal"))
    for instance in told.attribution.instances:
        for event in (*instance.begins, *instance.ends):
            worker = str(resolve(event, "path")).rpartition("/")[2]
            asked = [worker, resolve(event, "args.0"), resolve(event, "args.1")]
            found = [e for e in repeated if e.host == event.host and (e.attrs.get("args") or [])[:3] == asked]
            yield seen(event, *found)
            if not found:
                yield Violation(event, f"WorkerEvent {asked}", "none", absent=True)


@clause("H-043")
def worker_asks_for_remote_content(told: Told) -> Judged:
    """The playbook worker owns the name of its directive, and RemoteContent is true."""
    for instance in told.attribution.instances:
        asked = WORKER + str(instance.message.get("directive")).replace("-", "_")
        owned = instance.registrations if instance.delivered else []
        yield seen(*(event for each in owned for event in each.owned.events))
        if owned and asked not in [each.name for each in owned]:
            yield Violation(owned[-1].owned.asked, asked, owned[-1].name)
    for answer in told.history.named("dbus.Properties.Get.return"):
        question = told.history.question(answer)
        # A worker of the kit's own may want what it likes.
        if answer.attrs.get("fault") or question is None:
            continue
        if resolve(question, "args.1") == "RemoteContent":
            yield seen(answer)
            if resolve(answer, "args.0") is not True:
                yield Violation(answer, "RemoteContent true", str(resolve(answer, "args.0")))


def _at_work(instance: Instance) -> bool:
    """Whether something that the worker waits for has not ended."""
    return not all(each.has_ended for each in (*instance.verifiers, *instance.runners))
