"""One partner over time: both sides' index, the timeline of all that was done, and the exchange so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from partnership_analysis.charts.panels import date_ticks, line, ribbon, spanned
from partnership_analysis.charts.picture import Picture, picture
from partnership_analysis.charts.ranking import LIMITS
from partnership_analysis.charts.strips import dodged
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GIVEN,
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    is_narrow,
    root_scale,
    subtitle_height,
)
from partnership_analysis.metrics.profile_facts import ENDED
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, number

if TYPE_CHECKING:
    from partnership_analysis.metrics.profile import Profile

SIDES = {"ours": ("for us", RECEIVED, RECEIVED), "theirs": ("for them", GIVEN, GREY)}
"""Perspective: its label, the colour of its line, and that of its text."""
PLOT = 2.5
"""Inches of a chart of one partner, its ticks included."""
LINE = 0.125
"""Inches that a line of text takes."""
_TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def _span(data: pd.DataFrame) -> str:
    return spanned(f"{data['month'].min():%B %Y}", f"{data['month'].max():%B %Y}")


def _ends(data: pd.DataFrame, value: str) -> list[str]:
    """What each side's line says: from the first to the last known value."""
    words = []
    for side, (label, _, _) in SIDES.items():
        known = data.loc[(data["perspective"] == side) & data[value].notna()]
        if len(known):
            first, last = known.iloc[0], known.iloc[-1]
            words.append(
                f"{label} from {number(first[value])} ({first['month']:%B %Y}) to {number(last[value])}"
            )
    return words


def _describe_rvis(data: pd.DataFrame, limits: Sequence[float] = LIMITS) -> str:
    now = data.loc[(data["perspective"] == "ours") & data["rvi"].notna(), "band"].tail(1).tolist()
    band = f" The band is {now[0]}." if now else ""
    return f"Relationship Value Index by month, {_span(data)}: {joined(_ends(data, 'rvi'))}.{band}"


RVIS_SUBTITLE = (
    "Relationship Value Index by month over the trailing window, from interactions and ratings. For us: received or done "
    "together; for them: given or done together. Shaded: interval; dotted: began before the record"
)
RATES_SUBTITLE = (
    "Interactions a month over the trailing window; nobody rated trust. For us: received or done together; for them: given "
    "or done together. Shaded: interval; dotted: began before the record"
)


@chart(
    describe=_describe_rvis,
    height=lambda data, width: PLOT + subtitle_height(RVIS_SUBTITLE, width),
    empty="Neither side has an RVI: it needs at least one rating of trust.",
    needs="rvi",
    subtitle=RVIS_SUBTITLE,
)
def plot_both_rvis(data: pd.DataFrame, ax: Axes, limits: Sequence[float] = LIMITS) -> None:
    """Both sides' index of one partner over time, on the bands.

    Parameters
    ----------
    data : DataFrame
        ``perspective`` (ours, theirs), ``month``, ``rvi``, ``low``, ``high``, ``band``, ``partial``; as ``indices`` of
        :func:`partnership_analysis.partner_profile`. Months that are too early for a band are not drawn.
    ax : Axes, optional
    limits : three numbers
        Band limits, rising.
    """
    drawn = data[data["rvi"].notna()]
    settled = drawn[drawn["band"] != TOO_EARLY]
    drawn = settled if len(settled) else drawn
    top = _top(drawn, "rvi", "high", at_least=limits[-1] * 1.35)
    root_scale(ax, "y")
    _two_lines(ax, drawn, ("rvi", "low", "high"), top)
    _zones(ax, limits, top)
    _months(ax, data)


