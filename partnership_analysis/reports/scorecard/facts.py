"""What the live sheets stand on: each partner's counts, trust and index from both sides, as the package has them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.metrics.about import vertical_of
from partnership_analysis.metrics.grid import Grid, grid, months_in, tenure, trailing
from partnership_analysis.metrics.review import TREND, Review
from partnership_analysis.metrics.rvi import counted, indexed, latest
from partnership_analysis.periods import month_start
from partnership_analysis.schema import RVI_KINDS
from partnership_analysis.settings import Settings

LEAST_MONTHS = 36
"""Months of counts that get a column, or the window if that is longer; a reader may try windows up to this."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Side:
    """RVI of the partners from one side, and what it is made of; arrays and frames in the order of the partners.

    Attributes
    ----------
    now : DataFrame
        :func:`partnership_analysis.metrics.rvi.indexed` at the day, and ``rank`` (Float64, 1 is the highest).
    order : list of int
        Places of the partners in the order of this side's RVI.
    before : Series
        RVI a quarter before.
    tenure : Series
        Months of the partnership so far.
    months : array, partners x kinds x months shown
        Counts.
    earlier, whole, inside : array, partners x kinds
        Counts before the first month shown, of the whole partnership and in the window.
    """

    now: pd.DataFrame
    order: list[int]
    before: pd.Series
    tenure: pd.Series
    months: Ints
    earlier: Ints
    whole: Ints
    inside: Ints


@dataclass(frozen=True)
class Facts:
    """A review, its partners in the order of their standing, and both sides of each."""

    review: Review
    partners: list[str]
    verticals: list[str]
    began: list[dt.date]
    months: list[dt.date]
    sides: dict[str, Side]

    @property
    def settings(self) -> Settings:
        """The portfolio's."""
        return self.review.portfolio.settings

    @property
    def shown(self) -> list[dt.date]:
        """The last months, which trends show: two years, or the record."""
        return self.months[-TREND:]

    def history(self, measure: str) -> pd.DataFrame:
        """A column of the review's monthly frame, a row a partner and a column a month of :attr:`shown`."""
        rows = self.review.monthly
        rows = rows[rows["month"] >= pd.Timestamp(self.shown[0])]
        table = rows.pivot(index="partner", columns="month", values=measure)
        return table.reindex(index=self.partners, columns=pd.to_datetime(self.shown))


def facts_of(review: Review) -> Facts:
    """Everything that the live sheets need."""
    portfolio, day = review.portfolio, review.day
    names = review.standing["partner"]
    partners = [str(name) for name in names]
    cells = grid(portfolio, perspective="ours", as_of=day)
    spans = tenure(portfolio, day).set_index("partner").reindex(partners)
    span = most_months(portfolio.settings)
    return Facts(
        review,
        partners,
        [str(vertical) for vertical in vertical_of(portfolio, names)],
        [month_start(int(index)) for index in spans["first_month"]],
        [month_start(int(index)) for index in cells.months[-span:]],
        {side: _side(review, partners, side) for side in ("ours", "theirs")},
    )


def most_months(settings: Settings) -> int:
    """Months that the sheet of counts can show, and so the longest window that can be tried."""
    return max(LEAST_MONTHS, settings.window)


def _side(review: Review, partners: list[str], side: str) -> Side:
    portfolio, day = review.portfolio, review.day
    monthly = indexed(portfolio, perspective=side, as_of=day)
    lived = indexed(portfolio, perspective=side, method="published", as_of=day)
    now = latest(monthly, day).set_index("partner").reindex(partners)
    now["rank"] = now["rvi"].rank(method="min", ascending=False)
    before = latest(monthly, month_start(review.quarter.first_index - 1))
    cells = grid(portfolio, perspective=side, as_of=day)
    rows = pd.Index(cells.partners).get_indexer(pd.Index(partners))
    window = months_in(None, portfolio.settings)
    counts, span = _stacked(cells)[rows], most_months(portfolio.settings)
    order = now["rank"].reset_index(drop=True).sort_values(na_position="last", kind="stable")
    return Side(
        now,
        order.index.tolist(),
        before.set_index("partner")["rvi"].reindex(partners),
        latest(lived, day).set_index("partner")["months"].reindex(partners),
        counts[:, :, -span:],
        counts[:, :, :-span].sum(axis=2),
        np.stack([trailing(cells.kinds[kind], None)[rows, -1] for kind in RVI_KINDS], axis=1),
        np.stack([counted(cells, kind, "trailing", window)[rows, -1] for kind in RVI_KINDS], axis=1),
    )


def _stacked(cells: Grid) -> Ints:
    return np.stack([cells.kinds[kind] for kind in RVI_KINDS], axis=1)
