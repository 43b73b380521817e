"""What an import brings, and a summary of it for the one who asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from partnership_analysis.errors import listed
from partnership_analysis.settings import Settings
from partnership_analysis.sources.ledger import RECOGNISED, REJECTED, Ledger
from partnership_analysis.wording import count_of

COUNTS = ("added", "updated", "unchanged", "withdrawn")


@dataclass(eq=False)
class Imported:
    """What an import brings, merged with what was there.

    Parameters
    ----------
    tables : dict of str to DataFrame
        The four tables of the portfolio; all empty where a group's pair table was made.
    pairs, unassigned : DataFrame
        The pair table of a group (``schema.PAIRS``), and closed business that belongs to no pair
        (``schema.UNASSIGNED``).
    settings : Settings
        Of the portfolio.
    ledger : Ledger
        What became of every row of the exports.
    changes : Counter
        Interactions (or pairs) that were ``added``, ``updated``, ``unchanged`` and ``withdrawn``.
    strangers : Counter
        Names that are no known partner's, with the rows that name them.
    remarks : list of str
        Whole sentences on what was read from where.
    to : Path, optional
        The file that holds it; nothing if none was asked for, or there was nothing to write.
    """

    tables: dict[str, pd.DataFrame]
    pairs: pd.DataFrame
    unassigned: pd.DataFrame
    settings: Settings
    ledger: Ledger
    changes: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    to: Path | None = None

    def summary(self) -> str:
        """What was read, used and left out, and what to do next: lines of text."""
        return "\n".join([*self._rows(), "", *self.remarks, *self._people(), *self._outcome()])

    def _rows(self) -> Iterable[str]:
        sources = self.ledger.sources.groupby(["file", "sheet"], sort=False, dropna=False)[
            ["read", "accepted", "rejected", "recognised"]
        ].sum()
        for source in sources.reset_index().itertuples(index=False):
            place = ", sheet ".join(filter(None, (str(source.file), str(source.sheet))))
            yield (
                f"{place}: {count_of(int(str(source.read)), 'row')} read, {source.accepted:,} used, "
                f"{source.recognised:,} left out, {source.rejected:,} rejected"
            )
        for outcome, word in ((RECOGNISED, "left out"), (REJECTED, "rejected")):
            reasons = self.ledger.reasons(outcome)
            for reason, rows, example in zip(
                reasons["reason"], reasons["rows"], reasons["example"], strict=True
            ):
                at = f" (for example {example})" if outcome == REJECTED else ""
                yield f"  {word}: {count_of(int(rows), 'row')}: {reason}{at}"

    def _people(self) -> Iterable[str]:
        if self.strangers:
            often = sorted(self.strangers.items(), key=lambda item: (-item[1], item[0]))
            yield (
                f"Not known as partners, most often: {listed((f'{name} ({rows:,})' for name, rows in often), limit=8)}. "
                f"Who is one: add the name, or an alias, to `partners` and import again."
            )

    def _outcome(self) -> Iterable[str]:
        what = "row of the pair table" if len(self.pairs) else "interaction"
        plural = "rows of the pair table" if len(self.pairs) else "interactions"
        counts = ", ".join(
            f"{self.changes[name]:,} {name}" for name in COUNTS if name != "withdrawn" or self.changes[name]
        )
        size = len(self.pairs) or len(self.tables["interactions"])
        where = f"{self.to}: " if self.to else ""
        yield f"{where}{counts}; {count_of(size, what, plural)} in all."
        if self.to and not len(self.pairs):
            yield f"Next: partnership-analysis check --portfolio {self.to}"
