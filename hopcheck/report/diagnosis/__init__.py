"""The cause of a failed run, on one screen."""

from hopcheck.report.diagnosis.cause import Cause, cause
from hopcheck.report.diagnosis.colour import Screen, shown
from hopcheck.report.diagnosis.screen import COLUMNS, ROWS, Diagnosis, diagnose
from hopcheck.report.diagnosis.start import not_up

__all__ = ["COLUMNS", "ROWS", "Cause", "Diagnosis", "Screen", "cause", "diagnose", "not_up", "shown"]
