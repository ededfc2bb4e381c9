"""What cases of Remediations have given: plans and runs on hosts of the kit's own."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from hopcheck.topology.caller import Answer, as_system
from hopcheck.topology.given.known import given
from hopcheck.topology.guest import Guest
from hopcheck.topology.scene import Scene
from hopcheck.topology.story import System
from hopcheck.trace import Draft, Event, TraceTimeout

PLANS = "/api/remediations/v1/remediations"
DISPATCH = "/internal/v2/dispatch"
TO_DISPATCHER = "remediations>playbook-dispatcher"


@given("a run of a plan")
def _run(scene: Scene) -> Mapping[str, str]:
    return begun(scene)


@given("a user of the UI who cancels a run")
def _cancel(scene: Scene) -> None:
    run = begun(scene)
    scene.user.cancel(run["plan"], run["run"])


@given("a host that goes away between connection status and dispatch")
def _gone(scene: Scene) -> None:
    guest, plan = planned(scene)
    with ThreadPoolExecutor(1) as pool, scene.held(TO_DISPATCHER, dispatches):
        executing = pool.submit(execute, scene, plan)
        scene.wait(lambda e: dispatches(e) and plan in told(e), "the work request")
        guest.say(guest.status("offline"))
        scene.until_connected(guest, False)
    executing.result()


@given("a plan with auto-reboot")
def _reboots(scene: Scene) -> Mapping[str, str]:
    guest, plan = planned(scene, auto_reboot=True)
    owner = as_system(scene.settings.org_id, scene.settings.account, guest.client_id)
    return {"plan": plan, "system": guest.identity.inventory_id, "owner": owner}


def planned(scene: Scene, *, auto_reboot: bool = False) -> tuple[Guest, str]:
    """A host of the kit's own, and a plan for it alone."""
    guest = scene.guest()
    system = System()
    return guest, scene.user.plan("a plan of a case", [(system, guest.identity)], auto_reboot=auto_reboot)


def begun(scene: Scene) -> dict[str, str]:
    """A run of such a plan."""
    guest, plan = planned(scene)
    answer = execute(scene, plan)
    if answer.status != 201:
        raise TraceTimeout(f"execute was answered {answer}\n{scene.trace.tail()}")
    return {"plan": plan, "run": str(answer.json["id"]), "system": guest.identity.inventory_id}


def execute(scene: Scene, plan: str) -> Answer:
    """Ask as the UI would, past the UI: what a case executes is no run of the flow."""
    return scene.ask("remediations", "POST", f"{PLANS}/{plan}/playbook_runs", headers={"x-rh-identity": "${user}"})


def dispatches(seen: Draft | Event) -> bool:
    """Whether somebody hands work requests to the dispatcher."""
    return seen.edge == TO_DISPATCHER and seen.op == "request" and seen.attrs["path"] == DISPATCH


def told(event: Event) -> str:
    """A body as text."""
    return "" if event.payload is None else event.payload.text or ""
