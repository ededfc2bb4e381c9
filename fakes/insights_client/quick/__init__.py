"""Stand-in of insights-client where insights-core's collection would only cost time: faults are played with it.

Runs and verdicts of the flow have insights-core. This knows how a registered host uploads, how it registers, says
whether it is, and tests its connection; for all else, and for every configuration that it does not know, it hands the
process to insights-core as it is.
"""
