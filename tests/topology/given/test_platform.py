from types import SimpleNamespace

from hopcheck.topology.given import GIVEN


class Scene:
    """Says what was asked."""

    def __init__(self):
        self.log = []

    def ask(self, role, method, path, **request):
        self.log.append((role, method, path, request.get("json")))
        return SimpleNamespace(json={"data": [{"id": 7}]})


def test_a_source_is_made_and_looked_for():
    scene = Scene()
    values = GIVEN["a source"](scene)
    made, found = scene.log
    assert made[:3] == ("platform", "POST", "/api/sources/v3.1/bulk_create")
    assert [each["source_ref"] for each in made[3]["sources"]] == [values["source_ref"]]
    assert found[2].endswith(f"={values['source_ref']}")
    assert values["source"] == "7"
