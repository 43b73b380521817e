"""Tables of the index and its signals: who changed band, and everybody's state with their months beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.metrics.names import by_name
from partnership_analysis.metrics.review import Review
from partnership_analysis.metrics.signals.advice import rvi_advice as sentences_of
from partnership_analysis.metrics.signals.board import NEWS
from partnership_analysis.tables.blocks import STATE_MARKS, Sentences
from partnership_analysis.tables.display import NO_BREAK, Shown, banded, look
from partnership_analysis.tables.sparks import months


def band_moves_table(standing: pd.DataFrame) -> Shown:
    """Everybody whose band differs from a quarter before, and whether the rate changed beyond chance.

    Parameters
    ----------
    standing : DataFrame
        As :func:`partnership_analysis.quarter_change` gives it.
    """
    both = standing[standing["band"].notna() & standing["band_before"].notna()]
    before, now = both["band_before"].astype(object), both["band"].astype(object)
    moved = both[before.ne(now)].sort_values(["rvi_change", "partner"], key=by_name, kind="stable")
    table = moved[["partner"]].copy()
    table["before"] = [banded(band) for band in moved["band_before"].astype(object)]
    table["now"] = [banded(band) for band in moved["band"].astype(object)]
    table["rvi_before"], table["rvi"], table["change"] = (
        moved["rvi_before"],
        moved["rvi"],
        moved["rvi_change"],
    )
    table["state"] = [_marked(state) for state in moved["state"]]
    labels = {"rvi_before": "before", "rvi": "now", "state": "signal"}
    built = look(table, "moves", labels, text=("partner", "before", "now", "state"))
    built = built.tab_spanner("band", ["before", "now"]).tab_spanner("RVI", ["rvi_before", "rvi", "change"])
    built = built.fmt_number(["rvi_before", "rvi"], decimals=1).fmt_number(
        "change", decimals=1, force_sign=True
    )
    return Shown(built, table, "Nobody's band differs from a quarter before.")


def signals_board_table(board: pd.DataFrame, *, rows: int = 12) -> Shown:
    """Those with news, then the others: months as bars, coloured since the change; state and evidence.

    Parameters
    ----------
    board : DataFrame
        As :func:`partnership_analysis.signals_board` gives it.
    rows : int
        Show only so many, and say how many more there are.
    """
    people = board.drop_duplicates("partner").head(rows)
    lived = dict(list(board.groupby("partner", sort=False)))
    slots = int(board["month"].nunique())
    table = people[["partner"]].copy()
    table["months"] = [", ".join(map(str, lived[name]["count"])) for name in people["partner"]]
    table["state"] = [_marked(state) for state in people["state"]]
    table["evidence"] = people["evidence"]
    drawn = table.assign(
        months=[
            _bars(row, lived[name], slots)
            for row, name in zip(people.itertuples(), people["partner"], strict=True)
        ]
    )
    labels = {"months": f"last {slots} months", "state": "signal"}
    built = look(drawn, "board", labels, text=("partner", "months", "state", "evidence"))
    built = built.fmt(lambda drawing: drawing, columns="months")
    left_out = board["partner"].nunique() - len(people)
    built = built.tab_source_note(f"and {left_out:,} more") if left_out > 0 else built
    return Shown(built, table, "No interaction is on record.")


def rvi_advice(review: Review) -> Sentences:
    """What to do about the standings, by :func:`partnership_analysis.metrics.signals.advice.rvi_advice`."""
    return Sentences(sentences_of(review))


def _bars(row: Any, lived: pd.DataFrame, slots: int) -> str:
    changed = int((lived["month"] >= row.since).sum()) if row.state in NEWS and pd.notna(row.since) else 0
    return months(lived["count"].tolist(), changed, rising=row.state == "strengthening", slots=slots)


def _marked(state: object) -> str:
    mark = STATE_MARKS[str(state)][0] if str(state) in STATE_MARKS else ""
    return f"{mark} {state}".strip().replace(" ", NO_BREAK)
