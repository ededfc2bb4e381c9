"""The scenes of a run, one function a leg of the diagram, and whole runs made of them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from checks_world import (
    BASE,
    CORRELATION,
    DISPATCHER,
    DISPATCHER_RUN,
    HOST,
    INVENTORY,
    MACHINE,
    MESSAGE,
    ORG,
    PLAN,
    PREPARED,
    RETURN_URL,
    ROLES,
    RUN,
    SIGNED,
    STATE,
    STREAM,
    URL,
    WHEN,
    WORKER,
    WORKER_NAME,
    WORKER_PATH,
    YGGD,
    World,
    dbus,
    expect,
    form,
    identity,
    job_event,
    jsonl,
    kafka,
    kit,
    mqtt,
    owned,
    presigned,
    process,
    publish,
    repeated_event,
    request,
    response,
    stream_form,
    text_file,
    worker_event,
)

from hopcheck.trace import Draft

UI, RD, DC = "remediations-ui>remediations", "remediations>playbook-dispatcher", "playbook-dispatcher>cloud-connector"
LABEL = "filter%5Blabels%5D%5Bplaybook-run%5D"
RUN_LABEL = "filter%5Brun%5D%5Blabels%5D%5Bplaybook-run%5D"
METADATA = {"crc_dispatcher_correlation_id": CORRELATION, "return_url": RETURN_URL, "response_interval": "30"}
FACTS = {"insights_id": MACHINE, "fqdn": "host.example"}
RUNNER = [
    "-m",
    "ansible_runner",
    "run",
    "--ident",
    CORRELATION,
    "--playbook",
    f"{STATE}/{CORRELATION}.yaml",
    f"{STATE}/runs",
]
RUNNER_ENV = {
    "PATH": "/sbin:/bin:/usr/sbin:/usr/bin",
    "PYTHONPATH": "/usr/lib64/rhc-worker-playbook",
    "PYTHONDONTWRITEBYTECODE": "1",
    "ANSIBLE_HOME": f"{STATE}/ansible-home",
    "ANSIBLE_REMOTE_TMP": f"{STATE}/ansible-home/remote-tmp",
    "ANSIBLE_COLLECTIONS_PATH": "/usr/share/rhc-worker-playbook/ansible/collections/ansible_collections",
}
UNVERIFIED = "ANSIBLE_PLAYBOOK_SIGNATURE_VALIDATION_FAILED"
BUSY = "ANSIBLE_PLAYBOOK_ALREADY_RUNNING"


def failed(code: str, correlation_id: str = CORRELATION) -> list[dict[str, Any]]:
    """A stream of two lines: started, and failed with a code."""
    return [
        job_event("executor_on_start", -1, correlation_id),
        job_event(
            "executor_on_failed", -1, correlation_id, crc_dispatcher_error_code=code, crc_dispatcher_error_details="so"
        ),
    ]


def complete() -> World:
    """A good run, everything of it: two uploads, three passes."""
    world = opened(World(), expect(uploads=1, passes=2))
    executed(world)
    polled(world, "p1", "running")
    delivered(world)
    handed_over(world)
    verified(world)
    world.add("16", runner("spawn"))
    uploaded(world, "u1", STREAM[:2])
    polled(world, "p2", "running")
    collected(world)
    world.add("24", runner("exit"))
    uploaded(world, "u2", STREAM, last=True)
    world.add("END", worker_event(2, MESSAGE)).add("END/again", repeated_event(2, MESSAGE))
    polled(world, "p3", "success")
    return world.add("closed", kit("closed"))


def two_hosts() -> World:
    """One press of Execute for a plan with two hosts, both good."""
    part = registered(connected(World()))
    delivered(executed(part))
    handed_over(part)
    verified(part)
    part.add("16", runner("spawn"))
    collected(part, "tar-b")
    part.add("24", runner("exit"))
    uploaded(part, "u-b", STREAM, last=True)
    part.add("END", worker_event(2, MESSAGE)).add("END/again", repeated_event(2, MESSAGE))
    part.only(lambda tag: tag not in ("3", "3/answer", "4", "4/answer") and not tag.startswith(("cc/", "com.")))
    ids = {each: each[:-2] + "98" for each in (HOST, INVENTORY, DISPATCHER_RUN, MESSAGE, CORRELATION)}
    part = part.other({**ids, "c-host": "c-hosb", "online-1": "online-2", "rid-get": "rid-geb"}, "'")
    world = complete().insert(part, before="7:p3")
    world.repeat(
        "expect",
        "expect'",
        before="stimulus",
        label="the other host",
        run_key={"plan": PLAN, "client_id": ids[HOST]},
        uploads=0,
    )
    for tag in ("9h:p1", "9h:p2", "9h:p3"):
        record = {**json.loads(world.draft(tag).payload or b"")["data"][0], "run": {"id": ids[DISPATCHER_RUN]}}
        world.body(tag, lambda b, record=record: {**b, "data": [*b["data"], record], "meta": {"count": 2, "total": 2}})
    item = json.loads(_swapped(json.dumps(json.loads(world.draft("4").payload or b"")[0]), ids))
    return world.body("4", lambda b: b.append(item)).body(
        "4/answer", lambda b: b.append({"code": 201, "id": ids[DISPATCHER_RUN]})
    )


def _swapped(text: str, ids: dict[str, str]) -> str:
    for old, new in ids.items():
        text = text.replace(old, new)
    return text


def refused() -> World:
    """A run whose playbook the verifier refused."""
    world = opened(World(), expect("refused"))
    executed(world)
    delivered(world)
    handed_over(world)
    verified(world, status=1)
    return ended(world, failed(UNVERIFIED), "failure")


def failing() -> World:
    """A run whose play failed before its collection."""
    world = opened(World(), expect("failed"))
    executed(world)
    delivered(world)
    handed_over(world)
    verified(world)
    world.add("16", runner("spawn")).add("24", runner("exit", status=2, files={}))
    return ended(world, [*STREAM, failed("UNDEFINED_ERROR")[1]], "failure")


def not_connected() -> World:
    """A run for a host that the connector does not know."""
    world = opened(World(), expect("not_connected"), session=False)
    executed(world, code=404)
    return world.add("closed", kit("closed"))


def busy() -> World:
    """A good run, and a second one of the same plan that arrives while it lasts."""
    world = complete()
    late = executed(World().add("stimulus", kit("stimulus", label="Execute again")))
    delivered(late)
    handed_over(late)
    uploaded(late, "u9", failed(BUSY), last=True)
    late.add("END", worker_event(2, MESSAGE)).add("END/again", repeated_event(2, MESSAGE))
    polled(late, "p9", "failure")
    ids = {each: each[:-2] + "99" for each in (RUN, DISPATCHER_RUN, MESSAGE, CORRELATION)}
    late = late.other({**ids, "rid-run": "rid-rux", "rid-get": "rid-gex"}, "'")
    world.insert(late, before="17:u1")
    return world.repeat(
        "expect", "expect'", before="ready", order=2, outcome="busy", label="the late run", uploads=0, passes=1
    )


def pinged() -> World:
    """A good run, and a ping of its host."""
    ping = {
        "type": "command",
        "message_id": "0d5ac1de-0000-4000-8000-00000000abcd",
        "version": 1,
        "sent": WHEN,
        "content": {"command": "ping", "arguments": None, "message": ""},
    }
    pong = {
        "type": "event",
        "message_id": "pong-1",
        "response_to": ping["message_id"],
        "version": 1,
        "sent": WHEN,
        "content": "pong",
    }
    late = World().add("ping", publish("host", "broker", "rhc", "control/in", ping, 7))
    late.add("pong", publish("host", "rhc", "broker", "control/out", pong, 8))
    return complete().insert(late, before="closed")


def fleet() -> World:
    """Two good hosts and a third of the same plan that is away: Execute goes to the two."""
    away = HOST[:-2] + "97"
    world = two_hosts()
    world.repeat(
        "expect",
        "expect''",
        before="stimulus",
        label="the host that is away",
        outcome="not_connected",
        host_name="away",
        run_key={"plan": PLAN, "client_id": away},
        uploads=0,
    )
    world.insert(recipients(World(), "within", "rid-run"), before="4")
    told = json.loads(world.draft("recipients:within/answer").payload or b"")[0]
    others = [
        {**told, "recipient": HOST[:-2] + "98", "systems": [INVENTORY[:-2] + "98"]},
        {**told, "recipient": away, "systems": [INVENTORY[:-2] + "97"], "status": "disconnected"},
    ]
    return world.body("recipients:within/answer", lambda b: b.extend(others))


def planned() -> World:
    """A good run of a plan that the user was seen to make: one issue for the host, one for another."""
    user = {"x_rh_identity": identity(), "x_rh_insights_request_id": "rid-plan"}
    issues = [{"id": "test:one", "systems": [INVENTORY]}, {"id": "test:other", "systems": [PLAN]}]
    body = {"name": "a plan", "auto_reboot": False, "add": {"issues": issues}}
    create = request(UI, "POST", BASE, "x-plan", body=body, **user)
    world = World().add("plan", create).add("plan/answer", response(create, 201, {"id": PLAN}))
    text = SIGNED.replace("---\n", "---\n# Identifier: (test:one,fix)\n")
    run = complete().insert(world, before="stimulus").bend("12", payload=text.encode())
    digest = sha256(text.encode()).hexdigest()
    args = [*run.draft("13").attrs["args"][:4], {"bytes": len(text), "sha256": digest}]
    run.bend("13", payload=text.encode(), args=args)
    return run.bend("15", stdin=text_file(text), payload=text.encode())


def listed() -> World:
    """A good run whose list of systems the user looked at."""
    world = viewed()
    item = {"system_id": INVENTORY, "system_name": "host", "status": "success", "updated_at": WHEN}
    item |= {"playbook_run_executor_id": RUN, "executor_type": "direct"}
    world.body("9:view", lambda b: {**b, "data": [{**b["data"][0], "inventory_id": INVENTORY, "status": "success"}]})
    body = json.dumps({"meta": {"count": 1, "total": 1}, "data": [item]}).encode()
    path = f"{BASE}/{PLAN}/playbook_runs/{RUN}/systems"
    query = [
        [name, "host,run,stdout,inventory_id,status" if name == "fields[data]" else value]
        for name, value in world.draft("8:view").attrs["query"]
    ]
    world.bend("8:view", attrs={"query": query})
    return world.bend("7:view", path=path, attrs={"target": path}).bend("10:view", payload=body)


def asked() -> World:
    """A good run whose plan was asked for its connection status before."""
    world = World()
    user = {"x_rh_identity": identity(), "x_rh_insights_request_id": "rid-ask"}
    outer = request(UI, "GET", f"{BASE}/{PLAN}/connection_status", "xa", **user)
    world.add("ask", outer)
    recipients(world, "before", "rid-ask")
    head = {
        "x_rh_cloud_connector_client_id": "playbook-dispatcher",
        "x_rh_cloud_connector_psk": "abcdefgh",
        "x_rh_cloud_connector_org_id": ORG,
        "x_rh_insights_request_id": "rid-ask",
    }
    status = request(DC, "GET", f"/api/cloud-connector/v2/connections/{HOST}/status", "xs", **head)
    world.add("status", status).add(
        "status/answer",
        response(
            status,
            200,
            {"status": "connected", "org_id": ORG, "client_id": HOST},
            content_type="application/json; charset=UTF-8",
        ),
    )
    world.add("ask/answer", response(outer, 200, {"meta": {"count": 0, "total": 0}, "data": []}, etag='"1-abc"'))
    run = complete().insert(world, before="stimulus")
    return run.insert(recipients(World(), "within", "rid-run"), before="4")


def recipients(world: World, name: str, request_id: str) -> World:
    inner = request(
        RD,
        "POST",
        "/internal/v2/connection_status",
        f"xc-{name}",
        x_rh_identity=identity(),
        body={"org_id": ORG, "hosts": [INVENTORY]},
        x_rh_insights_request_id=request_id,
    )
    return world.add(f"recipients:{name}", inner).add(
        f"recipients:{name}/answer",
        response(
            inner,
            200,
            [
                {
                    "recipient": HOST,
                    "org_id": ORG,
                    "recipient_type": "directConnect",
                    "sat_id": "",
                    "sat_org_id": "",
                    "systems": [INVENTORY],
                    "status": "connected",
                }
            ],
        ),
    )


def viewed() -> World:
    """A good run whose output the user looked at."""
    user = {"x_rh_identity": identity(), "x_rh_insights_request_id": "rid-view"}
    view = request(UI, "GET", f"{BASE}/{PLAN}/playbook_runs/{RUN}/systems/{INVENTORY}", "xv", **user)
    hosts = request(
        RD,
        "GET",
        f"/api/playbook-dispatcher/v1/run_hosts?{RUN_LABEL}={RUN}&fields%5Bdata%5D=host,run,stdout",
        "xvh",
        **user,
    )
    world = World().add("7:view", view).add("8:view", hosts)
    world.add(
        "9:view",
        response(hosts, 200, page(hosts, {"host": "localhost", "run": {"id": DISPATCHER_RUN}, "stdout": "ok"})),
    )
    world.add(
        "10:view",
        response(
            view,
            200,
            {
                "system_id": INVENTORY,
                "system_name": "host",
                "status": "success",
                "console": "ok",
                "updated_at": WHEN,
                "playbook_run_executor_id": RUN,
            },
            etag='"2-abc"',
        ),
    )
    return complete().insert(world, before="closed")


def ended(world: World, events: list[dict[str, Any]], status: str) -> World:
    uploaded(world, "u2", events, last=True)
    world.add("END", worker_event(2, MESSAGE)).add("END/again", repeated_event(2, MESSAGE))
    polled(world, "p3", status)
    return world.add("closed", kit("closed"))


def opened(world: World, expectation: Any, *, session: bool = True) -> World:
    world.add("run", kit("run", runtime="process", seed=1, versions={}))
    for role in ROLES:
        world.add(f"participant:{role}", kit("participant", role=role, kind="stand-in", version="0.1.0", command=role))
    if session:
        connected(world)
        registered(world)
    return (
        world.add("ready", kit("ready", seconds=1.5))
        .add("expect", expectation)
        .add("stimulus", kit("stimulus", label="Execute"))
    )


def connected(world: World) -> World:
    """Arrow 1: a session of the host, and the connector that hears of it."""
    topics = [f"redhat/insights/{HOST}/data/in", f"redhat/insights/{HOST}/control/in"]
    online = {
        "type": "connection-status",
        "message_id": "online-1",
        "response_to": "",
        "version": 1,
        "sent": WHEN,
        "content": {
            "canonical_facts": FACTS,
            "state": "online",
            "client_version": "0.4.9",
            "dispatchers": {"rhc_worker_playbook": {}, "rhc-worker-playbook": {}},
        },
    }
    will = {
        **online,
        "message_id": "will-1",
        "content": {"canonical_facts": None, "dispatchers": None, "state": "offline", "client_version": "0.4.9"},
    }
    world.add(
        "cc/CONNECT",
        mqtt(
            "CONNECT",
            "connector",
            "cloud-connector",
            "broker",
            protocol_level=4,
            clean_session=False,
            keep_alive=30,
            username=None,
            password=None,
            will=None,
            tls=None,
        ),
    )
    world.add("cc/CONNACK", mqtt("CONNACK", "connector", "broker", "cloud-connector", session_present=False, code=0))
    world.add(
        "cc/SUBSCRIBE",
        mqtt(
            "SUBSCRIBE",
            "connector",
            "cloud-connector",
            "broker",
            packet_id=1,
            filters=[["redhat/insights/+/control/out", 1], ["redhat/insights/+/data/out", 1]],
        ),
    )
    world.add("cc/SUBACK", mqtt("SUBACK", "connector", "broker", "cloud-connector", packet_id=1, codes=[1, 1]))
    world.add(
        "1",
        mqtt(
            "CONNECT",
            "host",
            "rhc",
            "broker",
            protocol_level=4,
            clean_session=True,
            keep_alive=30,
            username=None,
            password=None,
            tls={"version": "TLSv1.3", "client_cn": HOST},
            will={
                "topic": f"redhat/insights/{HOST}/control/out",
                "qos": 1,
                "retain": False,
                "payload": json.dumps(will),
            },
        ),
    )
    world.add("1/CONNACK", mqtt("CONNACK", "host", "broker", "rhc", session_present=False, code=0))
    world.add("1/throwaway", publish("host", "rhc", "broker", "data/out", None, None, qos=0))
    world.add("1/SUBSCRIBE", mqtt("SUBSCRIBE", "host", "rhc", "broker", packet_id=1, filters=[[t, 1] for t in topics]))
    world.add("1/SUBACK", mqtt("SUBACK", "host", "broker", "rhc", packet_id=1, codes=[1, 1]))
    world.add("1/online", publish("host", "rhc", "broker", "control/out", online, 2))
    world.add("1/delivered", publish("connector", "broker", "cloud-connector", "control/out", online, 9))
    world.add("1/PUBACK", mqtt("PUBACK", "host", "broker", "rhc", packet_id=2))
    return world.add("cc/PUBACK", mqtt("PUBACK", "connector", "cloud-connector", "broker", packet_id=9))


def registered(world: World) -> World:
    """Arrow 2: the daemon's two names, then the worker's, and its STARTED."""
    for name, sender in (("com.redhat.Yggdrasil1", YGGD), ("com.redhat.Yggdrasil1.Dispatcher1", DISPATCHER)):
        world.add(name, owned(name, sender, name)).add(f"{name}/owned", owned(name, sender, name, "return"))
    world.add("2/call", owned(WORKER_NAME, WORKER, "w")).add("2", owned(WORKER_NAME, WORKER, "w", "return"))
    return world.add("2/STARTED", worker_event(4, ""))


def executed(world: World, *, code: int = 201) -> World:
    """Arrows 3 to 5, with the connection status asked before."""
    user = {"x_rh_identity": identity(), "x_rh_insights_request_id": "rid-run"}
    execute = request(UI, "POST", f"{BASE}/{PLAN}/playbook_runs", "x3", **user)
    item = {
        "recipient": HOST,
        "org_id": ORG,
        "principal": "tester",
        "url": URL,
        "name": "the plan",
        "web_console_url": "https://console.redhat.com/insights/remediations",
        "labels": {"playbook-run": RUN},
        "hosts": [{"inventory_id": INVENTORY, "ansible_host": "localhost"}],
    }
    dispatch = request(RD, "POST", "/internal/v2/dispatch", "x4", body=[item], authorization="PSK abcdefgh", **user)
    message = request(
        DC,
        "POST",
        f"/api/cloud-connector/v2/connections/{HOST}/message",
        "x5",
        body={"directive": "rhc-worker-playbook", "metadata": METADATA, "payload": URL},
        x_rh_cloud_connector_client_id="playbook-dispatcher",
        x_rh_cloud_connector_psk="abcdefgh",
        x_rh_cloud_connector_org_id=ORG,
        x_rh_insights_request_id="rid-run",
    )
    charset = {"content_type": "application/json; charset=UTF-8"}
    no = "No connection to the rhc client"
    world.add("3", execute).add("4", dispatch).add("5", message)
    if code == 201:
        world.add("6/published", publish("connector", "cloud-connector", "broker", "data/in", data_message(), 5))
        world.add("5/answer", response(message, 201, {"id": MESSAGE}, **charset))
        world.add("4/answer", response(dispatch, 207, [{"code": 201, "id": DISPATCHER_RUN}]))
    else:
        world.add("5/answer", response(message, 404, {"title": no, "detail": no, "status": 404}, **charset))
        world.add("4/answer", response(dispatch, 207, [{"code": 404, "message": "Recipient not found"}]))
    return world.add("3/answer", response(execute, 201, {"id": RUN}, etag='"1-abc"'))


def data_message() -> dict[str, Any]:
    return {
        "type": "data",
        "message_id": MESSAGE,
        "response_to": "",
        "version": 1,
        "sent": WHEN,
        "directive": "rhc-worker-playbook",
        "metadata": METADATA,
        "content": URL,
    }


def polled(world: World, name: str, status: str) -> World:
    """Arrows 7 to 10: one pass, in which Remediations asks for runs and hosts."""
    user = {"x_rh_identity": identity(), "x_rh_insights_request_id": f"rid-{name}"}
    poll = request(UI, "GET", f"{BASE}/{PLAN}/playbook_runs/{RUN}", f"x7-{name}", **user)
    runs = request(
        RD,
        "GET",
        f"/api/playbook-dispatcher/v1/runs?filter%5Bservice%5D=remediations&{LABEL}={RUN}"
        "&fields%5Bdata%5D=id&fields%5Bdata%5D=status,service",
        f"x8-{name}",
        **user,
    )
    hosts = request(RD, "GET", f"/api/playbook-dispatcher/v1/run_hosts?{RUN_LABEL}={RUN}", f"x8h-{name}", **user)
    executor = {
        "executor_id": RUN,
        "executor_name": "Direct connected",
        "status": status,
        "system_count": 1,
        "updated_at": WHEN,
        "playbook": URL,
        "playbook_run_id": RUN,
        "counts": {"pending": 0, "running": 0, "success": 0, "failure": 0, "canceled": 0},
    }
    shown = {
        "id": RUN,
        "status": status,
        "remediation_id": PLAN,
        "created_at": WHEN,
        "updated_at": WHEN,
        "created_by": {"username": "tester", "first_name": "T", "last_name": "R"},
        "executors": [executor],
    }
    world.add(f"7:{name}", poll)
    world.add(f"8:{name}", runs).add(
        f"9:{name}",
        response(runs, 200, page(runs, {"id": DISPATCHER_RUN, "status": status, "service": "remediations"})),
    )
    world.add(f"8h:{name}", hosts).add(
        f"9h:{name}",
        response(hosts, 200, page(hosts, {"host": "localhost", "run": {"id": DISPATCHER_RUN}, "status": status})),
    )
    return world.add(f"10:{name}", response(poll, 200, shown))


def page(asked: Draft, *data: dict[str, Any]) -> dict[str, Any]:
    link = asked.attrs["target"]
    return {
        "data": list(data),
        "meta": {"count": len(data), "total": len(data)},
        "links": {"first": link, "last": link},
    }


def delivered(world: World) -> World:
    world.add("6", publish("host", "broker", "rhc", "data/in", data_message(), 6))
    return world.add("6/PUBACK", mqtt("PUBACK", "host", "rhc", "broker", packet_id=6))


def handed_over(world: World) -> World:
    """Arrows 11 to 13, and the worker's BEGIN."""
    get = request(
        "rhc>remediations",
        "GET",
        URL.partition(":8443")[2],
        "x11",
        host=HOST,
        user_agent="yggd/0.4.9",
        x_rh_identity=identity("System"),
        x_rh_insights_request_id="rid-get",
    )
    ask = dbus(
        "call",
        "org.freedesktop.DBus.Properties",
        "Get",
        ["com.redhat.Yggdrasil1.Worker1", "RemoteContent"],
        DISPATCHER,
        WORKER,
        WORKER_PATH,
        "ss",
        "x13p",
    )
    told = dbus(
        "return", "org.freedesktop.DBus.Properties", "Get", [True], WORKER, DISPATCHER, WORKER_PATH, "v", "x13p"
    )
    data = SIGNED.encode()
    call = dbus(
        "call",
        "com.redhat.Yggdrasil1.Worker1",
        "Dispatch",
        ["rhc_worker_playbook", MESSAGE, "", METADATA, data],
        DISPATCHER,
        WORKER,
        WORKER_PATH,
        "sssa{ss}ay",
        "x13",
        data,
    )
    back = dbus("return", "com.redhat.Yggdrasil1.Worker1", "Dispatch", [], WORKER, DISPATCHER, WORKER_PATH, "", "x13")
    world.add("13/Get", ask).add("13/Got", told).add("11", get)
    world.add(
        "12",
        response(
            get,
            200,
            data,
            content_type="text/vnd.yaml",
            etag='W/"1"',
            content_disposition='attachment;filename="plan-1.yml"',
        ),
    )
    world.add("13", call).add("BEGIN", worker_event(1, MESSAGE)).add("BEGIN/again", repeated_event(1, MESSAGE))
    return world.add("13/answer", back)


