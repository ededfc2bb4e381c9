"""Changes made by hand, five of each kind of contract, each with what a person says of it.

``breaks`` are the roles that it breaks, ``first`` those that go first where it breaks nobody; ``witness`` is whether
there is something to show.
"""

from __future__ import annotations

from dataclasses import dataclass

from hopcheck.evolution.difference import (
    ASYNCAPI,
    BREAKING,
    CLAUSE,
    COMPATIBLE,
    DBUS,
    DIAGRAM,
    DOC_ONLY,
    OPENAPI,
    SCHEMA,
)

INTERNAL, PUBLIC = "openapi/dispatcher-internal.yaml", "openapi/dispatcher-public.yaml"
KAFKA, MQTT = "asyncapi/kafka.yaml", "asyncapi/mqtt.yaml"
WORKER = "dbus/com.redhat.Yggdrasil1.Worker1.xml"
LINES = "schemas/ansibleRunnerJobEvent.yaml"


@dataclass(frozen=True)
class HandMade:
    kind: str
    name: str
    file: str
    replaced: tuple[tuple[str, str], ...]
    verdict: str
    breaks: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    witness: bool = True


def of(kind, name, file, before, after, verdict, *breaks, first=(), witness=True):
    return HandMade(kind, name, file, ((before, after),), verdict, frozenset(breaks), frozenset(first), witness)


