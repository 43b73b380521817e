"""Display tables: rounded, sorted by what matters, the same HTML every time.

Every function takes a tidy frame of a metric and returns a :class:`Shown`. Rounding happens here
and nowhere before; what is unknown is a dash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from partnership_analysis.errors import harmless
from partnership_analysis.metrics.kinds import SHORT
from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.tables.sparks import whisker
from partnership_analysis.wording import money, number, shortened

if TYPE_CHECKING:
    from great_tables import GT


class Shown:
    """A display table: styled HTML in a notebook, aligned text elsewhere; both the same every time.

    Attributes
    ----------
    gt : great_tables.GT
        For further styling.
    frame : DataFrame
        What it shows.
    empty : str
        What stands in place of a table without rows.
    """

    def __init__(self, gt: GT, frame: pd.DataFrame, empty: str = "") -> None:
        self.gt, self.frame, self.empty = gt, frame, empty

    def _repr_html_(self) -> str:
        if self.frame.empty and self.empty:
            return f'<p class="pa">{self.empty}</p>'
        return str(self.gt.as_raw_html())

    def __repr__(self) -> str:
        if self.frame.empty and self.empty:
            return self.empty
        # GT's own text form holds memory addresses, which nbval would compare.
        return self.frame.to_string(index=False, na_rep=DASH, float_format="{:.2f}".format)


DASH, NO_BREAK = "–", "\N{NO-BREAK SPACE}"
BAND_MARKS = {"strong": "●●●●", "promising": "●●●○", "average": "●●○○", "weak": "●○○○", TOO_EARLY: "○○○○"}
"""One to four filled dots: the band is readable without its colour."""


def standing_table(
    standing: pd.DataFrame, *, rows: int | None = None, limits: Sequence[float] = (1.0, 2.0, 3.0)
) -> Shown:
    """Every relationship: band, RVI with interval, change since last quarter, what it rests on.

    Where nobody rated trust, interactions a month stand in the index's place.

    Parameters
    ----------
    standing : DataFrame
        As :func:`partnership_analysis.quarter_change` gives it.
    rows : int, optional
        Show only the first so many.
    limits : three numbers
        Band limits, marked on the scale of the small drawings.
    """
    shown = standing if rows is None else standing.head(rows)
    table = shown[["partner", "vertical"]].copy()
    if standing["rvi"].notna().any():
        table["band"] = [banded(band) for band in shown["band"].astype(object)]
        table["rvi"], table["interval"] = shown["rvi"], ranges(shown["low"], shown["high"])
        table["before"], table["change"] = shown["rvi_before"], shown["rvi_change"]
        table["count"], table["trust"] = shown["count"], shown["trust"]
    else:
        table["rate"], table["interval"] = shown["rate"], ranges(shown["rate_low"], shown["rate_high"])
        table["quarter_count"], table["previous_count"] = shown["quarter_count"], shown["previous_count"]
        table["count"] = shown["count"]
    table["state"] = shown["state"]
    labels = {
        "rvi": "now",
        "place": "on the scale",
        "change": "since last quarter",
        "rate": "a month",
        "quarter_count": "this quarter",
        "previous_count": "last quarter",
        "count": "in the window",
        "state": "signal",
    }
    # The change says what the quarter before was; without its column the signal stands inside a notebook's page.
    drawn = table.drop(columns="before", errors="ignore")
    drawn.insert(int(drawn.columns.get_loc("interval")), "place", _places(shown, limits))  # type: ignore[arg-type]
    built = look(drawn, "standing", labels, text=("partner", "vertical", "band", "place", "state"))
    built = built.fmt(lambda drawing: drawing, columns="place")
    if "rvi" in table.columns:
        built = built.tab_spanner("RVI", ["rvi", "place", "interval", "change"])
        built = built.tab_spanner("what it rests on", ["count", "trust"])
    else:
        built = built.tab_spanner(
            "interactions", ["rate", "place", "interval", "quarter_count", "previous_count", "count"]
        )
    decimals = [name for name in ("rvi", "trust", "rate") if name in drawn.columns]
    built = built.fmt_number(decimals, decimals=1)
    if "change" in table.columns:
        built = built.fmt_number("change", decimals=1, force_sign=True)
    return Shown(built, table)


def _places(shown: pd.DataFrame, limits: Sequence[float]) -> list[str]:
    """Each value with its interval as a small drawing, all on one scale."""
    rated = shown["rvi"].notna().any()
    names = ("rvi", "low", "high") if rated else ("rate", "rate_low", "rate_high")
    known = [float(shown[name].max()) for name in names if shown[name].notna().any()]
    top = max([1.0, *known[:1], *[min(high, 1.8 * known[0]) for high in known[2:]]])
    rows = zip(*(shown[name] for name in names), strict=True)
    return [whisker(*row, top=top, limits=limits if rated else ()) for row in rows]


def reciprocity_table(exchange: pd.DataFrame, *, currency: str = "", rows: int | None = None) -> Shown:
    """Who gives and who takes: referrals both ways, share received with interval, label.

    Parameters
    ----------
    exchange : DataFrame
        As :func:`partnership_analysis.reciprocity` gives it.
    currency : str
        ISO code of the values.
    rows : int, optional
        Show only so many, from both ends of the balance.
    """
    by = "partner" if "partner" in exchange.columns else "vertical"
    shown = both_ends(exchange, rows)
    table = pd.DataFrame(
        {
            by: shown[by],
            "received": shown["received"],
            "given": shown["given"],
            "share": shown["share"],
            "interval": ranges(shown["low"], shown["high"], "{:.0%}".format),
        }
    )
    for name in ("value_received", "value_given"):
        if exchange[name].notna().any():
            table[name] = [money(value, currency) for value in shown[name]]
    table["label"] = [str(label).replace(" ", NO_BREAK) for label in shown["label"]]
    labels = {
        "share": "of both",
        "value_received": "by us",
        "value_given": "by them",
        "label": "exchange",
    }
    built = look(table, f"reciprocity-{by}", labels, text=(by, "label"))
    built = built.tab_spanner("referrals", ["received", "given"])
    built = built.tab_spanner("share received", ["share", "interval"])
    won = [name for name in ("value_received", "value_given") if name in table.columns]
    built = built.tab_spanner("won", won) if won else built
    built = built.tab_source_note("Referrals and introductions, every row counted.")
    return Shown(built.fmt_percent("share", decimals=0), table, "No referral is on record in the window.")


def ledger_table(sources: pd.DataFrame) -> Shown:
    """Rows of every sheet: read, accepted, rejected, recognised as blank, total or repeated."""
    table = sources[["table", "file", "sheet", "read", "accepted", "rejected", "recognised"]].copy()
    if not table["sheet"].fillna("").ne("").any():
        table = table.drop(columns="sheet")
    built = look(table, "ledger", {"recognised": "blank, total, repeated"}, text=("table", "file", "sheet"))
    return Shown(built, table)


def findings_table(entries: pd.DataFrame, outcome: str, *, rows: int = 20) -> Shown:
    """Findings of one outcome, in the order of the sheets.

    Parameters
    ----------
    entries : DataFrame
        As :attr:`partnership_analysis.sources.ledger.Ledger.entries`.
    outcome : {"rejected", "recognised", "note"}
    rows : int
        Show only so many, and say how many more there are.
    """
    found = entries[entries["outcome"] == outcome].sort_values(
        ["table", "file", "sheet", "row"], kind="stable"
    )
    columns = ["table", "file", "sheet", "row", "column", "value", "reason"]
    table = found.head(rows)[columns].replace("", pd.NA)
    # A column in which nothing is said takes room.
    table = table.dropna(axis="columns", how="all") if len(table) else table
    for column in table.columns.difference(["row"]):
        table[column] = [_safe(value, 60 if column == "value" else 400) for value in table[column]]
    text = [column for column in columns if column != "row"]
    built = look(table, f"findings-{outcome}", {}, text=text)
    if len(found) > rows:
        built = built.tab_source_note(f"and {len(found) - rows:,} more")
    return Shown(built, table, _NONE[outcome])


_NONE = {"rejected": "No row was rejected.", "recognised": "No row was left out.", "note": "Nothing to note."}


def _safe(value: object, limit: int) -> Any:
    """What a file says, as it may stand on a page."""
    return pd.NA if pd.isna(value) else shortened(harmless(str(value)), limit)  # type: ignore[call-overload]


def reasons_table(reasons: pd.DataFrame) -> Shown:
    """Why rows were rejected, recognised or noted: each reason with its rows and one place to look at.

    Parameters
    ----------
    reasons : DataFrame
        As :meth:`partnership_analysis.sources.ledger.Ledger.reasons` gives it.
    """
    table = reasons[["rows", "reason", "example"]].copy()
    for column in ("reason", "example"):
        table[column] = table[column].map(harmless)
    return Shown(
        look(table, "reasons", {"example": "for example"}, text=("reason", "example")), table, "No row."
    )


def suspects_table(suspects: pd.DataFrame, *, rows: int = 20) -> Shown:
    """Pairs of names that may be one partner, the likest first, with the interactions of each.

    Parameters
    ----------
    suspects : DataFrame
        As :meth:`partnership_analysis.Portfolio.suspects` gives it.
    rows : int
        Show only so many.
    """
    table = suspects.head(rows)[["name", "interactions", "other", "other_interactions", "likeness"]].copy()
    table["likeness"] /= 100
    labels = {"other": "may be the same as", "other_interactions": "interactions"}
    built = look(table, "suspects", labels, text=("name", "other"))
    return Shown(built.fmt_percent("likeness", decimals=0), table, "No two names are alike.")


def undescribed_table(undescribed: pd.DataFrame, *, rows: int = 20) -> Shown:
    """Partners of whom the partners table says nothing, those with the most interactions first.

    Parameters
    ----------
    undescribed : DataFrame
        As :func:`partnership_analysis.undescribed` gives it.
    rows : int
        Show only so many.
    """
    table = undescribed.head(rows).copy()
    built = look(table, "undescribed", {}, text=("partner",))
    dated = built.fmt_date(["first", "last"], date_style="day_m_year")
    return Shown(dated, table, "Every partner is described.")


def both_sides_table(sides: pd.DataFrame, *, rows: int | None = None) -> Shown:
    """RVI from our side and from theirs, the largest gap in our favour first.

    Parameters
    ----------
    sides : DataFrame
        As :func:`partnership_analysis.both_sides` gives it.
    rows : int, optional
        Show only so many, from both ends of the gap.
    """
    shown = sides if rows is None else both_ends(sides[sides["gap"].notna()], rows)
    table = shown[["partner", "ours", "theirs", "gap"]].copy()
    table["their trust in us"] = shown["trust_source"]
    built = look(
        table, "sides", {"ours": "our side", "theirs": "their side"}, text=("partner", "their trust in us")
    )
    built = built.tab_spanner("RVI", ["ours", "theirs", "gap"])
    built = built.fmt_number(["ours", "theirs"], decimals=1)
    return Shown(
        built.fmt_number("gap", decimals=1, force_sign=True), table, "Nobody has an index from both sides."
    )


def components_table(components: pd.DataFrame, *, rows: int | None = None) -> Shown:
    """What each kind contributes to the index, in the last month of the frame.

    Parameters
    ----------
    components : DataFrame
        As :func:`partnership_analysis.rvi_components` gives it.
    rows : int, optional
        Show only so many partners, those with the most interactions.
    """
    last = components[components["month"] == components["month"].max()]
    wide = last.pivot(index="partner", columns="kind", values="count")
    wide["interactions"] = wide.sum(axis=1)
    if last["rvi"].notna().any():
        wide["RVI"] = last.groupby("partner")["rvi"].sum(min_count=1)
    wide = wide.sort_values("interactions", ascending=False, kind="stable").head(rows or len(wide))
    wide.columns = wide.columns.astype(str)
    table = wide.reset_index()
    built = look(table, "components", SHORT, text=("partner",))
    return Shown(built.fmt_number("RVI", decimals=1) if "RVI" in table.columns else built, table)


def coverage_table(coverage: pd.DataFrame) -> Shown:
    """How much of the record answers each question, and what rests on it.

    Parameters
    ----------
    coverage : DataFrame
        As :func:`partnership_analysis.coverage` gives it.
    """
    built = look(coverage, "coverage", {"what": "", "feeds": "what rests on it"}, text=("what", "feeds"))
    return Shown(built.fmt_percent("share", decimals=0), coverage)


def both_ends(table: pd.DataFrame, rows: int | None) -> pd.DataFrame:
    """The table, or its first and last rows if it is longer than ``rows``."""
    if rows is None or len(table) <= rows:
        return table
    head = (rows + 1) // 2
    return pd.concat([table.head(head), table.tail(rows - head)])


def banded(band: object) -> str:
    return DASH if pd.isna(band) else f"{BAND_MARKS[str(band)]} {band}".replace(" ", NO_BREAK)  # type: ignore[call-overload]


def ranges(lows: Iterable[Any], highs: Iterable[Any], say: Callable[[Any], str] = number) -> list[str]:
    """Intervals in words, each on one line; a dash where one is unknown.

    >>> ranges([0.5, pd.NA], [1.25, pd.NA], "{:.0%}".format)[1]
    '–'
    """
    return [
        DASH if pd.isna(low) or pd.isna(high) else f"{say(low)} to {say(high)}".replace(" ", NO_BREAK)
        for low, high in zip(lows, highs, strict=True)
    ]


def look(table: pd.DataFrame, name: str, labels: dict[str, str], *, text: Sequence[str]) -> GT:
    """The suite's look: few lines, numbers right, text left, a dash for what is unknown."""
    from great_tables import GT, loc, style

    words = {str(column): labels.get(str(column), str(column).replace("_", " ")) for column in table.columns}
    whole = [str(c) for c in table.columns if pd.api.types.is_integer_dtype(table[c])]
    left = [str(column) for column in table.columns if column in text]
    right = [str(column) for column in table.columns if column not in text]
    built = GT(table, id=f"pa-{name}").cols_label(**words)
    if whole:
        built = built.fmt_integer(whole)
    built = built.cols_align("left", left) if left else built
    built = built.cols_align("right", right) if right else built
    built = built.tab_style(style.text(weight="600"), loc.body(columns=[str(table.columns[0])]))
    return built.sub_missing(missing_text=DASH).tab_options(
        table_font_names=[
            "Source Sans Report",
            "Source Sans 3",
            "Source Sans Pro",
            "Segoe UI",
            "system-ui",
            "sans-serif",
        ],
        table_font_size="14.5px",
        table_font_color="#1c2733",
        table_margin_left="0",
        table_border_top_style="none",
        table_border_bottom_style="none",
        column_labels_font_size="13px",
        column_labels_border_top_style="none",
        column_labels_border_bottom_color="#1c2733",
        column_labels_border_bottom_width="1px",
        table_body_border_bottom_style="none",
        table_body_hlines_color="#e6eaed",
        data_row_padding="5px",
        data_row_padding_horizontal="7px",
        column_labels_padding_horizontal="7px",
    )
