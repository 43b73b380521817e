"""The charts of one partner, and of a group of whom both ends are on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import partnership_analysis as pa
from partnership_analysis.charts.connections import plot_members, plot_missing_connections
from partnership_analysis.charts.handout import plot_handout
from partnership_analysis.charts.history import plot_history
from partnership_analysis.charts.matrices import plot_combinations, plot_referral_matrix
from partnership_analysis.charts.profile import (
    plot_both_rates,
    plot_both_rvis,
    plot_partner_exchange,
)
from partnership_analysis.charts.profile_pictures import signal_of
from partnership_analysis.charts.theme import Chart
from partnership_analysis.metrics.about import ended_by
from partnership_analysis.metrics.handout import partner_handout
from partnership_analysis.metrics.network.order import in_order
from partnership_analysis.metrics.profile import Profile, partner_profile
from partnership_analysis.periods import Quarter
from tools.gallery.drawings import Frames

Drawn = tuple[pd.DataFrame, dict[str, Any]]
SHOWN = "Merrow Tallis Accountants"
"""The partner whose page the gallery shows where it is there; else the first by name."""


def shown(portfolio: pa.Portfolio) -> str:
    """That partner's name, or the first."""
    return next((name for name in portfolio.names if name.startswith(SHOWN)), portfolio.names[0])


def page_of(portfolio: pa.Portfolio, day: dt.date) -> Profile:
    """The page of one partner at the end of the quarter of a day."""
    return partner_profile(portfolio, shown(portfolio), str(Quarter.containing(day)))


def _both_rvis(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    settings = portfolio.settings
    page = page_of(portfolio, day)
    options = {"limits": settings.bands.limits, "window": settings.window, "state": signal_of(page)}
    return page.indices, options


def _both_rates(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    page = page_of(portfolio, day)
    return page.indices, {"window": portfolio.settings.window, "state": signal_of(page)}


def _exchange(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    page = page_of(portfolio, day)
    window = portfolio.settings.window
    return page.balance, {"exchange": page.exchange, "state": signal_of(page), "window": window}


def _handout(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    page = partner_handout(portfolio, str(Quarter.containing(day)), partner=shown(portfolio))
    return page.quarters, {"actions": page.actions, "partner": page.partner}


def _timeline(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    page = page_of(portfolio, day)
    return page.events, {"partner": page.partner, "until": day, "state": signal_of(page)}


def _ended(portfolio: pa.Portfolio, day: dt.date) -> Drawn:
    """The timeline of somebody who has ended, or of whoever is shown."""
    over = portfolio.partners[portfolio.partners["ended"] <= pd.Timestamp(day)]
    if over.empty:
        return _timeline(portfolio, day)
    row = over.iloc[0]
    page = partner_profile(portfolio, row["partner"], str(Quarter.containing(day)))
    return page.events, {"partner": row["partner"], "ended": row["ended"]}


def group_of(portfolio: pa.Portfolio, day: dt.date) -> pd.DataFrame:
    """A pair table made of the partners' names: a group in which four circles refer and meet, some across."""
    names = [portfolio.settings.us, *_current(portfolio, day)]
    chance = np.random.default_rng(5)
    count = len(names)
    circle = chance.permutation(count) % 4
    near = circle[:, None] == circle[None, :]
    keen = chance.gamma(1.5, 0.7, count)
    rate = np.where(near, 1.1, 0.09) * np.minimum(1, 24 / count)
    given = chance.poisson(rate * keen[:, None])
    met = np.triu(chance.poisson(rate * 0.8 + 0.03 * np.minimum(1, 24 / count)), 1)
    np.fill_diagonal(given, 0)
    rows = [
        pd.DataFrame(
            {
                "from": [names[one] for one in places[0]],
                "to": [names[other] for other in places[1]],
                "kind": kind,
                "count": table[places],
            }
        )
        for kind, table in (("referral", given), ("meeting", met))
        for places in [np.nonzero(table)]
    ]
    return pd.concat(rows, ignore_index=True)


def _current(portfolio: pa.Portfolio, day: dt.date) -> list[str]:
    """Members of the group: whose partnership has ended is nobody to introduce."""
    over = set(ended_by(portfolio, day))
    return [name for name in portfolio.names if name not in over]


def _group(measure: Callable[..., pd.DataFrame], **options: Any) -> Frames:
    return lambda portfolio, day: (
        measure(group_of(portfolio, day), members=_current(portfolio, day)),
        options,
    )


DRAWINGS: dict[str, tuple[Chart, Frames]] = {
    "both rvis": (plot_both_rvis, _both_rvis),
    "both rates": (plot_both_rates, _both_rates),
    "history": (plot_history, _timeline),
    "history, ended": (plot_history, _ended),
    "referral matrix": (
        plot_referral_matrix,
        _group(lambda *pairs, **who: in_order(pa.referral_matrix(*pairs, **who))),
    ),
    "meeting matrix": (
        plot_referral_matrix,
        _group(lambda *pairs, **who: in_order(pa.meeting_matrix(*pairs, **who)), what="meetings"),
    ),
    "combinations": (
        plot_combinations,
        _group(lambda *pairs, **who: in_order(pa.combination_matrix(*pairs, **who))),
    ),
    "members": (plot_members, _group(pa.member_reciprocity)),
    "missing connections": (plot_missing_connections, _group(pa.missing_connections)),
    "partner exchange": (plot_partner_exchange, _exchange),
    "handout": (plot_handout, _handout),
}
