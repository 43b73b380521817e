"""Exports of other systems into a portfolio: read, merged with what is there, written whole, accounted for."""

from partnership_analysis.importing.exports import import_exports
from partnership_analysis.importing.group import Group, load_pairs
from partnership_analysis.importing.result import Imported

__all__ = ["Group", "Imported", "import_exports", "load_pairs"]
