"""Tables for the sceptic: the index worked by hand, and how far it and the signals can be trusted."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rapidfuzz import process

from partnership_analysis.errors import ParameterError, listed
from partnership_analysis.metrics.kinds import ONE, choice_words
from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.signals.board import changed
from partnership_analysis.tables.display import DASH, Shown, banded, look
from partnership_analysis.wording import count_of, day, joined, number


def worked_table(index: pd.DataFrame, components: pd.DataFrame, partner: str) -> Shown:
    """One partner's index, step by step, so that it can be worked again with a pencil.

    Parameters
    ----------
    index : DataFrame
        As :func:`partnership_analysis.rvi` gives it; its last month is shown.
    components : DataFrame
        As :func:`partnership_analysis.rvi_components` gives it, up to the same day.
    partner : str

    Raises
    ------
    ParameterError
        If the index has no such partner.
    """
    rows = index[index["partner"] == partner]
    if rows.empty:
        near = process.extract(partner, index["partner"].unique().tolist(), limit=3)
        raise ParameterError(
            [f"there is no index of {partner!r}. There is one of {listed(name for name, *_ in near)}."]
        )
    row: Any = rows.iloc[-1]
    parts = components[(components["partner"] == partner) & (components["month"] == row["month"])]
    steps = [
        (ONE[str(part.kind)], f"{part.count_} × weight {part.weight:g}")
        for part in parts.rename(columns={"count": "count_"}).itertuples()
    ]
    steps += [
        ("N, their sum", number(row["weighted"], 0 if float(row["weighted"]).is_integer() else 2)),
        ("M, months of the partnership in the window", f"{row['months']}"),
        ("rate, N ÷ M", f"{number(row['rate'], 2)} a month"),
        (f"trust{_rated(row)}", number(row["trust"])),
        ("RVI, trust × N ÷ M", number(row["rvi"], 2)),
        (
            "its interval",
            DASH if pd.isna(row["low"]) else f"{number(row['low'], 2)} to {number(row['high'], 2)}",
        ),
        ("band", banded(row["band"])),
        (
            "to the next band",
            DASH if pd.isna(row["lift"]) else count_of(int(row["lift"]), "more interaction"),
        ),
    ]
    table = pd.DataFrame(steps, columns=["step", "value"])
    return Shown(
        look(table, "worked", {"step": partner, "value": f"{row['month']:%B %Y}"}, text=("step",)), table
    )


def _rated(row: Any) -> str:
    source = row["trust_source"]
    if pd.isna(source):
        return ", not rated"
    return f", rated {day(row['trust_date'], year=True)}" if source == "rated" else f", {source}"


def readings_table(moves: pd.DataFrame, *, rows: int = 12) -> Shown:
    """Both readings of the article beside each other, those farthest apart first.

    Parameters
    ----------
    moves : DataFrame
        As :func:`partnership_analysis.band_moves` gives it.
    rows : int
        Show only so many.
    """
    both = moves[(moves["name"] == "published") & moves["rvi"].notna()]
    apart = (both["rvi"] - both["rvi_now"]).abs()
    both = (
        both.assign(apart=apart)
        .sort_values(["apart", "partner"], ascending=[False, True], key=by_name)
        .head(rows)
    )
    table = both[["partner", "rvi_now", "rvi"]].copy()
    table["band_now"] = [banded(band) for band in both["band_now"].astype(object)]
    table["band"] = [banded(band) for band in both["band"].astype(object)]
    labels = {
        "rvi_now": "over the window",
        "rvi": "over the whole partnership",
        "band_now": "band",
        "band": "its band",
    }
    built = look(table, "readings", labels, text=("partner", "band_now", "band"))
    return Shown(built.fmt_number(["rvi_now", "rvi"], decimals=1), table, "Nobody has an RVI.")


def sensitivity_table(sensitivity: pd.DataFrame, *, names: int = 4) -> Shown:
    """What becomes of the ranking if one choice were another.

    Parameters
    ----------
    sensitivity : DataFrame
        As :func:`partnership_analysis.rvi_sensitivity` gives it.
    names : int
        Name so many of those who change band.
    """
    if sensitivity["changed"].isna().all():
        sensitivity = sensitivity.iloc[:0]
    table = sensitivity[["name", "correlation", "changed"]].copy()
    table["name"] = table["name"].map(choice_words)
    table["who"] = [
        DASH if pd.isna(who) or not who else joined(str(who).split("; "), limit=names)
        for who in sensitivity["who"]
    ]
    labels = {"name": "if it were", "correlation": "rank correlation", "changed": "change band"}
    built = look(table, "sensitivity", labels, text=("name", "who"))
    nobody = "Nobody has an RVI, so no choice changes it."
    return Shown(built.fmt_number("correlation", decimals=2), table, nobody)


def interval_table(coverage: pd.DataFrame) -> Shown:
    """How often each interval holds the true rate: on average over the months, at the worst rate, and how wide.

    Parameters
    ----------
    coverage : DataFrame
        As :func:`partnership_analysis.interval_coverage` gives it.
    """
    ways = coverage.groupby("interval", sort=False)
    table = ways.agg(
        average=("average", "mean"),
        worst=("worst", "min"),
        at=("worst_count", "first"),
        width=("width", "mean"),
    ).reset_index()
    labels = {
        "average": "holds on average",
        "worst": "at the worst rate",
        "at": "interactions expected there",
        "width": "average width, a month",
    }
    built = look(table, "intervals", labels, text=("interval",))
    built = built.fmt_percent(["average", "worst"], decimals=1).fmt_number(["at", "width"], decimals=1)
    return Shown(built, table)


def signals_table(signals: pd.DataFrame, *, rows: int = 24) -> Shown:
    """Everybody whose rate seems to have changed, in the order of the board: state, probability, evidence.

    Parameters
    ----------
    signals : DataFrame
        One month of :func:`partnership_analysis.signals`.
    rows : int
        Show only so many.
    """
    table = changed(signals).head(rows)[["partner", "state", "sure", "evidence"]]
    built = look(table, "signals", {"sure": "probability"}, text=("partner", "state", "evidence"))
    return Shown(built.fmt_percent("sure", decimals=0), table, "Nobody's rate has changed beyond chance.")


def worlds_table(worlds: pd.DataFrame) -> Shown:
    """How often a steady partner is alarmed within a year, where the assumptions hold and where they fail.

    Parameters
    ----------
    worlds : DataFrame
        ``pa.measured("worlds")``.
    """
    table = worlds.pivot(index="world", columns="alarm", values="false_alarms").reindex(
        worlds["world"].unique()
    )
    table = table[["weakening or silent", "strengthening"]].rename_axis(columns=None).reset_index()
    built = look(table, "worlds", {"world": "rates that are"}, text=("world",))
    return Shown(built.fmt_percent(["weakening or silent", "strengthening"], decimals=1), table)


def stories_table(stories: pd.DataFrame) -> Shown:
    """What the measures find of what is planted on samples, and how many others they accuse.

    Parameters
    ----------
    stories : DataFrame
        ``pa.measured("stories")``.
    """
    table = stories[["story", "found", "accused", "promised"]].copy()
    labels = {"accused": "others accused", "promised": "promised at most"}
    built = look(table, "stories", labels, text=("story",))
    return Shown(
        built.fmt_percent(["found"], decimals=1).fmt_percent(["accused", "promised"], decimals=2), table
    )
