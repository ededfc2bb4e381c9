"""For QA authors: the sentences that there are, what is wrong with a feature, and a first feature to begin with."""

from hopcheck.authoring.command import add_parsers

__all__ = ["add_parsers"]