CHANGES = (
    of(
        OPENAPI,
        "a request's member becomes required",
        INTERNAL,
        "required: [run_id, org_id, principal]",
        "required: [run_id, org_id, principal, reason]",
        BREAKING,
        "remediations",
    ),
    of(
        OPENAPI,
        "an answer has one value more",
        INTERNAL,
        "code: {enum: [202, 400, 404, 409, 500], x-clauses: [SRV-030]}",
        "code: {enum: [202, 400, 404, 409, 410, 500], x-clauses: [SRV-030]}",
        BREAKING,
        "remediations",
    ),
    of(
        OPENAPI,
        "an optional parameter more",
        PUBLIC,
        "        - {name: 'filter[recipient]', in: query, schema: {type: string, format: uuid}}\n",
        "        - {name: 'filter[recipient]', in: query, schema: {type: string, format: uuid}}\n"
        "        - {name: 'filter[name]', in: query, schema: {type: string}}\n",
        COMPATIBLE,
        first=["playbook-dispatcher"],
    ),
    of(
        OPENAPI,
        "an answer that is given no longer",
        INTERNAL,
        "        '500': {description: One of them could not be asked.}\n",
        "",
        COMPATIBLE,
        first=["playbook-dispatcher"],
    ),
    of(
        OPENAPI,
        "a description",
        INTERNAL,
        "description: The batch was taken; one element for each item, in order.",
        "description: The batch was taken.",
        DOC_ONLY,
        witness=False,
    ),
    of(
        ASYNCAPI,
        "a member more in a record that is closed",
        KAFKA,
        "        id: {type: string}\n        b64_identity: {$ref: '#/components/schemas/identityHeader'}\n"
        "        timestamp: {type: string, format: date-time}\n        metadata:",
        "        id: {type: string}\n        region: {type: string}\n"
        "        b64_identity: {$ref: '#/components/schemas/identityHeader'}\n"
        "        timestamp: {type: string, format: date-time}\n        metadata:",
        BREAKING,
        "playbook-dispatcher",
    ),
    of(
        ASYNCAPI,
        "a member more in a record that is open",
        KAFKA,
        "        status_msg: {type: string, minLength: 1}\n",
        "        status_msg: {type: string, minLength: 1}\n        size: {type: integer}\n",
        COMPATIBLE,
        witness=False,
    ),
    of(
        ASYNCAPI,
        "one command more",
        MQTT,
        "command: {enum: [ping, disconnect, reconnect, cancel]}",
        "command: {enum: [ping, disconnect, reconnect, cancel, restart]}",
        BREAKING,
        "rhc",
    ),
    of(
        ASYNCAPI,
        "another quality of service",
        MQTT,
        "    x-clauses: [H-006, H-038]\n    bindings: {mqtt: {qos: 1, retain: false}}",
        "    x-clauses: [H-006, H-038]\n    bindings: {mqtt: {qos: 0, retain: false}}",
        BREAKING,
        "rhc",
        "cloud-connector",
    ),
    of(
        ASYNCAPI,
        "shorter ids",
        MQTT,
        "messageId: {type: string, minLength: 1, maxLength: 40}",
        "messageId: {type: string, minLength: 1, maxLength: 36}",
        BREAKING,
        "rhc",
    ),
    of(
        DBUS,
        "an argument of another type",
        WORKER,
        '<arg type="s" name="cancel_id" direction="in"/>',
        '<arg type="u" name="cancel_id" direction="in"/>',
        BREAKING,
        "rhc",
    ),
    of(
        DBUS,
        "a method more",
        WORKER,
        '    <method name="Cancel">',
        '    <method name="Pause"><arg type="s" name="id" direction="in"/></method>\n    <method name="Cancel">',
        COMPATIBLE,
        first=["rhc-worker-playbook"],
    ),
    of(
        DBUS,
        "a method is gone",
        "dbus/com.redhat.Yggdrasil1.xml",
        '    <method name="ListWorkers">\n'
        '      <arg type="a{sa{ss}}" name="workers" direction="out"/>\n    </method>\n',
        "",
        BREAKING,
        "rhc-worker-playbook",
    ),
    of(
        DBUS,
        "an argument of another name",
        WORKER,
        '<arg type="s" name="cancel_id" direction="in"/>',
        '<arg type="s" name="cancelled" direction="in"/>',
        DOC_ONLY,
        witness=False,
    ),
    of(
        DBUS,
        "one event more",
        "dbus/arguments.yaml",
        "schema: {prefixItems: [{enum: [1, 2, 3]}]}",
        "schema: {prefixItems: [{enum: [1, 2, 3, 4]}]}",
        BREAKING,
        "rhc-worker-playbook",
    ),
    of(
        SCHEMA,
        "a line must have one member more",
        LINES,
        "    required: [event_data]\n    x-clauses: [H-052]",
        "    required: [event_data, runner_ident]\n    x-clauses: [H-052]",
        BREAKING,
        "rhc-worker-playbook",
    ),
    of(
        SCHEMA,
        "a line may have one member more",
        LINES,
        "      runner_ident: {type: string}\n",
        "      runner_ident: {type: string}\n      pid: {type: integer}\n",
        BREAKING,
        "playbook-dispatcher",
    ),
    of(
        SCHEMA,
        "an answer's member of one type more",
        "schemas/signedPlaybook.yaml",
        "    hosts: {type: string, minLength: 1}",
        "    hosts: {type: [string, array], minLength: 1}",
        BREAKING,
        "rhc",
        "remediations-ui",
    ),
    of(
        SCHEMA,
        "the same said in other words",
        "schemas/canonicalFacts.yaml",
        "  satellite_id: {type: [string, integer]}",
        "  satellite_id: {anyOf: [{type: integer}, {type: string}]}",
        COMPATIBLE,
        witness=False,
    ),
    of(
        SCHEMA,
        "a title",
        "schemas/identity.yaml",
        "title: x-rh-identity, decoded",
        "title: The identity",
        DOC_ONLY,
        witness=False,
    ),
    of(
        CLAUSE,
        "a clause that binds no longer",
        "clauses/server.yaml",
        "- id: SRV-003\n  level: MUST",
        "- id: SRV-003\n  level: QUIRK",
        COMPATIBLE,
    ),
    of(
        CLAUSE,
        "a clause that binds from now on",
        "clauses/observed.yaml",
        "- id: OBS-06\n  level: QUIRK",
        "- id: OBS-06\n  level: MUST",
        BREAKING,
        "remediations",
    ),
    of(
        CLAUSE,
        "a clause that binds one role less",
        "clauses/server.yaml",
        "    An org id has 1 to 10 characters.\n  roles: [remediations, playbook-dispatcher]",
        "    An org id has 1 to 10 characters.\n  roles: [playbook-dispatcher]",
        COMPATIBLE,
    ),
    of(
        CLAUSE,
        "a clause that fails nothing any longer",
        "clauses/host.yaml",
        "- id: H-059\n  level: MUST",
        "- id: H-059\n  level: SHOULD",
        COMPATIBLE,
    ),
    of(
        CLAUSE,
        "a text",
        "clauses/server.yaml",
        "    A dispatch batch has 1 to 50 items.",
        "    A batch has 1 to 50 items.",
        DOC_ONLY,
        witness=False,
    ),
    of(
        DIAGRAM,
        "an arrow more",
        "flow.mmd",
        "  i ->> pbd: upload announce (last)\n",
        "  i ->> pbd: upload announce (last)\n  pbd ->> rm: run finished\n",
        BREAKING,
        "playbook-dispatcher",
        "remediations",
    ),
    of(
        DIAGRAM,
        "an arrow before another",
        "flow.mmd",
        "  i ->> s3: playbook job event data (last)\n\n  i ->> pbd: upload announce (last)\n",
        "  i ->> pbd: upload announce (last)\n  i ->> s3: playbook job event data (last)\n",
        BREAKING,
        "ingress",
        "playbook-dispatcher",
    ),
    of(
        DIAGRAM,
        "an arrow that need not come",
        "flow.mmd",
        "  i ->> s3: playbook job event data (last)\n",
        "  opt staged\n  i ->> s3: playbook job event data (last)\n  end\n",
        BREAKING,
        "s3",
    ),
    of(
        DIAGRAM,
        "one try less",
        "hops.yaml",
        "    - {request: 29, response: 30, tries: 3}",
        "    - {request: 29, response: 30, tries: 2}",
        BREAKING,
        "playbook-dispatcher",
    ),
    of(
        DIAGRAM,
        "an arrow of another text",
        "flow.mmd",
        "a -->> rwp: playbook complete",
        "a -->> rwp: playbook done",
        DOC_ONLY,
        witness=False,
    ),
)
