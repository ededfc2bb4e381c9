import sys

from hopcheck.topology.version import ansible, reported


async def test_first_line_with_a_number_counts():
    assert (
        await reported([sys.executable, "-c", "print('hello'); print('thing 1.2.3-rc1'); print('9.9')"])
        == "thing 1.2.3-rc1"
    )


async def test_nothing_to_report_is_empty():
    assert await reported([sys.executable, "-c", "print('hello')"]) == ""
    assert await reported(["/no/such/program"]) == ""


def test_ansible_names_both_packages():
    assert ansible().startswith("ansible-runner 2.")
    assert "ansible-core 2." in ansible()
