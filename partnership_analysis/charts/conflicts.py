"""Who stands against whom: only those in a conflict, one under the other, arcs between competitors."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Arc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from partnership_analysis.charts.beside import settle
from partnership_analysis.charts.focus import FILL_WORTH
from partnership_analysis.charts.lettering import fitted, width_of, wrapped
from partnership_analysis.charts.steps.hours import after_conflicts
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GREY,
    INK,
    NARROW,
    RECEIVED,
    WIDE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.focus.conflicts import COMPETITORS, SERVES, UNKNOWN
from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.wording import count_of, joined, money, number, shortened

STYLES: dict[str, tuple[str, Any]] = {
    COMPETITORS: (BAND_COLOURS["weak"], "-"),
    SERVES: (BAND_COLOURS["average"], (0, (4, 2))),
    UNKNOWN: (GREY, (0, (1, 2))),
}
"""Colour and line of each kind; its words stand beside every name."""
MOST = 24
NO_PARTNER = "no partner of ours"
"""Of a name in the column competes_with that nobody on record bears."""
NONE_KEPT = "Hollow: the focus plan keeps none of them."
_ROW = 0.42
_LETTERS = {True: 46, False: 120}
"""Letters that a line under a name holds, on a phone and on a page."""
_NAMES, _FEWER = {True: 30, False: 60}, 4
"""Letters of another's name there; so many fewer where one is no partner of ours, which is said too."""
_MORE = {True: 0.44, False: 0.3}
"""Inches of the words on those who are not drawn, two lines on a phone."""
STUB = 3.5
"""Points from a dot's middle to the stub nearest to it where an arc leaves the dot, and from one stub to the next."""
_DEEP = 0.52
"""Inches of the gutter in which the arcs lie."""


def _nodes(data: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """A row a partner in a conflict, competitors of each other together, the most at stake first."""
    pairs = data["conflict"].eq(COMPETITORS)
    ends = np.column_stack([data["partner"], data["other"].where(pairs, data["partner"])])
    place, everybody = pd.factorize(ends.ravel())
    one, other = place[::2], place[1::2]
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(len(everybody), len(everybody)))
    _, group = connected_components(graph, directed=False)
    # Numbers are given in the order of the rows, so that a group stands where its first conflict does.
    first = pd.Series(np.arange(len(group))).groupby(group).transform("min").to_numpy()
    names = [str(everybody[each]) for each in np.lexsort((np.arange(len(group)), first))][:most]
    worth = pd.concat(
        [data.set_index("partner")["worth"], data.dropna(subset=["other"]).set_index("other")["worth_other"]]
    )
    worth = worth[~worth.index.duplicated()]
    return pd.DataFrame({"partner": names, "worth": worth.reindex(names).to_numpy()})


def _words(data: pd.DataFrame, name: str, *, narrow: bool) -> list[str]:
    """What is said of one partner, kind by kind; names are cut, so that no kind is."""
    mine = data[data["partner"] == name]
    nobody = mine.loc[mine["conflict"] == UNKNOWN, "other"].tolist()
    limit = _NAMES[narrow] - (_FEWER if nobody else 0)
    pairs = data[(data["conflict"] == COMPETITORS) & ((data["partner"] == name) | (data["other"] == name))]
    others = pairs["other"].where(pairs["partner"] == name, pairs["partner"]).tolist()
    known, unknown = (
        joined([_fitting(other, limit) for other in names], limit=most)
        for names, most in ((others, 3), (nobody, 2))
    )
    against = [f"with {known}"] if others else []
    against += [f"with {unknown} ({NO_PARTNER})"] if nobody else []
    serves = [SERVES] if mine["conflict"].eq(SERVES).any() else []
    return [*serves, *([f"competes {', and '.join(against)}"] if against else [])]


