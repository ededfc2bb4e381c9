"""Stand-ins, one package per participant, each started with ``python -m fakes.<role>``.

They never import the kit: a stand-in is configured exactly as its real counterpart is.
"""