def verified(world: World, *, status: int = 0) -> World:
    edge, program = "rhc-worker-playbook>insights-client", "/usr/libexec/rhc-playbook-verifier"
    said = (SIGNED + "\n").encode() if status == 0 else b"no"
    world.add("14", process("spawn", edge, program, ["--stdin"], "x14"))
    return world.add(
        "15", process("exit", edge, program, ["--stdin"], "x14", payload=said, status=status, stdin=text_file(SIGNED))
    )


def runner(op: str, **attrs: Any) -> Any:
    edge = "rhc-worker-playbook>ansible-runner"
    files = {f"{STATE}/{CORRELATION}.yaml": text_file(PREPARED)}
    if op == "spawn":
        return process(op, edge, "/usr/bin/python3", RUNNER, "x16", files=files, env=RUNNER_ENV, **attrs)
    status = {f"{STATE}/runs/artifacts/{CORRELATION}/status": text_file("successful")}
    return process(op, edge, "/usr/bin/python3", RUNNER, "x16", payload=b"", **{"files": status, **attrs})


def collected(world: World, key: str = "tar") -> World:
    """Arrows 22 and 23, with the tarball's own staging and announce."""
    edge, program = "ansible-runner>insights-client", "/usr/bin/insights-client"
    world.add("22", process("spawn", edge, program, [], "x22"))
    tarball = form(
        ("file", "insights-host-1.tar.gz", "application/vnd.redhat.advisor.collection+tgz", b"\x1f\x8btar"),
        ("metadata", "metadata", None, json.dumps(FACTS).encode()),
    )
    post = request(
        "insights-client>ingress",
        "POST",
        "/api/ingress/v1/upload",
        "x23",
        body=tarball,
        host=HOST,
        content_type="multipart/form-data; boundary=sep",
        user_agent="insights-client",
        x_rh_identity=identity("System"),
        x_rh_insights_request_id=key,
    )
    world.add("23", post)
    staged(world, key, f"18:{key}", b"\x1f\x8btar")
    world.add("23/answer", response(post, 202, {"request_id": key, "upload": {"org_id": ORG}}))
    announced(world, key, f"19:{key}", "advisor", "collection", "application/vnd.redhat.advisor.collection+tgz", 5)
    return world.add("22/exit", process("exit", edge, program, [], "x22", payload=b""))


