"""One partner over time: both sides' index, and the exchange so far. The timeline has a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from partnership_analysis.charts.lettering import width_of
from partnership_analysis.charts.panels import bars_alone, line, opened, ribbon, spanned, year_ticks
from partnership_analysis.charts.phrases import BEFORE, by_month, is_partial
from partnership_analysis.charts.profile_scale import PLOT, beyond, inches, shaded, top_of
from partnership_analysis.charts.ranking import LIMITS
from partnership_analysis.charts.steps.profile import (
    after_both_rates,
    after_both_rvis,
    after_partner_exchange,
)
from partnership_analysis.charts.strips import dodged
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GIVEN,
    GREY,
    PALE,
    RECEIVED,
    WIDENS,
    chart,
    root_scale,
    subtitle_height,
)
from partnership_analysis.schema import BANDS, TOO_EARLY
from partnership_analysis.wording import count_of, joined, number

if TYPE_CHECKING:
    pass

SIDES = {"ours": ("for us", RECEIVED, RECEIVED), "theirs": ("for them", GIVEN, GREY)}
"""Perspective: its label, the colour of its line, and that of its text."""
BROAD = {"ours": 1.0, "theirs": 1.6}
"""The broad line lies under the other: where both are the same it is seen at both sides, in grey print too."""
EARLY = "Too little is on record for a band."
LINE = 0.125
"""Inches that a line of text takes."""
_AIR, _LEAST = 1.35, 0.6
"""The least that an axis reaches: so many times the highest limit of the bands, so many interactions a month."""
_TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


def _span(data: pd.DataFrame) -> str:
    return spanned(f"{data['month'].min():%B %Y}", f"{data['month'].max():%B %Y}")


def _ends(data: pd.DataFrame, value: str) -> list[str]:
    """What each side's line says: from the first to the last known value."""
    words = []
    for side, (label, _, _) in SIDES.items():
        known = data.loc[(data["perspective"] == side) & data[value].notna()]
        if len(known):
            first, last = known.iloc[0], known.iloc[-1]
            begun = f"from {number(first[value])} ({first['month']:%B %Y}) to " if len(known) > 1 else ""
            words.append(f"{label} {begun}{number(last[value])}")
    return words


def _describe_rvis(data: pd.DataFrame, **_: object) -> str:
    now = data.loc[(data["perspective"] == "ours") & data["rvi"].notna(), "band"].tail(1).tolist()
    band = f" {EARLY if now[0] == TOO_EARLY else f'The band is {now[0]}.'}" if now else ""
    return f"Relationship Value Index by month, {_span(data)}: {joined(_ends(data, 'rvi'))}.{band}"


def _name_of(data: pd.DataFrame) -> str:
    """The partner's name, where the data has it."""
    names = list(data["partner"].dropna().unique()) if "partner" in data.columns else list[str]()
    return str(names[0]) if len(names) == 1 else ""


def _two_sides(data: pd.DataFrame, names: tuple[str, str, str], what: str, *, at_least: float) -> str:
    """A subtitle of both sides' lines in the rows that are drawn; only what is seen is explained."""
    value, _, high = names
    edge = " At the upper edge: the range goes on." if beyond(data, value, high, at_least=at_least) else ""
    partial = is_partial(data).any()
    # A single month is a dot, not a line of dots.
    mark = "dotted" if data[data[value].notna()].duplicated("perspective").any() else "without a range"
    seen = shaded(data, names, top_of(data, value, high, at_least=at_least))
    key = "; ".join(filter(None, [seen, f"{mark}: {BEFORE}, so it may be too low" if partial else ""]))
    return opened(
        _name_of(data),
        f"{what} For us: received or done together; for them: given or done together."
        f"{f' {key[0].upper()}{key[1:]}.' if key else ''}{edge}",
    )


def _rvis_subtitle(
    data: pd.DataFrame, limits: Sequence[float] = LIMITS, window: int | None = None, state: str = ""
) -> str:
    drawn = data[_settled(data)]
    what = f"Relationship Value Index{by_month(drawn, window)}, from interactions and ratings. {WIDENS}"
    if (drawn["band"] == TOO_EARLY).all():
        what += f" {EARLY}"
    return _two_sides(drawn, ("rvi", "low", "high"), what, at_least=limits[-1] * _AIR)


def _rates_subtitle(data: pd.DataFrame, window: int | None = None, state: str = "") -> str:
    rated = "rvi" in data.columns and data["rvi"].notna().any()
    what = f"interactions a month,{by_month(data, window)}, meetings and trades aside{'' if rated else '; nobody rated trust'}. {WIDENS}"
    return _two_sides(data, ("rate", "rate_low", "rate_high"), what, at_least=_LEAST)


