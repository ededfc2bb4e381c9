import pytest
from checks_scenes import asked, complete, planned
from checks_world import PLAN, SIGNED


def item(**changes):
    return lambda w: w.body("4", lambda b: b[0].update(changes))


def url(text):
    return lambda w: w.body("4", lambda b: b[0].update(url=b[0]["url"].replace(*text)))


def plays(old, new):
    return lambda w: w.bend("12", payload=SIGNED.replace(old, new).encode())


def identified(*issues):
    heads = "".join(f"# Identifier: ({issue},fix)\n" for issue in issues)
    return lambda w: w.bend("12", payload=SIGNED.replace("---\n", "---\n" + heads).encode())


@pytest.mark.parametrize(
    ("clause", "scene", "bend"),
    [
        ("SRV-100", complete, lambda w: w.bend("3/answer", status=200)),
        ("SRV-102", asked, lambda w: w.bend("3/answer", headers=[["etag", '"other"']])),
        ("SRV-102", asked, lambda w: w.bend("3/answer", headers=[])),
        ("SRV-104", complete, item(timeout=5)),
        ("SRV-104", complete, item(hosts=[{"inventory_id": PLAN}])),
        ("SRV-104", complete, item(web_console_url="https://else/")),
        ("SRV-105", complete, url(("&localhost", ""))),
        ("SRV-105", complete, url(("https:", "http:"))),
        ("SRV-106", complete, lambda w: w.bend("12", status=403)),
        ("SRV-106", complete, lambda w: w.bend("11", tls={"version": "1.3", "client_cn": "somebody"})),
        ("SRV-106", planned, lambda w: w.bend("12", payload=SIGNED.encode())),
        ("SRV-106", planned, identified("test:one", "test:other")),
        ("SRV-106", planned, identified("test:other")),
        ("SRV-107", complete, plays("hosts: localhost", "hosts: all")),
        ("SRV-108", complete, plays("insights_signature_exclude", "other")),
        ("SRV-108", complete, lambda w: w.bend("12", payload=b"no playbook")),
    ],
)
def test_broken(state, clause, scene, bend):
    assert state(scene(), clause) == "pass"
    assert state(bend(scene()), clause) == "fail"


def test_etag_may_differ_where_recipients_do(state):
    world = asked().body("recipients:within/answer", lambda b: b[0].update(status="disconnected"))
    assert state(world.bend("3/answer", headers=[["etag", '"other"']]), "SRV-102") == "not_exercised"
