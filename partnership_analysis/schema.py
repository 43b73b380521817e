"""The four tables of a portfolio: columns, types, units, vocabularies.

This module is the one place that says what a column is. Loading, the template workbook, the data
dictionary (``data/README.md``) and the error messages are all made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Kind = Literal["text", "date", "whole", "number", "choice", "yesno", "list"]

RVI_KINDS = ("referral", "strategic_referral", "online_collaboration", "event", "cross_promotion")
"""The five kinds that make the RVI (article 001)."""
OTHER_KINDS = ("meeting", "trade")
REFERRAL_KINDS = ("referral", "strategic_referral")
KINDS = RVI_KINDS + OTHER_KINDS
DIRECTIONS = ("received", "given", "mutual")
DEFAULT_DIRECTION = {"event": "mutual", "meeting": "mutual", "trade": "mutual"}
STATUSES = ("open", "won", "lost")
RELATIONSHIPS = ("affiliate", "contractor", "mentor", "client", "prospect", "department")
LEVELS = ("executive", "manager", "specialist")
RATERS = ("us", "them")
FACTORS = ("trust", "friendship", "opportunity", "credibility", "communication", "shared_goals", "values")
HORIZONS = ("tactical", "strategic")
BANDS = ("weak", "average", "promising", "strong")
TOO_EARLY = "too early"

DTYPES: dict[Kind, str] = {
    "text": "string",
    "date": "datetime64[us]",
    "whole": "Int64",
    "number": "Float64",
    "choice": "string",
    "yesno": "boolean",
    "list": "string",
}
"""The pandas dtype of each kind of column. A list stays one text, parts separated by ``;``."""


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, meaning and limits.

    ``minimum`` and ``maximum`` are inclusive. ``default`` fills an empty cell; ``required`` means that the
    column must be there and every row must have a value.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    vocabulary: tuple[str, ...] = ()
    default: object = None
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    example: object = None

    @property
    def dtype(self) -> str:
        """The pandas dtype that the loaded column has."""
        return DTYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, its columns, and the key that may not repeat."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def dtypes(self) -> dict[str, str]:
        """Pandas dtype of each column."""
        return {column.name: column.dtype for column in self.columns}

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame with exactly these columns; those that it lacks are missing throughout."""
        known = frame.astype({name: dtype for name, dtype in self.dtypes.items() if name in frame})
        lacking = {
            name: pd.Series(index=frame.index, dtype=dtype)
            for name, dtype in self.dtypes.items()
            if name not in frame
        }
        return known.assign(**lacking)[list(self.names)]


INTERACTIONS = Table(
    "interactions",
    "one interaction, or `count` of them",
    (
        Column("date", "date", "day on which it happened", required=True, example="2025-07-14"),
        Column(
            "partner",
            "text",
            "who it was with; the name used in `partners`",
            required=True,
            example="Harcourt Legal",
        ),
        Column(
            "kind",
            "choice",
            "what it was; the first five make the RVI",
            required=True,
            vocabulary=KINDS,
            example="referral",
        ),
        Column(
            "direction",
            "choice",
            "`received`: partner to us; `given`: us to partner; `mutual`: done together, counts once for each "
            "side. Empty is `mutual` for event, meeting and trade; the other kinds must say",
            vocabulary=DIRECTIONS,
            example="received",
        ),
        Column("count", "whole", "how many the row stands for", default=1, minimum=1, example=1),
        Column(
            "status", "choice", "of a referral: still open, won or lost", vocabulary=STATUSES, example="won"
        ),
        Column(
            "value",
            "number",
            "what the receiver of the referral won; negative corrects",
            unit="currency",
            example=4200,
        ),
        Column("commission", "number", "paid by the receiver to the giver", unit="currency", example=420),
        Column("hours", "number", "our time spent on it", minimum=0, unit="hours", example=1.5),
        Column(
            "cost", "number", "our money spent on it, beside time and commission", unit="currency", example=35
        ),
        Column("owner", "text", "who on our side looked after it", example="Amara Osei"),
        Column("reference", "text", "number or name in the system it came from", example="INV-2041"),
        Column("note", "text", "anything worth remembering", example="Met at the spring seminar"),
    ),
    required=True,
)

PARTNERS = Table(
    "partners",
    "one partner",
    (
        Column("partner", "text", "the name used in every table", required=True, example="Harcourt Legal"),
        Column("aliases", "list", "other names under which it appears", example="Harcourt LLP; Harcourts"),
        Column(
            "vertical", "text", "strategic partnership vertical, such as Legal or Accounting", example="Legal"
        ),
        Column("stakeholder", "text", "stakeholder group, such as supplier or community", example="supplier"),
        Column(
            "relationship", "choice", "type of relationship", vocabulary=RELATIONSHIPS, example="affiliate"
        ),
        Column(
            "started",
            "date",
            "first day of the partnership; empty: the first interaction",
            example="2023-02-01",
        ),
        Column("ended", "date", "last day, if it has ended"),
        Column("owner", "text", "who on our side is responsible", example="Amara Osei"),
        Column("owner_level", "choice", "level of the owner", vocabulary=LEVELS, example="manager"),
        Column("market", "list", "the clients that they serve", example="owner-managed firms; start-ups"),
        Column("offer", "list", "what they sell", example="contracts; disputes"),
        Column("competes_with", "list", "partners in the same business", example="Bell & Finch"),
        Column("serves_our_competitors", "yesno", "do they also send work to our competitors", example="no"),
        Column(
            "wiifm_us",
            "text",
            "what is in it for us, in their or our words",
            example="Introductions to boards",
        ),
        Column("wiifm_them", "text", "what is in it for them", example="Clients who need contracts"),
        Column("cadence_days", "whole", "agreed days between contacts", minimum=1, unit="days", example=30),
        Column(
            "hours_per_quarter",
            "number",
            "hours that we mean to give it a quarter",
            minimum=0,
            unit="hours",
            example=8,
        ),
    ),
    key=("partner",),
)