def uploaded(
    world: World, key: str, events: list[dict[str, Any]], *, last: bool = False, message_id: str = MESSAGE
) -> World:
    """Arrows 17 to 21, or 25 to 30, of one upload, handed over by Transmit."""
    first, put, announce, fetch, got = ("25", "27", "28", "29", "30") if last else ("17", "18", "19", "20", "21")
    data = jsonl(events)
    posted = stream_form(data)
    transmit = dbus(
        "call",
        "com.redhat.Yggdrasil1.Dispatcher1",
        "Transmit",
        [
            RETURN_URL,
            f"0d5ac1de-0000-4000-8000-{int(sha256(key.encode()).hexdigest()[:8], 16):012x}",
            message_id,
            {"Content-Type": "multipart/form-data; boundary=sep"},
            posted,
        ],
        WORKER,
        DISPATCHER,
        "/com/redhat/Yggdrasil1/Dispatcher1",
        "sssa{ss}ay",
        f"xt-{key}",
        posted,
    )
    post = request(
        "rhc>ingress",
        "POST",
        "/api/ingress/v1/upload",
        f"x17-{key}",
        body=posted,
        host=HOST,
        content_type="multipart/form-data; boundary=sep",
        Content_Type="",
        user_agent="yggd/0.4.9",
        x_rh_identity=identity("System"),
        x_rh_insights_request_id=key,
    )
    post.attrs["headers"] = [h for h in post.attrs["headers"] if h[0] != "Content-Type"]
    world.add(f"T:{key}", transmit).add(f"{first}:{key}", post)
    staged(world, key, f"{put}:{key}", data)
    answer = response(post, 202, {"request_id": key, "upload": {"org_id": ORG}})
    world.add(f"{first}:{key}/answer", answer)
    back = [202, {"content-type": "application/json"}, answer.payload]
    world.add(
        f"T:{key}/answer",
        dbus(
            "return",
            "com.redhat.Yggdrasil1.Dispatcher1",
            "Transmit",
            back,
            DISPATCHER,
            WORKER,
            "/com/redhat/Yggdrasil1/Dispatcher1",
            "ia{ss}ay",
            f"xt-{key}",
            answer.payload,
        ),
    )
    announced(world, key, f"{announce}:{key}", "playbook", "v1", "application/vnd.redhat.playbook.v1+jsonl", len(data))
    get = request("playbook-dispatcher>s3", "GET", presigned(key), f"x20-{key}", host=None)
    get.attrs["headers"] = [["host", "store.example:9000"]]
    world.add(f"{fetch}:{key}", get)
    world.add(f"{got}:{key}", response(get, 200, data, content_type="application/gzip"))
    return validated(world, key, events)


