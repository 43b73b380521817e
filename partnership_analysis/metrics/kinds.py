"""The words for each kind of interaction, the same in every chart and table.

The workbook writes kinds as the schema has them; a reader meets them as these words.
"""

from __future__ import annotations

ONE = {
    "referral": "referral",
    "strategic_referral": "introduction",
    "online_collaboration": "online collaboration",
    "event": "event",
    "cross_promotion": "cross promotion",
    "meeting": "meeting",
    "trade": "trade of services",
}
MANY = {
    "referral": "referrals",
    "strategic_referral": "introductions",
    "online_collaboration": "online collaborations",
    "event": "events",
    "cross_promotion": "cross promotions",
    "meeting": "meetings",
    "trade": "trades of services",
}
SHORT = MANY | {"online_collaboration": "online", "cross_promotion": "promotions", "trade": "trades"}
"""As many, where a lane or the key of a chart has room for one word."""


def choice_words(name: str) -> str:
    """A choice of :func:`partnership_analysis.rvi_sensitivity` as it is read.

    >>> choice_words("strategic_referral x 2"), choice_words("published"), choice_words("6 months")
    ('introduction × 2', 'published formula', '6 months')
    """
    kind, _, factor = name.partition(" x ")
    if kind in ONE:
        return f"{ONE[kind]} × {factor}"
    return "published formula" if name == "published" else name
