"""A ready panel in place of interactions: whole months of each partner, kind and direction, and no single interaction.

`partnership-analysis panel` makes it of more rows than a table can hold. Here its cells become rows of the
`interactions` table, dated at the end of their month, so that every measure of months runs on them unchanged; what needs
days or single interactions is empty (``Portfolio.reduced``).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.panels import AMOUNTS, About, about_panel, is_panel, read_panel
from partnership_analysis.schema import DIRECTIONS, INTERACTIONS, KINDS
from partnership_analysis.sources.ledger import NOTE, entries_frame, sources_frame
from partnership_analysis.wording import count_of

PANEL = "panel.parquet"
"""What a folder's ready panel is called."""


def panel_at(path: Path) -> Path | None:
    """The ready panel at a path: the file itself, or the folder's; nothing if there is none."""
    place = path / PANEL if path.is_dir() else path
    return place if is_panel(place) else None


def interactions_of(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The rows that stand for a panel's cells, its line of the ledger's sources, and a note of what it was made from.

    Raises
    ------
    SourceError
        If it is damaged, of a later version, or holds what no panel of ours holds.
    """
    about, cells = about_panel(path), read_panel(path)
    for name, known in (("kind", KINDS), ("direction", DIRECTIONS)):
        strange = sorted(set(cells[name].dropna().unique()) - set(known))
        if strange or cells[name].isna().any():
            what = listed(strange) or "empty cells"
            raise SourceError(
                f"{path} holds {what} as `{name}`, which is none of {listed(known)}. Make it again."
            )
    if cells["partner"].isna().any() or not (cells["count"] >= 0).all():
        raise SourceError(f"{path} has cells without a partner or a count. Make it again.")
    rows = cells[["partner", "kind", "direction", "count", *AMOUNTS]].assign(date=_days(cells, about))
    size = len(cells)
    line = sources_frame([("interactions", path.name, "", size, size, 0, 0)])
    return (
        INTERACTIONS.typed(rows),
        line,
        entries_frame(NOTE, "interactions", path.name, "", reasons=[_words(about)]),
    )


def _days(cells: pd.DataFrame, about: About) -> np.ndarray:
    """The last day of each cell's month that is on record; of the first month the day on which the record begins."""
    months = cells["month"].to_numpy().astype("datetime64[M]")
    days = (months + 1).astype("datetime64[D]") - 1
    if about.first_date is not None:
        begun = np.datetime64(about.first_date, "D")
        days = np.where(months <= begun.astype("datetime64[M]"), begun, days)
    last = days if about.last_date is None else np.minimum(days, np.datetime64(about.last_date, "D"))
    return np.asarray(last.astype("datetime64[us]"))


def _words(about: About) -> str:
    left = [f"{reason} {number:,}" for reason, number in about.rejected.items()]
    rejected = (
        f"; {count_of(about.read - about.used, 'row')} rejected when it was made ({listed(left)})"
        if left
        else ""
    )
    return (
        f"a ready panel of {count_of(about.used, 'row')} of interactions, {about.first_date} to {about.last_date}{rejected}: "
        "whole months, so that what needs single interactions or their days is left out"
    )