def _zones(ax: Axes, limits: Sequence[float], top: float) -> None:
    """Bands behind the lines, named at the left where they are high enough for a name."""
    edges = list(zip((0.0, *limits), (*limits, top), strict=True))
    words = (
        f"{BANDS[0]}, under {limits[0]:g}",
        *BANDS[1:-1],
        f"{BANDS[-1]}, from {limits[-1]:g}",
    )
    places, names, colours = [], [], []
    for band, word, (low, high) in zip(BANDS, words, edges, strict=True):
        ax.axhspan(low, high, color=BAND_COLOURS[band], alpha=0.09, lw=0, zorder=0)
        if (high**0.5 - low**0.5) / top**0.5 * (PLOT - 0.5) > LINE:
            places.append(((low**0.5 + high**0.5) / 2) ** 2)
            names.append(band if is_narrow(ax) else word)
            colours.append(BAND_TEXT[band])
    ax.set_yticks(places, names)
    ax.tick_params(axis="y", labelsize=8.5)
    for label, colour in zip(ax.get_yticklabels(), colours, strict=True):
        label.set_color(colour)


def _describe_rates(data: pd.DataFrame) -> str:
    return f"Interactions a month, {_span(data)}: {joined(_ends(data, 'rate'))}."


@chart(
    describe=_describe_rates,
    height=lambda data, width: PLOT + subtitle_height(RATES_SUBTITLE, width),
    empty="Nothing is on record with this partner yet.",
    needs="rate",
    subtitle=RATES_SUBTITLE,
)
def plot_both_rates(data: pd.DataFrame, ax: Axes) -> None:
    """The rates behind both sides' index, where nobody rated trust.

    Parameters
    ----------
    data : DataFrame
        ``perspective``, ``month``, ``rate``, ``rate_low``, ``rate_high`` (interactions a month), ``partial``.
    ax : Axes, optional
    """
    top = _top(data, "rate", "rate_high", at_least=0.5)
    root_scale(ax, "y")
    _two_lines(ax, data, ("rate", "rate_low", "rate_high"), top)
    ticks = [tick for tick in _TICKS if tick <= top][-4:]
    ax.set_yticks([0.0, *ticks], [f"{tick:g}" for tick in (0, *ticks)])
    ax.tick_params(axis="y", labelsize=8.5, colors=GREY)
    ax.grid(axis="y")
    _months(ax, data)


def _top(data: pd.DataFrame, value: str, high: str, *, at_least: float) -> float:
    """Where the axis ends: the highest point, and as much of the intervals as does not dwarf the rest."""
    highest = float(data[value].max())
    return max(at_least, min(float(data[high].max()), 1.5 * highest) * 1.05)


def _two_lines(ax: Axes, data: pd.DataFrame, names: tuple[str, str, str], top: float) -> None:
    """Each side's line with its ribbon, named where it ends."""
    ends: list[tuple[float, str, str]] = []
    for side, (label, colour, text) in reversed(SIDES.items()):
        rows = data[data["perspective"] == side]
        if rows.empty:
            continue
        values, low, high = (rows[name].to_numpy("float64", na_value=np.nan) for name in names)
        cut = rows["partial"].to_numpy(dtype=bool)
        ribbon(ax, rows["month"], low, np.minimum(high, top), colour, cut)
        line(ax, rows["month"], values, colour, cut)
        known = values[~np.isnan(values)]
        if len(known):
            ends.append((float(known[-1]), f"{label} {number(known[-1])}", text))
    ax.set_ylim(0, top)
    _name_ends(ax, ends)


