"""What a page shows beside charts: the first screen's blocks, and display tables. They never compute a measure."""

from partnership_analysis.tables.blocks import (
    band_key,
    call_cards,
    findings,
    first_screen,
    gaps,
    missing_verticals,
    note,
    number_strip,
    page_style,
    ready_list,
    whole_record,
)
from partnership_analysis.tables.display import (
    both_sides_table,
    components_table,
    coverage_table,
    flagged_table,
    ledger_table,
    reciprocity_table,
    standing_table,
    vertical_table,
)

__all__ = [
    "band_key",
    "both_sides_table",
    "call_cards",
    "components_table",
    "coverage_table",
    "findings",
    "first_screen",
    "flagged_table",
    "gaps",
    "ledger_table",
    "missing_verticals",
    "note",
    "number_strip",
    "page_style",
    "ready_list",
    "reciprocity_table",
    "standing_table",
    "vertical_table",
    "whole_record",
]
