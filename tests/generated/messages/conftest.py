import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from hopcheck.generated.messages import Messages
from hopcheck.generated.messages_table import Tally, table
from hopcheck.home import CONTRACTS

MORE = int(os.environ.get("HOPCHECK_CASES", "1"))
"""How many times as many cases as usual."""


@pytest.fixture(scope="session")
def generated():
    # With more cases there are more values, too.
    return Messages(CONTRACTS, 12 + 4 * MORE)


@pytest.fixture
def put(record_property):
    """Puts lists of messages to a function until it raises; they are counted, and the last one is the smallest."""

    def run(protocol, strategy, lists, to, examples=50):
        tally = Tally(protocol, strategy)

        @settings(
            max_examples=examples * MORE,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(lists)
        def each(messages):
            tally.count(messages)
            to(messages)

        with tally.timed():
            each()
        record_property("messages", tally.as_dict())
        return tally

    return run


def pytest_terminal_summary(terminalreporter):
    told = [
        Tally.from_dict(value)
        for report in terminalreporter.stats.get("passed", ())
        for name, value in getattr(report, "user_properties", ())
        if name == "messages"
    ]
    if told:
        terminalreporter.write_line("")
        for line in table(told):
            terminalreporter.write_line(line)