def _settled(data: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows are drawn: the months with an index, without those that are too early for a band unless all are."""
    known = data["rvi"].notna().to_numpy(dtype=bool)
    settled = known & (data["band"] != TOO_EARLY).to_numpy(dtype=bool, na_value=False)
    return settled if settled.any() else known


@chart(
    describe=_describe_rvis,
    height=lambda data, width: PLOT + subtitle_height(_rvis_subtitle(data), width),
    empty="Neither side has an RVI: it needs at least one rating of trust in the ratings table.",
    needs="rvi",
    subtitle=_rvis_subtitle,
    next_step=after_both_rvis,
)
def plot_both_rvis(
    data: pd.DataFrame,
    ax: Axes,
    limits: Sequence[float] = LIMITS,
    window: int | None = None,
    state: str = "",
) -> None:
    """Both sides' index of one partner over time, on the bands.

    Parameters
    ----------
    data : DataFrame
        ``perspective`` (ours, theirs), ``month``, ``rvi``, ``low``, ``high``, ``band``, ``partial``; as ``indices`` of
        :func:`partnership_analysis.partner_profile`. Months that are too early for a band are not drawn.
    ax : Axes, optional
    limits : three numbers
        Band limits, rising.
    window : int, optional
        The months that each figure counts, for the subtitle.
    state : str, optional
        What the signals say of our side, or ``ended``; for what to do next.
    """
    drawn = data[_settled(data)]
    top = top_of(drawn, "rvi", "high", at_least=limits[-1] * _AIR)
    root_scale(ax, "y")
    _two_lines(ax, drawn, ("rvi", "low", "high"), top)
    _zones(ax, limits, top)
    _months(ax, data)


def _zones(ax: Axes, limits: Sequence[float], top: float) -> None:
    """Bands behind the lines, a line with its number at each limit, and left of the numbers the bands' names."""
    edges = list(zip((0.0, *limits), (*limits, top), strict=True))
    places, names = [], []
    for band, (low, high) in zip(BANDS, edges, strict=True):
        ax.axhspan(low, high, color=BAND_COLOURS[band], alpha=0.1, lw=0, zorder=0)
        if inches(low, high, top) > LINE:
            places.append(((low**0.5 + high**0.5) / 2) ** 2)
            names.append(band)
    more = [tick for tick in _TICKS if limits[-1] * 1.3 < tick <= top][-3:]
    room = 72 * max((width_of(f"{tick:,g}", 8.5) for tick in more), default=0.0)
    # Looks before ticks: what a tick is made with need not be changed in each.
    ax.tick_params(axis="y", which="minor", labelsize=8.5, length=0, pad=max(15.0, 8 + room))
    ax.set_yticks(places, names, minor=True)
    for tick, band in zip(ax.yaxis.get_minor_ticks(len(names)), names, strict=True):
        tick.label1.set_color(BAND_TEXT[band])
    ax.hlines(limits, 0, 1, transform=ax.get_yaxis_transform(), color=PALE, lw=0.8, zorder=0.5, gid="limits")
    apart = [low for low, high in edges[1:] if inches(low, high, top) > 0.75 * LINE]
    ax.tick_params(axis="y", labelsize=8.5, labelcolor=GREY)
    ax.set_yticks([*apart, *more], [f"{tick:,g}" for tick in (*apart, *more)])


def _describe_rates(data: pd.DataFrame, **_: object) -> str:
    return f"Interactions a month, {_span(data)}: {joined(_ends(data, 'rate'))}."


@chart(
    describe=_describe_rates,
    height=lambda data, width: PLOT + subtitle_height(_rates_subtitle(data), width),
    empty="Nothing is on record with this partner yet.",
    needs="rate",
    subtitle=_rates_subtitle,
    next_step=after_both_rates,
)
def plot_both_rates(data: pd.DataFrame, ax: Axes, window: int | None = None, state: str = "") -> None:
    """The rates behind both sides' index, where nobody rated trust.

    Parameters
    ----------
    data : DataFrame
        ``perspective``, ``month``, ``rate``, ``rate_low``, ``rate_high`` (interactions a month), ``partial``.
    ax : Axes, optional
    window : int, optional
        The months that each figure counts, for the subtitle.
    state : str, optional
        What the signals say of our side, or ``ended``; for what to do next.
    """
    top = top_of(data, "rate", "rate_high", at_least=_LEAST)
    root_scale(ax, "y")
    _two_lines(ax, data, ("rate", "rate_low", "rate_high"), top)
    ticks = [tick for tick in _TICKS if tick <= top][-4:]
    ax.tick_params(axis="y", labelsize=8.5, colors=GREY)
    ax.set_yticks([0.0, *ticks], [f"{tick:,g}" for tick in (0, *ticks)])
    ax.grid(axis="y")
    _months(ax, data)


def _two_lines(ax: Axes, data: pd.DataFrame, names: tuple[str, str, str], top: float) -> None:
    """Each side's line with its ribbon, named where it ends."""
    ends: list[tuple[float, str, str]] = []
    for side, (label, colour, text) in reversed(SIDES.items()):
        rows = data[data["perspective"] == side]
        if rows.empty:
            continue
        values, low, high = (rows[name].to_numpy("float64", na_value=np.nan) for name in names)
        cut = rows["partial"].to_numpy(dtype=bool)
        for shade in (ribbon, bars_alone):
            shade(ax, rows["month"], low, np.minimum(high, top), colour, cut)
        line(ax, rows["month"], values, colour, cut, broad=BROAD[side])
        known = values[~np.isnan(values)]
        if len(known):
            ends.append((float(known[-1]), f"{label} {_figure(known[-1], names[0])}", text))
    ax.set_ylim(0, top)
    _name_ends(ax, _together(data, names[0], ends))


def _together(
    data: pd.DataFrame, value: str, ends: list[tuple[float, str, str]]
) -> list[tuple[float, str, str]]:
    """One name for both lines where they lie on each other throughout."""
    sides = data.pivot(index="month", columns="perspective", values=value)
    if len(ends) < 2 or not sides["ours"].eq(sides["theirs"]).fillna(False).all():
        return ends
    last, _, colour = ends[-1]
    return [(last, f"for us and\nfor them {_figure(last, value)}", colour)]


def _figure(value: float, name: str) -> str:
    """As the rankings round it: a rate under 1 to two decimals."""
    return number(value, 2 if name == "rate" and value < 1 else 1)


def _name_ends(ax: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Names right of the last points, moved apart where they would touch."""
    room = PLOT - 0.5
    places = ax.transLimits.transform([(0, _scaled(ax, value)) for value, _, _ in ends])[:, 1] * room
    moved = dodged(places, gap=0.17, low=0.04, high=room)
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
    year_ticks(ax, data["month"].min(), data["month"].max())
    ax.tick_params(axis="x", labelsize=8.5)


def _exchange_subtitle(data: pd.DataFrame, **_: object) -> str:
    words = "referrals and introductions so far, month by month: what they sent us and what we sent them."
    uneven = bool((data["received_so_far"] != data["given_so_far"]).any())
    return opened(
        _name_of(data), words + (" Shaded in a side's colour: how far it is ahead." if uneven else "")
    )


def _describe_exchange(data: pd.DataFrame, **_: object) -> str:
    last = data.iloc[-1]
    more = int(last["received_so_far"] - last["given_so_far"])
    owed = "as many each way" if more == 0 else f"{abs(more):,} more {'received' if more > 0 else 'given'}"
    return (
        f"Referrals since {data['month'].iloc[0]:%B %Y}: {count_of(int(last['received_so_far']), 'referral')} received and "
        f"{int(last['given_so_far']):,} given up to {last['month']:%B %Y}, {owed}."
    )


@chart(
    describe=_describe_exchange,
    height=lambda data, width: PLOT - 0.4 + subtitle_height(_exchange_subtitle(data), width),
    empty=(
        "No referral is on record between us, in either direction: write referrals and introductions into the interactions "
        "table."
    ),
    subtitle=_exchange_subtitle,
    next_step=after_partner_exchange,
)
def plot_partner_exchange(
    data: pd.DataFrame,
    ax: Axes,
    exchange: pd.DataFrame | None = None,
    state: str = "",
    window: int | None = None,
) -> None:
    """Two climbing lines, received and given; the shaded gap between them is what one side is ahead.

    Parameters
    ----------
    data : DataFrame
        ``month``, ``received_so_far``, ``given_so_far``; as ``balance`` of :func:`partnership_analysis.partner_profile`.
    ax : Axes, optional
    exchange : DataFrame, optional
        The partner's row of :func:`partnership_analysis.reciprocity`, for what to do next.
    state : str, optional
        What the signals say of our side, or ``ended``; for the same.
    window : int, optional
        The months that ``exchange`` counts, for the same.
    """
    x = data["month"]
    got, gave = (data[name].to_numpy("float64") for name in ("received_so_far", "given_so_far"))
    _gap(ax, x, got, gave)
    ends = []
    sides = (
        (got, "received", RECEIVED, RECEIVED, BROAD["ours"]),
        (gave, "given", GIVEN, GREY, BROAD["theirs"]),
    )
    for values, label, colour, text, broad in sides:
        look: dict[str, Any] = {"color": colour, "zorder": 3 / broad}
        ax.step(x, values, where="post", lw=2 * broad, **look)
        ax.plot(x.to_numpy()[-1:], values[-1:], "o", ms=4.5 * broad**0.5, clip_on=False, **look)
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
    """What one side is ahead, in its colour; nothing where it is not, so that every step is filled to its end."""
    most = np.maximum(got, gave)
    for behind, colour, side in ((gave, RECEIVED, "received"), (got, GIVEN, "given")):
        ax.fill_between(x, behind, most, step="post", color=colour, alpha=0.32, lw=0, gid=f"{side} ahead")
