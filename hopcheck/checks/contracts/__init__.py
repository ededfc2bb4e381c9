"""Contracts as data: the name of every event, and the rules of its shape."""

from hopcheck.checks.contracts.breach import Breach, ContractError
from hopcheck.checks.contracts.checker import Checked, Checker, Exchanges
from hopcheck.checks.contracts.index import Contracts
from hopcheck.checks.contracts.multipart import MultipartError, Part, upload_parts

__all__ = [
    "Breach",
    "Checked",
    "Checker",
    "ContractError",
    "Contracts",
    "Exchanges",
    "MultipartError",
    "Part",
    "upload_parts",
]
