import re
import xml.etree.ElementTree as ET

from hopcheck.soak.plot import HEIGHT, LEFT, RIGHT, TOP, WIDTH, Panel, plot

SVG = "{http://www.w3.org/2000/svg}"


def lines(drawn: str) -> list[list[tuple[float, float]]]:
    return [
        [tuple(float(each) for each in pair.split(",")) for pair in line.attrib["points"].split()]
        for line in ET.fromstring(drawn).iter(f"{SVG}polyline")
    ]


def test_points_lie_where_they_belong():
    drawn = plot("a soak", [Panel("files", {"kit": [(0, 0), (50, 5), (100, 10)]})], "flow")
    assert lines(drawn) == [
        [(LEFT, TOP + HEIGHT), ((LEFT + WIDTH - RIGHT) / 2, TOP + HEIGHT / 2), (WIDTH - RIGHT, TOP)]
    ]


def test_each_curve_is_named_with_its_last_value_and_none_hides_another():
    curves = {name: [(0, 1), (9, 7)] for name in ("one", "two", "three")}
    drawn = plot("a soak", [Panel("files", curves)], "flow")
    places = [float(y) for y, words in re.findall(r'y="([\d.]+)" style="fill:[^"]*">([^<]*)', drawn)]
    assert all(f"{name} 7" in drawn for name in curves)
    assert all(abs(a - b) >= 12 for a in places for b in places if a != b)
    assert len(set(places)) == 3


def test_nothing_to_draw_and_names_that_are_markup():
    assert lines(plot("a <soak>", [Panel("x & y", {"none": []})], "flow")) == []
    assert lines(plot("all zero", [Panel("findings", {"f": [(1, 0), (2, 0)]})], "flow"))[0][0][1] == TOP + HEIGHT
