import pytest
from checks_scenes import complete
from checks_world import form

GZIP = "application/vnd.redhat.advisor.collection+tgz"


def renamed(*names):
    def bend(world):
        parts = [
            (name, "insights-host-1.tar.gz", GZIP, data)
            for name, data in zip(names, (b"\x1f\x8btar", b"another"), strict=False)
        ]
        return world.bend("23", payload=form(*parts))

    return bend


def metadata(**changes):
    return lambda w: w.body("19:tar", lambda b: b["metadata"].update(changes))


@pytest.mark.parametrize(
    ("clause", "bend"),
    [
        ("ING-03", lambda w: w.bend("18:u1", payload=b"other")),
        ("ING-03", renamed("other", "upload")),
        ("ING-03", renamed("upload", "file")),
        ("ING-03", renamed("other")),
        ("ING-05", lambda w: w.body("19:u1", lambda b: b.update(category="v2"))),
        ("ING-05", lambda w: w.body("19:tar", lambda b: b.update(service="playbook"))),
        ("ING-13", metadata(reporter="")),
        ("ING-13", metadata(fqdn="other.example")),
        ("ING-13", lambda w: w.body("19:tar", lambda b: b["metadata"].pop("insights_id") and None)),
    ],
)
def test_broken(state, clause, bend):
    assert state(complete(), clause) == "pass"
    assert state(bend(complete()), clause) == "fail"


@pytest.mark.parametrize("names", [["upload"], ["file", "upload"]])
def test_file_comes_before_upload(state, names):
    assert state(renamed(*names)(complete()), "ING-03") == "pass"


def test_unreadable_metadata_is_not_passed_on(state):
    world = complete()
    world.bend("23", payload=world.draft("23").payload.replace(b'{"insights_id', b"{insights_id"))
    assert state(metadata(reporter="")(world), "ING-13") == "not_exercised"
