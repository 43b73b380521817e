"""Tables and sentences of verticals: how each performs, on whom it hangs, whom its partners serve, which are missing."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from partnership_analysis.metrics.exchange import advice
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.tables.blocks import Sentences
from partnership_analysis.tables.display import DASH, Shown, look, ranges
from partnership_analysis.wording import money, number

MEASURES = {"value": "won", "received": "referrals received", "commitments": "open actions", "rvi": "RVI"}


def vertical_table(performance: pd.DataFrame, *, currency: str = "") -> Shown:
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
        table["interval"] = ranges(now["low"], now["high"])
        if (now["too_early"] > 0).any():
            table["too_early"] = now["too_early"].to_numpy()
        table["rvi_before"] = ago["rvi"].reindex(now.index).to_numpy()
    for name in ("received", "given"):
        table[name] = now[name].to_numpy()
        table[f"{name}_before"] = pd.array(ago[name].reindex(now.index), dtype="Int64")
    if performance["value"].notna().any():
        table["value"] = [money(value, currency) for value in now["value"]]
        table["value_before"] = [money(value, currency) for value in ago["value"].reindex(now.index)]
    labels = {str(name): "before" for name in table.columns if str(name).endswith("_before")}
    labels["too_early"] = "of them too early"
    groups = {"rvi": "mean RVI", "received": "referrals received", "given": "referrals given", "value": "won"}
    built = look(table, "verticals", labels | dict.fromkeys(groups, "now"), text=("vertical",))
    for name, words in groups.items():
        beside = [extra for extra in ("interval", "too_early") if name == "rvi" and extra in table.columns]
        mine = [name, *beside, f"{name}_before"]
        if name in table.columns:
            built = built.tab_spanner(words, mine)
    numbers = [name for name in ("rvi", "rvi_before") if name in table.columns]
    return Shown(built.fmt_number(numbers, decimals=1) if numbers else built, table)


def concentration_table(dependence: pd.DataFrame, *, currency: str = "") -> Shown:
    """What hangs on the largest, and how it would be without it.

    Parameters
    ----------
    dependence : DataFrame
        As :func:`partnership_analysis.dependence` gives it.
    currency : str
        ISO code of the value.
    """
    shown = dependence[dependence["top"].notna()].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "measure": [MEASURES[str(name)] for name in shown["measure"]],
            "total": [
                money(total, currency) if measure == "value" else number(total, 0)
                for total, measure in zip(shown["total"], shown["measure"], strict=True)
            ],
            "top": shown["top"],
            "top_share": shown["top_share"],
            "interval": ranges(shown["low"], shown["high"], "{:.0%}".format),
            "effective": shown["effective"],
            "next": shown["next"],
            "rest_share": shown["rest_share"],
            "rest_effective": shown["rest_effective"],
        }
    )
    labels = {
        "measure": "",
        "top": "the largest",
        "top_share": "share",
        "effective": "like equal ones",
        "next": "then the largest",
        "rest_share": "share ",
        "rest_effective": "like equal ones ",
    }
    built = look(table, "concentration", labels, text=("measure", "top", "next"))
    built = built.tab_spanner("as it is", ["top", "top_share", "interval", "effective"])
    built = built.tab_spanner("without the largest", ["next", "rest_share", "rest_effective"])
    built = built.fmt_percent(["top_share", "rest_share"], decimals=0)
    return Shown(
        built.fmt_number(["effective", "rest_effective"], decimals=1),
        table,
        "Nothing is on record that could hang on one partner.",
    )


def overlap_table(overlap: pd.DataFrame, exchange: pd.DataFrame, *, rows: int | None = None) -> Shown:
    """Who serves our clients, and what has come of it.

    Parameters
    ----------
    overlap : DataFrame
        As :func:`partnership_analysis.overlap_with_us` gives it.
    exchange : DataFrame
        As :func:`partnership_analysis.reciprocity` gives it.
    rows : int, optional
        Show only the first so many.
    """
    passed = exchange.set_index("partner")[["received", "given"]]
    shown = overlap[overlap["overlap"].notna()].join(passed, on="partner")
    shown[["received", "given"]] = shown[["received", "given"]].fillna(0)
    shown = shown.sort_values(
        ["overlap", "received", "partner"],
        ascending=[False, True, True],
        key=by_name,
        kind="stable",
        ignore_index=True,
    )
    table = shown.head(len(shown) if rows is None else rows)[
        ["partner", "shared", "overlap", "received", "given"]
    ].copy()
    labels = {"shared": "clients that we share", "overlap": "of all tags"}
    built = look(table, "overlap", labels, text=("partner", "shared"))
    built = built.tab_spanner("referrals", ["received", "given"])
    return Shown(
        built.fmt_percent("overlap", decimals=0), table, "No partner's market is on record, or ours is not."
    )


def pairs_table(pairs: pd.DataFrame, *, rows: int = 10) -> Shown:
    """Partners who serve the same clients, or offer the same, the largest overlap first.

    Parameters
    ----------
    pairs : DataFrame
        As :func:`partnership_analysis.overlap_of_partners` gives it.
    rows : int
        Show only so many.
    """
    table = pairs.head(rows)[["one", "other", "shared", "overlap"]].copy()
    built = look(table, "pairs", {"other": "and"}, text=("one", "other", "shared"))
    if len(pairs) > rows:
        built = built.tab_source_note(f"and {len(pairs) - rows:,} more that share any")
    return Shown(built.fmt_percent("overlap", decimals=0), table, "No two partners share a tag.")


def vertical_gaps_table(gaps: pd.DataFrame) -> Shown:
    """Verticals that we want and do not have, and such as the settings do not name.

    Parameters
    ----------
    gaps : DataFrame
        As :func:`partnership_analysis.vertical_gaps` gives it.
    """
    table = gaps[["vertical", "finding", "partners", "last_partner", "since"]].copy()
    table["since"] = [DASH if pd.isna(since) else f"{since:%B %Y}" for since in gaps["since"]]
    labels = {"finding": "today", "last_partner": "the last one", "since": "ended"}
    built = look(table, "vertical-gaps", labels, text=("vertical", "finding", "last_partner", "since"))
    return Shown(built, table, "Every wanted vertical has a partner, or the settings name none.")


def vertical_advice(portfolio: Portfolio, day: dt.date) -> Sentences:
    """What to do about verticals, by :func:`partnership_analysis.metrics.exchange.advice.vertical_advice`."""
    return Sentences(advice.vertical_advice(portfolio, as_of=day))
