"""x"""
from pathlib import Path
CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
