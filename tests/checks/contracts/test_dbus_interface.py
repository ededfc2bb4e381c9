from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from hopcheck.checks.contracts import ContractError
from hopcheck.checks.contracts.dbus_interface import Interface

XML = """<interface name="a.B"><annotation name="org.hopcheck.Path" value="%s"/>
<annotation name="org.hopcheck.Clauses" value="X Y"/>
<method name="M"><arg type="s" direction="in"/><arg type="u" direction="out"/></method>
<signal name="S"><annotation name="org.hopcheck.Clauses" value="Z"/><arg type="s"/>
<arg type="u"><annotation name="org.hopcheck.Optional" value="true"/></arg></signal></interface>"""


def test_members():
    interface = Interface("f.xml", fromstring(XML % "/x"))
    method, signal = interface.members["M"], interface.members["S"]
    assert (interface.short, method.signatures, method.results, method.clauses) == ("B", ["s"], ["u"], ("X", "Y"))
    assert (signal.signatures, signal.clauses, signal.ops) == (["su", "s"], ("Z",), ("signal",))


def test_path(seen):
    interface = Interface("f.xml", fromstring(XML % "/x/[a-z]+"))
    for path, count in (("/x/abc", 0), ("/x/", 1)):
        event = seen("dbus", "call", "a<>b", {"path": path})
        assert len(interface.addressing(event, interface.members["M"], "c")) == count


def test_signatures_by_kind():
    method = Interface("f.xml", fromstring(XML % "/x")).members["M"]
    assert [method.of(op) for op in ("call", "return")] == [["s"], ["u"]]


NAMED = '<interface name="a.B"><annotation name="org.hopcheck.BusName" value="n"/></interface>'


@pytest.mark.parametrize(
    ("text", "names", "addresses"),
    [(XML % "/x", [], True), (NAMED, ["n"], True), (NAMED, [], False), ('<interface name="a.B"/>', ["n"], False)],
)
def test_whether_anything_is_said_of_the_address(seen, text, names, addresses):
    event = seen("dbus", "signal", "a<>b", {"path": "/x", "sender_names": names})
    assert Interface("f.xml", fromstring(text)).addresses(event) is addresses


def test_bad_pattern():
    with pytest.raises(ContractError, match=r"f\.xml"):
        Interface("f.xml", fromstring(XML % "("))