RATINGS = Table(
    "ratings",
    "one rating of one factor; it holds until the next",
    (
        Column("date", "date", "day of the rating", required=True, example="2025-06-30"),
        Column("partner", "text", "the name used in `partners`", required=True, example="Harcourt Legal"),
        Column(
            "rater",
            "choice",
            "`us` rate the partner; `them`: the partner rates us",
            required=True,
            vocabulary=RATERS,
            example="us",
        ),
        Column(
            "factor",
            "choice",
            "what is rated; `trust` is the RVI's level of trust",
            required=True,
            vocabulary=FACTORS,
            example="trust",
        ),
        Column(
            "score",
            "number",
            "1 weak to 5 strongest",
            required=True,
            minimum=1,
            maximum=5,
            unit="1 to 5",
            example=4,
        ),
    ),
)

ACTIONS = Table(
    "actions",
    "one thing that was agreed",
    (
        Column("partner", "text", "the name used in `partners`", required=True, example="Harcourt Legal"),
        Column("action", "text", "what is to be done", required=True, example="Joint seminar on succession"),
        Column(
            "horizon",
            "choice",
            "short-term tactical or longer-term strategic",
            vocabulary=HORIZONS,
            example="tactical",
        ),
        Column("priority", "whole", "1 is first", minimum=1, example=1),
        Column("owner", "text", "who does it", example="Ben Ito"),
        Column("owner_level", "choice", "level of the owner", vocabulary=LEVELS, example="specialist"),
        Column("created", "date", "day on which it was agreed", example="2025-07-01"),
        Column("due", "date", "day by which it is promised", example="2025-09-15"),
        Column("done", "date", "day on which it was finished; empty: open"),
        Column("hours", "number", "our hours that it takes", minimum=0, unit="hours", example=6),
        Column(
            "delegate_to",
            "text",
            "partner or contractor who could do it instead",
            example="Copper Lane Studio",
        ),
    ),
)

ALIASES = Table(
    "aliases",
    "one other name of a partner",
    (
        Column("alias", "text", "a name as it may be found", required=True, example="Harcourt LLP"),
        Column("partner", "text", "the partner who is meant", required=True, example="Harcourt Legal"),
    ),
    key=("alias",),
)
"""Read beside the four tables, where it is there, and merged into the names; no table of a portfolio."""

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
"""The pair table of a group, which an import of its reports writes; no table of a portfolio."""

UNASSIGNED = Table(
    "unassigned",
    "closed business that a member reported without saying whose referral it was",
    (
        Column("member", "text", "who reported it, the receiver", required=True),
        Column("giver", "text", "who is thanked, where the report says so"),
        Column("value", "number", "closed business", required=True, unit="currency"),
        Column("period", "text", "month, such as 2025-08", required=True),
        Column("reference", "text", "the report that it came from", required=True),
    ),
)
"""Value that belongs to no pair, or to no one interaction: an import keeps it in a sheet of this name."""

READ_ME = "read me"
"""Name of the template's sheet of instructions, which holds no data."""
TABLES: dict[str, Table] = {table.name: table for table in (INTERACTIONS, PARTNERS, RATINGS, ACTIONS)}
"""The tables by name, in the order in which a workbook holds them."""
READABLE: dict[str, Table] = {**TABLES, ALIASES.name: ALIASES}
"""Every table that is read."""


def data_dictionary() -> str:
    """The tables as Markdown, as ``data/README.md`` holds them.

    >>> data_dictionary().splitlines()[0]
    '### `interactions`'
    """
    parts = []
    for table in TABLES.values():
        need = "required" if table.required else "optional"
        key = f", `{'`, `'.join(table.key)}` unique" if table.key else ""
        lines = [
            f"### `{table.name}`",
            "",
            f"One row is {table.row} ({need}{key}).",
            "",
            "| column | type | meaning | values | example |",
            "|---|---|---|---|---|",
        ]
        for column in table.columns:
            name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
            values = ", ".join(f"`{word}`" for word in column.vocabulary) or _limits(column)
            example = "" if column.example is None else f"{column.example}"
            lines.append(f"| {name} | {_TYPE_WORDS[column.kind]} | {column.meaning} | {values} | {example} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


_TYPE_WORDS: dict[Kind, str] = {
    "text": "text",
    "date": "date",
    "whole": "whole number",
    "number": "number",
    "choice": "choice",
    "yesno": "yes/no",
    "list": "list, `;` between",
}


def _limits(column: Column) -> str:
    bounds = ""
    if column.minimum is not None and column.maximum is not None:
        bounds = f"{column.minimum:g} to {column.maximum:g}"
    elif column.minimum is not None:
        bounds = f"{column.minimum:g} or more"
    default = f"empty is {column.default}" if column.default is not None else ""
    unit = column.unit if column.unit not in bounds else ""
    return ", ".join(part for part in (bounds, unit, default) if part)
