"""The rows of a view's tables as text, for the panel: what a notebook's table says, without its dressing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.explore.quick import rows_html
from partnership_analysis.explore.view import View
from partnership_analysis.tables.display import DASH, banded
from partnership_analysis.wording import number, signed

_TEXT = ("vertical", "band", "signal", "exchange", "what happened")


def rows_of(view: View, topic: str) -> tuple[list[str], str]:
    """Partners of a topic's table in their order, and its other columns as HTML."""
    if view.trouble:
        return [], ""
    table = _TABLES[topic](view)
    headings = [str(name) for name in table.columns if name != "partner"]
    rows = table[headings].astype(str).to_numpy().tolist()
    names = table["partner"].astype(str).tolist()
    return names, rows_html(headings, rows, text=_TEXT) if names else ""


def _standing(view: View) -> pd.DataFrame:
    rows = view.told
    value, low, high = ("rvi", "low", "high") if view.rated else ("rate", "rate_low", "rate_high")
    table = _frame(rows["partner"], vertical=rows["vertical"])
    if view.rated:
        table["band"] = [banded(band) for band in rows["band"].astype(object)]
    table["RVI" if view.rated else "a month"] = _numbers(rows[value])
    table["interval"] = _spans(rows[low], rows[high])
    if view.rated:
        table["last quarter"] = _numbers(rows["rvi_before"])
        table["change"] = [DASH if pd.isna(change) else signed(change, 1) for change in rows["rvi_change"]]
    table["in the window"] = _wholes(rows["count"])
    table["signal"] = rows["state"].fillna(DASH).tolist()
    return table


def _trend(view: View) -> pd.DataFrame:
    """The index (without trust the rate) at the ends of the last quarters."""
    value = "rvi" if view.rated else "rate"
    table = _frame(view.placed["partner"])
    months = sorted(view.trends["month"].unique())[::-1][::3][:8][::-1]
    at = view.trends[view.trends["month"].isin(months)].pivot(index="partner", columns="month", values=value)
    for month in at.columns:
        table[f"{month:%b %Y}"] = _numbers(at[month].reindex(table["partner"]))
    return table


def _exchange(view: View) -> pd.DataFrame:
    rows = view.exchange
    table = _frame(rows["partner"], received=_wholes(rows["received"]), given=_wholes(rows["given"]))
    table["share received"] = [f"{share:.0%}" for share in rows["share"]]
    table["interval"] = [
        f"{low:.0%} to {high:.0%}" for low, high in zip(rows["low"], rows["high"], strict=True)
    ]
    table["exchange"] = rows["label"].tolist()
    return table


def _signals(view: View) -> pd.DataFrame:
    rows = view.news
    table = _frame(rows["partner"], signal=rows["state"])
    table["probability"] = [DASH if pd.isna(sure) else f"{sure:.0%}" for sure in rows["sure"]]
    table["what happened"] = rows["evidence"].fillna(DASH).tolist()
    return table


_TABLES = {"standing": _standing, "trend": _trend, "exchange": _exchange, "signals": _signals}


def _frame(partners: pd.Series, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"partner": partners.tolist()} | {name: list(cells) for name, cells in columns.items()}
    )


def _numbers(values: pd.Series) -> list[str]:
    return [number(value) for value in values]


def _wholes(values: pd.Series) -> list[str]:
    return [number(value, 0) for value in values]


def _spans(low: pd.Series, high: pd.Series) -> list[str]:
    return [
        DASH if pd.isna(one) else f"{number(one)} to {number(other)}"
        for one, other in zip(low, high, strict=True)
    ]
