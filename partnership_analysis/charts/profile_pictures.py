"""The pictures of one partner's page: which chart answers a question, given what is on record and how it stands."""

from __future__ import annotations

import datetime as dt

from partnership_analysis.charts.history import plot_history
from partnership_analysis.charts.picture import Picture, picture
from partnership_analysis.charts.profile import (
    plot_both_rates,
    plot_both_rvis,
    plot_partner_exchange,
)
from partnership_analysis.metrics.profile import Profile
from partnership_analysis.metrics.profile_facts import CURRENT, ENDED


def both_rvis_picture(page: Profile) -> Picture:
    """Both sides over time: RVI on its bands, or without trust the rates behind it."""
    settings, state = page.portfolio.settings, signal_of(page)
    if not page.rated:
        return picture(plot_both_rates, page.indices, window=settings.window, state=state)
    limits = settings.bands.limits
    return picture(plot_both_rvis, page.indices, limits=limits, window=settings.window, state=state)


def history_picture(page: Profile) -> Picture:
    """The timeline of one partner, with its end if it has ended."""
    return picture(
        plot_history,
        page.events,
        ended=_ended(page),
        partner=page.partner,
        until=page.day,
        state=signal_of(page),
    )


def partner_exchange_picture(page: Profile) -> Picture:
    """What both have sent each other so far, with the verdict on the window."""
    return picture(
        plot_partner_exchange,
        page.balance,
        exchange=page.exchange,
        state=signal_of(page),
        window=page.portfolio.settings.window,
    )


def signal_of(page: Profile) -> str:
    """What the signals say of our side; of a partnership that is over or ahead, that."""
    now = page.facts["state"].item()
    ours = page.state.loc[page.state["perspective"] == "ours", "state"]
    return str(now if now != CURRENT else next(iter(ours.dropna()), ""))


def _ended(page: Profile) -> dt.date | None:
    return None if page.facts["state"].item() != ENDED else page.facts["ended"].item()
