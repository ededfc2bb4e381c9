"""Remediations: what it hands to the dispatcher, and the playbook that it serves."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from hopcheck.checks.clause import Judged, Told, Violation, clause, seen
from hopcheck.checks.history import body, member, segment
from hopcheck.checks.predicate import header
from hopcheck.checks.relations.execution import plays
from hopcheck.checks.runs import asker
from hopcheck.trace import Event

CONSOLE = "https://console.redhat.com/insights/remediations"
SIGNATURE = ("insights_signature", "insights_signature_exclude")
IDENTIFIER = re.compile(r"^# Identifier: \(([^,)]+)", re.M)


@clause("SRV-100")
def execute_is_answered_with_the_run(told: Told) -> Judged:
    """Execute is answered 201 with the run's id, once a work request was handed over and not before."""
    for run in told.attribution.runs:
        if run.dispatches and any(each.status == 207 for each in run.dispatches) and run.execute.answered is not None:
            yield seen(*run.execute.events)
            if run.execute.status != 201 or member(body(run.execute.answered), "id") != run.run_id:
                yield Violation(
                    run.execute.answered,
                    f"201 with id {run.run_id}",
                    f"{run.execute.status}, {body(run.execute.answered)}",
                )
            elif run.dispatches[0].asked.seq > run.execute.answered.seq:
                yield Violation(run.execute.answered, "an answer after the work request", "one before it")


@clause("SRV-102")
def etags_agree(told: Told) -> Judged:
    """Execute and the connection status of the plan bear one ETag while the dispatcher's recipients are the same."""
    statuses = [told.history.exchange(e) for e in told.history.named("remediations.getConnectionStatus.request")]
    asked = [told.history.exchange(e) for e in told.history.named("dispatcher-internal.connectionStatusV2.request")]
    for run in told.attribution.runs:
        before = [
            s
            for s in statuses
            if segment(s.asked, "v1") is not None
            and run.plan in s.asked.attrs["path"]
            and s.asked.seq < run.execute.asked.seq
            and s.status == 200
        ]
        if not before or run.execute.status != 201 or run.execute.answered is None:
            continue
        inner = [[body(a.answered) for a in asked if outer.holds(a.asked)] for outer in (before[-1], run.execute)]
        if not inner[0] or inner[0] != inner[1] or before[-1].answered is None:
            continue
        first, second = header(before[-1].answered, "etag"), header(run.execute.answered, "etag")
        yield seen(before[-1].answered, run.execute.answered)
        if first is None or first != second:
            yield Violation(run.execute.answered, f"ETag {first}", str(second))


@clause("SRV-104")
def work_request_is_complete(told: Told) -> Judged:
    """A direct host's work request has the agreed members, its label is the run's id, its host is localhost.

    There is one for each connected recipient, with the system that the dispatcher named it for, and no other.
    """
    given: set[tuple[str | None, str]] = set()
    for instance in told.attribution.instances:
        item, run = instance.item, instance.run
        if item is None or run is None or instance.dispatch is None:
            continue
        event = instance.dispatch.asked
        yield seen(event)
        if (run.run_id, instance.host) in given:
            yield Violation(event, f"one work request for {instance.host}", "another", host=instance.host)
        given.add((run.run_id, instance.host))
        if run.recipients and (status := instance.recipient.get("status")) != "connected":
            yield Violation(
                event,
                "work requests for connected recipients",
                f"one for {instance.host}, {status}",
                host=instance.host,
            )
        if member(item, "recipient_config") is not None:
            continue
        asked = {"labels": {"playbook-run": run.run_id}, "web_console_url": CONSOLE}
        if (got := {name: item.get(name) for name in asked}) != asked:
            yield Violation(event, str(asked), str(got), host=instance.host)
        hosts = item.get("hosts")
        if (
            not isinstance(hosts, list)
            or len(hosts) != 1
            or member(hosts, 0, "ansible_host") != "localhost"
            or set(hosts[0]) != {"inventory_id", "ansible_host"}
        ):
            yield Violation(
                event, "one host: its inventory_id, and ansible_host localhost", str(hosts), host=instance.host
            )
        elif (own := instance.recipient.get("systems")) is not None and hosts[0]["inventory_id"] not in own:
            yield Violation(
                event, f"a system of {instance.host}: {own}", str(hosts[0]["inventory_id"]), host=instance.host
            )
        if "timeout" in item:
            yield Violation(event, "no timeout", str(item["timeout"]), host=instance.host)