def _name_ends(ax: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Names right of the last points, moved apart where they would touch."""
    inches = PLOT - 0.5
    places = ax.transLimits.transform([(0, _scaled(ax, value)) for value, _, _ in ends])[:, 1] * inches
    moved = dodged(places, gap=0.17, low=0.04, high=inches)
    for (value, label, colour), was, now in zip(ends, places, moved, strict=True):
        ax.annotate(
            label,
            (1, value),
            xycoords=("axes fraction", "data"),
            xytext=(7, (now - was) * 72),
            textcoords="offset points",
            va="center",
            color=colour,
            weight="bold",
            gid="end",
        )


def _scaled(ax: Axes, value: float) -> float:
    return float(ax.transScale.transform((0, value))[1])


def _months(ax: Axes, data: pd.DataFrame) -> None:
    _years(ax, data["month"].min(), data["month"].max())
    ax.tick_params(axis="x", labelsize=8.5)


def _years(ax: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """As :func:`date_ticks`, with as many years as one wide chart has room for."""
    date_ticks(ax, first, last)
    years = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1)]
    inside = [year for year in years if first <= year <= last]
    if len(inside) >= 2 or (inside and (last - first).days > 550):
        step = -(-len(inside) // (5 if is_narrow(ax) else 12))
        shown = inside[::-1][::step][::-1]
        ax.set_xticks(date2num(shown), [str(year.year) for year in shown])


LANES = {
    "referral": "referrals",
    "strategic_referral": "introductions",
    "online_collaboration": "online",
    "event": "events",
    "cross_promotion": "promotions",
    "meeting": "meetings",
    "trade": "trade",
    "action": "actions",
    "rating": "ratings",
}
_UP, _DOWN = ("received", "done", "us"), ("given", "agreed", "them")
LANE = 0.34
HISTORY_SUBTITLE = (
    "Everything on record by month, the larger the more: ▲ received, ▼ given, ● together. Actions: ▲ done, ▼ agreed. "
    "Ratings: ▲ by us, ▼ by them"
)


def _lanes(data: pd.DataFrame) -> list[str]:
    there = set(data["kind"].astype(str))
    return [kind for kind in LANES if kind in there]


def _describe_history(data: pd.DataFrame, ended: dt.date | None = None) -> str:
    words = []
    for kind in _lanes(data):
        rows = data[data["kind"] == kind]
        ways = [
            f"{int(sums):,} {way}" for way, sums in rows.groupby("way", sort=False)["count"].sum().items()
        ]
        words.append(f"{LANES[kind]} {joined(ways)}, last in {rows['month'].max():%B %Y}")
    return f"Timeline of what both sides did, {_span(data)}: {'; '.join(words)}."


def _history_height(data: pd.DataFrame, width: float) -> float:
    return 0.5 + LANE * len(_lanes(data)) + subtitle_height(HISTORY_SUBTITLE, width)


@chart(
    describe=_describe_history,
    height=_history_height,
    empty="Nothing is on record with this partner yet.",
    subtitle=HISTORY_SUBTITLE,
)
def plot_history(data: pd.DataFrame, ax: Axes, ended: dt.date | None = None) -> None:
    """A timeline of one partner: a lane a kind, what we received above its line, what we gave below.

    Parameters
    ----------
    data : DataFrame
        ``kind``, ``way``, ``month``, ``count``; as ``events`` of :func:`partnership_analysis.partner_profile`.
    ax : Axes, optional
    ended : date, optional
        The day on which the partnership ended, drawn as a line.
    """
    lanes = _lanes(data)
    middle = pd.Timedelta(days=14)
    most = max(float(data["count"].max()), 4.0)
    unit = 24 if is_narrow(ax) else 46
    for height, kind in zip(range(len(lanes) - 1, -1, -1), lanes, strict=True):
        ax.axhline(height, color=RULE, lw=0.8, zorder=0)
        for ways, step, mark, colour in (
            (_UP, 0.21, "^", RECEIVED),
            (_DOWN, -0.21, "v", GIVEN),
            (("mutual",), 0.0, "o", INK),
        ):
            rows = data[(data["kind"] == kind) & data["way"].isin(ways)]
            if len(rows):
                size = np.sqrt(rows["count"].to_numpy("float64") / most) * unit + 8
                ax.scatter(
                    date2num(rows["month"] + middle),
                    np.full(len(rows), height + step),
                    s=size,
                    marker=mark,
                    color=colour,
                    lw=0,
                    clip_on=False,
                    gid=f"{kind} {mark}",
                )
    ax.set_yticks(range(len(lanes) - 1, -1, -1), [LANES[kind] for kind in lanes])
    ax.set_ylim(-0.6, len(lanes) - 0.4)
    first, last = data["month"].min(), data["month"].max() + pd.offsets.MonthEnd(0)
    _years(ax, first, last)
    ax.tick_params(axis="x", labelsize=8.5)
    if ended is not None:
        _end_line(ax, pd.Timestamp(ended))


def _end_line(ax: Axes, when: pd.Timestamp) -> None:
    ax.axvline(date2num(when), color=INK, lw=1)
    ax.annotate(
        "ended",
        (date2num(when), 0),
        xycoords=("data", "axes fraction"),
        xytext=(-4, 3),
        textcoords="offset points",
        ha="right",
        size=8.5,
        color=INK,
        gid="ended",
    )


EXCHANGE_SUBTITLE = "Referrals and introductions so far, month by month, from the first on record: what they sent us and what we sent them"


def _describe_exchange(data: pd.DataFrame) -> str:
    last = data.iloc[-1]
    more = int(last["received_so_far"] - last["given_so_far"])
    owed = "as many each way" if more == 0 else f"{abs(more):,} more {'received' if more > 0 else 'given'}"
    return (
        f"Referrals since {data['month'].iloc[0]:%B %Y}: {count_of(int(last['received_so_far']), 'referral')} received and "
        f"{int(last['given_so_far']):,} given up to {last['month']:%B %Y}, {owed}."
    )


@chart(
    describe=_describe_exchange,
    height=lambda data, width: PLOT - 0.4 + subtitle_height(EXCHANGE_SUBTITLE, width),
    empty="No referral is on record between us, in either direction.",
    subtitle=EXCHANGE_SUBTITLE,
)
def plot_partner_exchange(data: pd.DataFrame, ax: Axes) -> None:
    """Two climbing lines, received and given; the shaded gap between them is what one side is ahead.

    Parameters
    ----------
    data : DataFrame
        ``month``, ``received_so_far``, ``given_so_far``; as ``balance`` of :func:`partnership_analysis.partner_profile`.
    ax : Axes, optional
    """
    x = data["month"]
    got, gave = (data[name].to_numpy("float64") for name in ("received_so_far", "given_so_far"))
    _gap(ax, x, got, gave)
    ends = []
    for values, label, colour, text in ((got, "received", RECEIVED, RECEIVED), (gave, "given", GIVEN, GREY)):
        ax.step(x, values, where="post", color=colour, lw=2)
        ax.plot(x.to_numpy()[-1:], values[-1:], "o", ms=4.5, color=colour, clip_on=False)
        ends.append((float(values[-1]), f"{label} {values[-1]:,.0f}", text))
    top = max(got[-1], gave[-1], 1.0)
    ax.set_ylim(0, top * 1.08)
    _name_ends(ax, ends)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.tick_params(axis="y", labelsize=8.5, colors=GREY)
    ax.grid(axis="y")
    _months(ax, data)


def _gap(ax: Axes, x: pd.Series, got: NDArray[np.float64], gave: NDArray[np.float64]) -> None:
    for ahead, colour in ((got > gave, RECEIVED), (gave > got, PALE)):
        ax.fill_between(x, got, gave, where=ahead.tolist(), step="post", color=colour, alpha=0.18, lw=0)


def both_rvis_picture(page: Profile) -> Picture:
    """Both sides over time: RVI on its bands, or without trust the rates behind it."""
    if not page.rated:
        return picture(plot_both_rates, page.indices)
    return picture(plot_both_rvis, page.indices, limits=page.portfolio.settings.bands.limits)


def history_picture(page: Profile) -> Picture:
    """The timeline of one partner, with its end if it has ended."""
    return picture(plot_history, page.events, ended=_ended(page))


def _ended(page: Profile) -> dt.date | None:
    return None if page.facts["state"].item() != ENDED else page.facts["ended"].item()
