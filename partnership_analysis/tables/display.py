"""Display tables: rounded, sorted by what matters, the same HTML every time.

Every function takes a tidy frame of a metric and returns a :class:`~great_tables.GT`. Rounding happens here
and nowhere before; what is unknown is a dash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from partnership_analysis.schema import TOO_EARLY
from partnership_analysis.wording import money, number

if TYPE_CHECKING:
    from great_tables import GT

DASH = "–"
BAND_MARKS = {"strong": "●●●●", "promising": "●●●○", "average": "●●○○", "weak": "●○○○", TOO_EARLY: "○○○○"}
"""One to four filled dots: the band is readable without its colour."""


def standing_table(standing: pd.DataFrame, *, rows: int | None = None) -> GT:
    """Every relationship: band, RVI with interval, last quarter, what it rests on.

    Parameters
    ----------
    standing : DataFrame
        As :func:`partnership_analysis.metrics.change.quarter_change` gives it.
    rows : int, optional
        Show only the first so many.
    """
    shown = standing if rows is None else standing.head(rows)
    table = pd.DataFrame(
        {
            "partner": shown["partner"],
            "vertical": shown["vertical"],
            "band": [_band(band) for band in shown["band"].astype(object)],
            "rvi": shown["rvi"],
            "interval": _interval(shown),
            "before": shown["rvi_before"],
            "change": shown["rvi_change"],
            "count": shown["count"],
            "trust": shown["trust"],
            "state": shown["state"],
        }
    )
    labels = {
        "rvi": "RVI",
        "interval": "90% interval",
        "before": "last quarter",
        "count": "in 12 months",
        "state": "signal",
    }
    built = _look(table, "standing", labels, text=("partner", "vertical", "band", "state"))
    return built.fmt_number(["rvi", "before", "trust"], decimals=1).fmt_number(
        "change", decimals=1, force_sign=True
    )


def reciprocity_table(exchange: pd.DataFrame, *, currency: str = "", rows: int | None = None) -> GT:
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
            "interval": [
                f"{low:.0%} to {high:.0%}" for low, high in zip(shown["low"], shown["high"], strict=True)
            ],
        }
    )
    for name in ("value_received", "value_given"):
        if exchange[name].notna().any():
            table[name] = [money(value, currency) for value in shown[name]]
    table["label"] = shown["label"]
    labels = {
        "share": "share received",
        "interval": "90% interval",
        "value_received": "won by us",
        "value_given": "won by them",
        "label": "exchange",
    }
    return _look(table, f"reciprocity-{by}", labels, text=(by, "label")).fmt_percent("share", decimals=0)


def vertical_table(performance: pd.DataFrame, *, currency: str = "") -> GT:
    """Each vertical in the last period beside the one before.

    Parameters
    ----------
    performance : DataFrame
        As :func:`partnership_analysis.vertical_performance` gives it.
    currency : str
        ISO code of the values.
    """
    ends = sorted(performance["end"].unique())
    now = performance[performance["end"] == ends[-1]].set_index("vertical")
    ago = performance[performance["end"] == ends[-2]].set_index("vertical") if len(ends) > 1 else now.iloc[:0]
    now = now.sort_values(["rvi", "received"], ascending=False, na_position="last", kind="stable")
    table = pd.DataFrame({"vertical": now.index, "partners": now["partners"].to_numpy()})
    if performance["rvi"].notna().any():
        table["rvi"] = now["rvi"].to_numpy()
        table["interval"] = list(_interval(now))
        table["rvi_before"] = ago["rvi"].reindex(now.index).to_numpy()
    for name in ("received", "given"):
        table[name] = now[name].to_numpy()
        table[f"{name}_before"] = ago[name].reindex(now.index).to_numpy()
    if performance["value"].notna().any():
        table["value"] = [money(value, currency) for value in now["value"]]
        table["value_before"] = [money(value, currency) for value in ago["value"].reindex(now.index)]
    labels = {name: "before" for name in table.columns if str(name).endswith("_before")}
    built = _look(
        table,
        "verticals",
        {**labels, "rvi": "RVI", "interval": "90% interval", "value": f"won, {currency}".rstrip(", ")},
        text=("vertical",),
    )
    numbers = [name for name in ("rvi", "rvi_before") if name in table.columns]
    return built.fmt_number(numbers, decimals=1) if numbers else built


def flagged_table(flagged: pd.DataFrame, *, currency: str = "") -> GT:
    """Everybody who is flagged, with the evidence.

    Parameters
    ----------
    flagged : DataFrame
        As :func:`partnership_analysis.metrics.review.flags` gives it.
    currency : str
        ISO code of the value at risk.
    """
    table = flagged[["partner", "state", "at_risk", "evidence"]].copy()
    table["at_risk"] = [money(value, currency) for value in table["at_risk"]]
    return _look(table, "flagged", {"at_risk": "won in 12 months"}, text=("partner", "state", "evidence"))


def ledger_table(sources: pd.DataFrame) -> GT:
    """Rows of every sheet: read, accepted, rejected, recognised as blank or total."""
    table = sources[["table", "file", "sheet", "read", "accepted", "rejected", "recognised"]].copy()
    if not table["sheet"].fillna("").ne("").any():
        table = table.drop(columns="sheet")
    return _look(table, "ledger", {"recognised": "blank, total"}, text=("table", "file", "sheet"))


def both_sides_table(sides: pd.DataFrame) -> GT:
    """RVI from our side and from theirs, the largest gap in our favour first.

    Parameters
    ----------
    sides : DataFrame
        As :func:`partnership_analysis.both_sides` gives it.
    """
    table = sides[["partner", "ours", "theirs", "gap"]].copy()
    table["their trust in us"] = sides["trust_source"]
    built = _look(
        table, "sides", {"ours": "our side", "theirs": "their side"}, text=("partner", "their trust in us")
    )
    return built.fmt_number(["ours", "theirs"], decimals=1).fmt_number("gap", decimals=1, force_sign=True)


def components_table(components: pd.DataFrame, *, rows: int | None = None) -> GT:
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
    built = _look(table, "components", {}, text=("partner",))
    return built.fmt_number("RVI", decimals=1) if "RVI" in table.columns else built


def coverage_table(coverage: pd.DataFrame) -> GT:
    """How much of the record answers each question, and what rests on it.

    Parameters
    ----------
    coverage : DataFrame
        As :func:`partnership_analysis.coverage` gives it.
    """
    built = _look(coverage, "coverage", {"what": "", "feeds": "what rests on it"}, text=("what", "feeds"))
    return built.fmt_percent("share", decimals=0)


def both_ends(table: pd.DataFrame, rows: int | None) -> pd.DataFrame:
    """The table, or its first and last rows if it is longer than ``rows``."""
    if rows is None or len(table) <= rows:
        return table
    head = (rows + 1) // 2
    return pd.concat([table.head(head), table.tail(rows - head)])


def _band(band: object) -> str:
    return DASH if pd.isna(band) else f"{BAND_MARKS[str(band)]} {band}"  # type: ignore[call-overload]


def _interval(table: pd.DataFrame) -> list[str]:
    pairs = zip(table["low"], table["high"], strict=True)
    return [DASH if pd.isna(low) else f"{number(low)} to {number(high)}" for low, high in pairs]


def _look(table: pd.DataFrame, name: str, labels: dict[str, str], *, text: Sequence[str]) -> GT:
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
        table_font_names=["Source Sans 3", "Source Sans Pro", "Segoe UI", "system-ui", "sans-serif"],
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
        data_row_padding_horizontal="10px",
    )