@clause("SRV-105")
def playbook_url_is_agreed(told: Told) -> Judged:
    """The URL is https, names the plan, and ends with hosts=<inventory id>&localhost."""
    for instance in told.attribution.instances:
        if (
            instance.url is None
            or instance.run is None
            or instance.dispatch is None
            or member(instance.item, "recipient_config") is not None
        ):
            continue
        yield seen(instance.dispatch.asked)
        inventory_id = member(instance.item, "hosts", 0, "inventory_id")
        tail = f"/api/remediations/v1/remediations/{instance.run.plan}/playbook?hosts={inventory_id}&localhost"
        if (
            not instance.url.startswith("https://")
            or not instance.url.endswith(tail)
            or instance.url != f"https://{urlsplit(instance.url).netloc}{tail}"
        ):
            yield Violation(instance.dispatch.asked, f"https://<host>{tail}", instance.url, host=instance.host)


@clause("SRV-106")
def owner_is_served_its_playbook(told: Told) -> Judged:
    """The owning host gets 200 (204 where nothing applies) and its own issues, another host's certificate 403."""
    plans = _plans(told)
    owners = {(instance.url or "").partition("/api/")[2]: instance.host for instance in told.attribution.instances}
    for event in told.history.arrow(11):
        exchange = told.history.exchange(event)
        owner = owners.get(str(event.attrs.get("target")).partition("/api/")[2])
        if owner is None or exchange.answered is None or exchange.answered.op != "response":
            continue
        yield seen(*exchange.events)
        asked = (200, 204, 304) if asker(event) == owner else (403, 404)
        if exchange.status not in asked:
            yield Violation(
                exchange.answered, f"{' or '.join(map(str, asked))} for {asker(event)}", str(exchange.status)
            )
        issues = plans.get(str(event.attrs.get("path")).rpartition("/playbook")[0].rpartition("/")[2])
        if exchange.status == 200 and issues is not None and exchange.answered.payload is not None:
            pairs = event.attrs.get("query") or ()
            systems = {system for name, value in pairs if name == "hosts" for system in value.split(",")}
            own = [name for name, of in issues if not systems or systems & of]
            if (got := identifiers(exchange.answered.payload.text or "")) != own:
                yield Violation(exchange.answered, f"the issues {own} of {sorted(systems)}", str(got))


@clause("SRV-107")
def localhost_is_every_plays_host(told: Told) -> Judged:
    """With localhost in the URL every play is for localhost."""
    for event in told.history.arrow(12):
        question = told.history.question(event)
        names = [] if question is None else parse_qsl(str(question.attrs.get("target")).partition("?")[2], True)
        if "localhost" not in dict(names):
            continue
        for play in _plays(event):
            yield seen(event)
            if play.get("hosts") != "localhost":
                yield Violation(event, "hosts: localhost", f"hosts: {play.get('hosts')} in {play.get('name')}")


@clause("SRV-108")
def plays_are_signed(told: Told) -> Judged:
    """Each play carries its signature and what the signature leaves out."""
    for event in told.history.arrow(12):
        yield seen(event)
        if not (found := _plays(event)):
            yield Violation(event, "a list of plays", "none")
        for play in found:
            if lacking := [name for name in SIGNATURE if not (member(play, "vars") or {}).get(name)]:
                yield Violation(event, "signature variables in every play", f"no {lacking} in {play.get('name')}")


def identifiers(playbook: str) -> list[str]:
    """The issues that a playbook says it is for, in its order (server facts B.4)."""
    return IDENTIFIER.findall(playbook)


def _plans(told: Told) -> dict[str, list[tuple[str, set[str]]]]:
    """Each plan's issues, in order, with their systems, as the user created them."""
    plans = {}
    for asked in told.history.named("remediations.createRemediation.request"):
        plan, issues = member(body(told.history.answer(asked)), "id"), member(body(asked), "add", "issues")
        if isinstance(plan, str) and isinstance(issues, list):
            plans[plan] = [(str(member(each, "id")), set(member(each, "systems") or ())) for each in issues]
    return plans


def _plays(event: Event) -> list[dict[str, object]]:
    return plays(event.payload.text or "") if event.payload is not None else []
