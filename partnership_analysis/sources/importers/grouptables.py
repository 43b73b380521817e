"""Tables that only a group's reports give: who did what for whom, and value that belongs to no pair."""

from __future__ import annotations

from partnership_analysis.schema import KINDS, UNASSIGNED_SHEET, Column, Table

PAIRS = Table(
    "pairs",
    "what one member of a group did for or with another in a period, `count` times",
    (
        Column(
            "from",
            "text",
            "who gave, or asked for the meeting; missing: only the other side's total is known",
        ),
        Column("to", "text", "who received; missing: only the other side's total is known"),
        Column("kind", "choice", "what it was", required=True, vocabulary=KINDS),
        Column("count", "whole", "how many the row stands for", default=1, minimum=1),
        Column("value", "number", "what the receiver won", unit="currency"),
        Column("period", "text", "month, such as 2025-08", required=True),
        Column("date", "date", "day that the report states, else the last of the month", required=True),
        Column("reference", "text", "the report that it came from", required=True),
        Column("note", "text", "tier of the referral"),
    ),
)
"""The pair table of a group: one row a giver, receiver, kind and tier."""

UNASSIGNED = Table(
    UNASSIGNED_SHEET,
    "closed business that a member reported without saying whose referral it was",
    (
        Column("member", "text", "who reported it, the receiver", required=True),
        Column("giver", "text", "who is thanked, where the report says so"),
        Column("value", "number", "closed business", required=True, unit="currency"),
        Column("period", "text", "month, such as 2025-08", required=True),
        Column("reference", "text", "the report that it came from", required=True),
    ),
)
"""Value that belongs to no pair, or to no one interaction."""