def _said(data: pd.DataFrame, name: str, *, narrow: bool) -> list[str]:
    """The same in lines that fit: two at most, on a phone three."""
    words, limit = "; ".join(_words(data, name, narrow=narrow)), _LETTERS[narrow]
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words)
    lines = textwrap.wrap(words, max(limit // 2, limit - wide))
    whole = (3 if narrow else 2) - 1
    return [*lines[:whole], *([_fitting(" ".join(lines[whole:]), limit)] if len(lines) > whole else [])]


def _fitting(words: str, limit: int) -> str:
    """Words cut to a width, in which letters of East Asia count as two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in words[:limit])
    return shortened(words, max(8, limit - wide))


def _worth(value: object, basis: object, currency: str) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return "worth unknown"
    return f"{money(value, currency)} a year" if basis == WON_VALUE else f"RVI {number(value)}"


def _subtitle(
    data: pd.DataFrame, currency: str = "", plan: pd.DataFrame | None = None, **options: Any
) -> str:
    found = data["conflict"].value_counts()
    key = {
        COMPETITORS: "arc: compete with each other",
        SERVES: "dashed: serves our competitors",
        UNKNOWN: f"dotted: competes with somebody who is {NO_PARTNER}, or misspelt",
    }
    words = "; ".join(key[kind] for kind in STYLES if found.get(kind, 0))
    filled = "" if plan is None else f" {_dots_words(data, plan)}"
    if not _any_worth(data):
        return (
            f"Partners in a conflict ({words}).{filled} From the partners table. Worth unknown: {FILL_WORTH}."
        )
    return f"Partners in a conflict and what each is worth ({words}).{filled} From the partners table and interactions."


def _dots_words(data: pd.DataFrame, plan: pd.DataFrame) -> str:
    """What filled dots mean, or hollow ones where nobody is kept."""
    kept = _nodes(data)["partner"].isin(_kept(plan)).any()
    return "Filled: the focus plan keeps it." if kept else NONE_KEPT


def _kept(plan: pd.DataFrame) -> pd.Series:
    return plan.loc[plan["kept"].fillna(False), "partner"]


def _any_worth(data: pd.DataFrame) -> bool:
    """Is anybody's worth known?"""
    return bool(data[["worth", "worth_other"]].notna().any(axis=None))


def _height(data: pd.DataFrame, width: float) -> float:
    nodes = _nodes(data)
    narrow = width < (WIDE + NARROW) / 2
    more = _MORE[narrow] if _count(data) > len(nodes) else 0.0
    lines = max((len(_said(data, str(name), narrow=narrow)) for name in nodes["partner"]), default=1)
    row = _ROW + 0.14 * (max(lines, 1) - 1)
    # A height does not know the plan: the longest that may be said of one.
    words = _subtitle(data, plan=pd.DataFrame({"partner": [], "kept": []}, dtype=object))
    return 0.25 + row * len(nodes) + more + subtitle_height(words, width)


def _count(data: pd.DataFrame) -> int:
    return len(_nodes(data, most=len(data) * 2))


def _describe(data: pd.DataFrame, currency: str = "", plan: pd.DataFrame | None = None) -> str:
    parts = []
    row: Any
    for row in data.head(8).itertuples():
        if row.conflict == COMPETITORS:
            cost = (
                ""
                if pd.isna(row.cost)
                else f" (giving up the lesser costs {_worth(row.cost, row.basis, currency)})"
            )
            parts.append(f"{row.partner} and {row.other} compete{cost}")
        elif row.conflict == SERVES:
            parts.append(f"{row.partner} serves our competitors")
        else:
            parts.append(f"{row.partner} competes with {row.other}, {NO_PARTNER}")
    rest = f"; and {count_of(len(data) - 8, 'more conflict')}" if len(data) > 8 else ""
    return f"{count_of(len(data), 'conflict')}: {'; '.join(parts)}{rest}."


@chart(
    describe=_describe,
    height=_height,
    empty=(
        "No conflict is on record: nobody is said to compete with a partner of ours or to serve our competitors; if somebody "
        "does, fill the columns competes_with and serves_our_competitors of the partners table."
    ),
    subtitle=_subtitle,
    next_step=after_conflicts,
)
def plot_conflicts(
    data: pd.DataFrame, ax: Axes, currency: str = "", plan: pd.DataFrame | None = None
) -> None:
    """A dot for everybody in a conflict, an arc between competitors, and beside each name what stands against it.

    Parameters
    ----------
    data : DataFrame
        As :func:`partnership_analysis.conflicts` gives it.
    ax : Axes, optional
    currency : str
        ISO code.
    plan : DataFrame, optional
        The ``plan`` of :func:`partnership_analysis.focus_plan`: dots of those whom it keeps are filled, the others'
        hollow. Default: all are small and grey.
    """
    nodes = _nodes(data)
    y = dict(zip(nodes["partner"], np.arange(len(nodes))[::-1].astype(float), strict=True))
    left_out = _count(data) - len(nodes)
    settle(ax, left=0.12, right=0.05, bottom=_MORE[is_narrow(ax)] if left_out else 0.08)
    gutter = _gutter(ax)
    ax.set_xlim(0, 1)
    ax.set_ylim(-0.6, len(nodes) - 0.4)
    ax.set_axis_off()
    _lines(ax, data, y, gutter)
    _dots(ax, nodes, gutter, plan)
    for row in nodes.itertuples():
        _write(ax, data, row, y[row.partner], gutter, currency)
    if left_out:
        _say_left_out(
            ax,
            f"Not drawn: {count_of(left_out, 'more partner')} in a conflict{_why_left_out(data, nodes)}",
            gutter,
        )


def _say_left_out(ax: Axes, words: str, gutter: float) -> None:
    """Under the rows how many are not drawn."""
    inches = (1 - gutter) * ax.get_position().width * figure_of(ax).get_figwidth() - 0.2
    ax.annotate(
        "\n".join(wrapped(words, inches, 8.5, lines=2)),
        (gutter, 0),
        xycoords="axes fraction",
        xytext=(12, -8),
        textcoords="offset points",
        va="top",
        color=GREY,
        size=8.5,
        gid="left out",
    )


def _why_left_out(data: pd.DataFrame, nodes: pd.DataFrame) -> str:
    """What the partners without a line have in common: less at stake, or only that competitors stand first."""
    drawn = data["partner"].isin(nodes["partner"])
    least, most = data.loc[drawn, "at_stake"].min(), data.loc[~drawn, "at_stake"].max()
    if pd.isna(least) or pd.isna(most):
        return ""
    return ", with no more at stake" if most <= least else ": those who compete with each other stand first"


def _dots(ax: Axes, nodes: pd.DataFrame, gutter: float, plan: pd.DataFrame | None) -> None:
    """A dot for everybody, filled if the plan keeps it; without a plan of no meaning."""
    heights = nodes.index[::-1].to_numpy(float)
    if plan is None:
        ax.scatter(np.full(len(nodes), gutter), heights, s=30, color=GREY, zorder=4)
        return
    inside = nodes["partner"].isin(_kept(plan)).to_numpy(dtype=bool)
    for filled in (True, False):
        ax.scatter(
            np.full((inside == filled).sum(), gutter),
            heights[inside == filled],
            s=62,
            facecolor=RECEIVED if filled else "white",
            edgecolor=RECEIVED,
            lw=1.6,
            zorder=4,
        )


def _gutter(ax: Axes) -> float:
    """Where the dots stand, as a share of the width."""
    return _DEEP / (ax.get_position().width * figure_of(ax).get_figwidth())


def _lines(ax: Axes, data: pd.DataFrame, y: dict[str, float], gutter: float) -> None:
    """Arcs between competitors, the farther apart the wider, and stubs for the other kinds."""
    pairs = data[data["conflict"] == COMPETITORS]
    pairs = pairs[pairs["partner"].isin(list(y)) & pairs["other"].isin(list(y))]
    tops, lows = pairs["partner"].map(y).to_numpy("float64"), pairs["other"].map(y).to_numpy("float64")
    spans = np.abs(tops - lows)
    for middle, span in zip((tops + lows) / 2, spans, strict=True):
        colour, style = STYLES[COMPETITORS]
        wide = 2 * gutter * (0.45 + 0.5 * span / spans.max())
        ax.add_patch(
            Arc((gutter, middle), wide, span, theta1=90, theta2=270, color=colour, lw=1.7, ls=style, zorder=2)
        )
    _stubs(ax, data, y, gutter, list(pairs[["partner", "other"]].itertuples(index=False, name=None)))


def _stubs(
    ax: Axes, data: pd.DataFrame, y: dict[str, float], gutter: float, arcs: list[tuple[str, str]]
) -> None:
    """A short line of each further kind beside a dot, on the side from which no arc comes, one beyond the other."""
    above, below = ({choose(pair, key=y.__getitem__) for pair in arcs} for choose in (max, min))
    point = np.ptp(ax.get_ylim()) / (72 * ax.get_position().height * figure_of(ax).get_figheight())
    taken = dict.fromkeys(above | below, 1)
    for kind in (SERVES, UNKNOWN):
        colour, style = STYLES[kind]
        names = [name for name in data.loc[data["conflict"] == kind, "partner"].unique() if name in y]
        steps = [taken.get(name, 0) * (1 if name in above - below else -1) for name in names]
        ax.hlines(
            [y[name] + STUB * point * step for name, step in zip(names, steps, strict=True)],
            0.15 * gutter,
            gutter,
            color=colour,
            lw=1.7,
            ls=style,
            zorder=2,
            gid=kind,
        )
        taken.update({name: taken.get(name, 0) + 1 for name in names})


def _write(ax: Axes, data: pd.DataFrame, row: Any, y: float, gutter: float, currency: str) -> None:
    narrow = is_narrow(ax)
    basis = data["basis"].iloc[0]
    worth = _worth(row.worth, basis, currency) if _any_worth(data) else ""
    # Stands far from the subtitle, which says what the figure is, on a page with many rows.
    worth = f"worth {worth}" if worth and not narrow and not worth.startswith("worth") else worth
    right = 1 if narrow else 0.62
    inches = (right - gutter) * ax.get_position().width * figure_of(ax).get_figwidth()
    name = fitted(str(row.partner), inches - width_of(worth, 9) - 0.3, 9.5, bold=True)
    lines = "\n".join(_said(data, str(row.partner), narrow=narrow))
    for words, up, va, colour, weight, size in (
        (name, 6, "center", INK, "bold", 9.5),
        (lines, -1, "top", BAND_TEXT["weak"], "normal", 8.5),
    ):
        ax.annotate(
            words,
            (gutter, y),
            xytext=(11, up),
            textcoords="offset points",
            va=va,
            color=colour,
            weight=weight,
            size=size,
        )
    if not worth:
        return
    ax.annotate(
        worth,
        (right, y),
        xytext=(-2, 6),
        textcoords="offset points",
        ha="right",
        va="center",
        color=GREY,
        size=9,
    )
