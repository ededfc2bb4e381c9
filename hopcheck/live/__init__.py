"""The sequence diagram filling in while a run goes, as a page: ``hopcheck live``, ``run --live`` and ``up``."""