def staged(world: World, key: str, tag: str, data: bytes) -> World:
    put = request(
        "ingress>s3",
        "PUT",
        f"/staging/{quote(key)}",
        f"x18-{key}",
        body=data,
        content_type="application/gzip",
        authorization="AWS4-HMAC-SHA256 Credential=a",
        x_amz_meta_requestid=key,
        x_amz_meta_account="",
        x_amz_meta_org=ORG,
    )
    return world.add(tag, put).add(f"{tag}/answer", response(put, 200, b"", etag='"1"'))


def announced(world: World, key: str, tag: str, service: str, category: str, content_type: str, size: int) -> World:
    place = len(world.steps)
    for status in ("received", "success"):
        world.add(
            f"track:{key}:{status}",
            kafka(
                "platform.payload-status",
                {
                    "service": "ingress",
                    "org_id": ORG,
                    "account": "",
                    "request_id": key,
                    "status": status,
                    "status_msg": status,
                    "date": WHEN,
                },
                offset=place + (status == "success"),
            ),
        )
    return world.add(
        tag,
        kafka(
            "platform.upload.announce",
            {
                "account": "",
                "org_id": ORG,
                "principal": ORG,
                "request_id": key,
                "service": service,
                "category": category,
                "content_type": content_type,
                "size": size,
                "url": "http://store.example:9000" + presigned(key),
                "b64_identity": identity("System"),
                "timestamp": WHEN,
                "metadata": {
                    **(FACTS | {"reporter": "ingress"} if service == "advisor" else {"reporter": ""}),
                    "stale_timestamp": WHEN,
                },
            },
            offset=place,
            service=service,
        ),
    )


def validated(world: World, key: str, events: list[dict[str, Any]]) -> World:
    """What the dispatcher's validator says of a stream: success, then the update."""
    place, stream = len(world.steps), [{**e, "stdout": e["stdout"]} for e in events]
    correlation_id = events[0]["event_data"]["crc_dispatcher_correlation_id"]
    common = {"org_id": ORG, "request_id": key, "b64_identity": identity("System")}
    world.add(
        f"valid:{key}",
        kafka(
            "platform.upload.validation",
            {
                **common,
                "account": "",
                "service": "playbook",
                "category": "v1",
                "size": 1,
                "timestamp": WHEN,
                "url": "http://store.example:9000" + presigned(key),
                "validation": "success",
            },
            key="",
            offset=place,
        ),
    )
    return world.add(
        f"update:{key}",
        kafka(
            "platform.playbook-dispatcher.runner-updates",
            {**common, "upload_timestamp": WHEN, "events": stream},
            key=correlation_id,
            offset=place + 1,
            service="playbook",
            x_rh_insights_request_id=key,
            x_rh_insights_playbook_dispatcher_correlation_id=correlation_id,
        ),
    )
