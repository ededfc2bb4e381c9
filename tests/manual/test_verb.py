from __future__ import annotations

import argparse

from hopcheck.manual.verb import Verb, verbs


def test_what_a_parser_knows() -> None:
    parser = argparse.ArgumentParser(prog="kit", description="Does\n  all.")
    below = parser.add_subparsers(metavar="VERB")
    one = below.add_parser("one", help="do one")
    one.add_argument("files", nargs="+", metavar="FILE", help="what to read")
    one.add_argument("-n", "--number", type=int, default=3, metavar="N", help="how many (default: %(default)s), 5 %%")
    one.add_argument("--to", required=True, choices=["a", "b"], help="where")
    one.add_argument("--hidden", help=argparse.SUPPRESS)
    one.add_argument("--loud", action="store_true")
    two = below.add_parser("two", help="hold one").add_subparsers(metavar="ACTION")
    two.add_parser("go", help="go there").add_argument("where", nargs="?")
    whole, first, second, third = verbs(parser)
    assert whole == Verb("", "", "kit VERB", "Does all.", (), ())
    assert first == Verb(
        "one",
        "do one",
        "kit one --to a|b [OPTION]… FILE…",
        "do one",
        (("FILE", "what to read"),),
        (("-n, --number N", "how many (default: 3), 5 %"), ("--to a|b", "where"), ("--loud", "")),
    )
    assert second.synopsis == "kit two ACTION"
    assert third == Verb("two go", "go there", "kit two go [WHERE]", "go there", (("WHERE", ""),), ())
