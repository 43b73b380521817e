"""What a partnership rests on, as both sides rate it: of one partner, of all, and over time.

Ours is filled, theirs hollow; the line between them is the distance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.panels import date_ticks, panel_title, panels, rows_of, spanned
from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.foundations import (
    after_foundation_history,
    after_foundation_summary,
    after_foundations,
)
from partnership_analysis.charts.theme import (
    GREY,
    INK,
    PALE,
    RECEIVED,
    RULE,
    chart,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.foundations import STALE_DAYS
from partnership_analysis.metrics.names import by_name
from partnership_analysis.schema import FACTORS, RATERS
from partnership_analysis.wording import count_of, joined, number, shortened

MOST = 24
US, THEM = RECEIVED, GREY
WIDE_GAP = 1.0
"""Points between both sides from which the difference is said in bold."""
BOLD = " Bold: a point or more apart."
DOT, DOT_EDGE, RING, RING_EDGE = 40, 0.8, 96, 1.6
"""Our dot and their ring, in square points and points: the dot has room in the ring, which therefore shows wherever both lie."""
SCORES = (1, 2, 3, 4, 5)
UNRATED = "Nobody has rated this partnership: fill the ratings table."


def _words(factor: object) -> str:
    return str(factor).replace("_", " ")


def _sides(data: pd.DataFrame, column: str) -> pd.DataFrame:
    """A column of one partner's foundations, a row a factor, ours and theirs beside each other."""
    wide = data.pivot(index="factor", columns="rater", values=column)
    return wide.reindex(index=list(FACTORS), columns=list(RATERS))


# ---------------------------------------------------------------- one partner


def _one_subtitle(data: pd.DataFrame) -> str:
    old = bool(data["stale"].fillna(False).any())
    faint = f" Faint: older than {STALE_DAYS} days." if old else ""
    # What is out of date is not said in bold.
    fresh = _sides(data, "score").where(~_sides(data, "stale").fillna(False).astype(bool))
    return (
        f"{shortened(str(data['partner'].iloc[0]), 30)}: latest rating of each foundation, 1 to 5. Filled: ours; hollow: "
        f"theirs.{faint}{_bold(fresh['us'] - fresh['them'])} From ratings."
    )


def _bold(gaps: pd.Series) -> str:
    """What bold means, where something is."""
    return BOLD if (gaps.abs() >= WIDE_GAP).fillna(False).any() else ""


def _one_height(data: pd.DataFrame, width: float) -> float:
    return 0.5 + 0.34 * len(FACTORS) + subtitle_height(_one_subtitle(data), width)


def _describe_one(data: pd.DataFrame) -> str:
    score = _sides(data, "score")
    rated = score[score.notna().any(axis=1)]
    words = [f"{_words(row.Index)} {number(row.us)} and {number(row.them)}" for row in rated.itertuples()]
    missing = [_words(factor) for factor in score.index[score.isna().all(axis=1)]]
    return (
        f"How {data['partner'].iloc[0]} stands on the seven foundations, our rating and theirs: {joined(words, limit=7)}"
        f"{f'; not rated: {joined(missing, limit=7)}' if missing else ''}."
    )


@chart(
    describe=_describe_one,
    height=_one_height,
    empty=UNRATED,
    needs="score",
    subtitle=_one_subtitle,
    next_step=after_foundations,
)
def plot_foundations(data: pd.DataFrame, ax: Axes) -> None:
    """The seven foundations of one partner: our dot filled, theirs hollow, the difference in words.

    Parameters
    ----------
    data : DataFrame
        One partner's rows of :func:`partnership_analysis.foundations`.
    ax : Axes, optional
    """
    score, stale = _sides(data, "score"), _sides(data, "stale")
    y = np.arange(len(score))[::-1].astype(float)
    ax.set_yticks(y, [_words(factor) for factor in score.index])
    ax.set_ylim(-0.6, len(score) - 0.4)
    _scale(ax)
    old = {rater: stale[rater].fillna(False).to_numpy(bool) for rater in RATERS}
    us, them = (score[rater].to_numpy("float64", na_value=np.nan) for rater in RATERS)
    _pairs(ax, y, us, them, old)
    for at, ours, theirs, one, other in zip(y, us, them, old["us"], old["them"], strict=True):
        text, weight = _difference(ours, theirs, one=bool(one), other=bool(other), narrow=is_narrow(ax))
        _right(ax, at, text, INK if weight == "bold" else GREY, weight)


def _difference(ours: float, theirs: float, *, one: bool, other: bool, narrow: bool) -> tuple[str, str]:
    if np.isnan(ours) and np.isnan(theirs):
        return "not rated", "normal"
    if np.isnan(ours) or np.isnan(theirs):
        return _unrated(ours=bool(np.isnan(ours))), "normal"
    if one or other:
        whose = "both" if one and other else "ours" if one else "theirs"
        return f"{whose} out of date" if not narrow else f"{whose} old", "normal"
    gap = ours - theirs
    if gap == 0:
        return "the same", "normal"
    side = "we" if gap > 0 else "they"
    words = f"{side} +{number(abs(gap))}" if narrow else f"{side} see {number(abs(gap))} more"
    return words, "bold" if abs(gap) >= WIDE_GAP else "normal"


def _unrated(*, ours: bool) -> str:
    """Which side has not rated the other."""
    return f"not rated by {'us' if ours else 'them'}"


# ---------------------------------------------------------------- all partners


NOBODY = f"Nobody has rated a partnership in the last {STALE_DAYS} days: fill the ratings table."
ALL_SUBTITLE = (
    f"Mean of the seven foundations, 1 to 5, ratings of the last {STALE_DAYS} days. Filled: ours; hollow: theirs. Right: where "
    "both sides differ most, and who rates it higher."
)


def _known(data: pd.DataFrame) -> pd.DataFrame:
    """Those whom either side has rated."""
    return data[data["us"].notna() | data["them"].notna()]


def _all_subtitle(data: pd.DataFrame) -> str:
    return f"{ALL_SUBTITLE}{_bold(rows_for(data, MOST).table['widest_gap'])}{_order(data)} From ratings."


def _order(data: pd.DataFrame) -> str:
    """The order of the rows, where they have it."""
    apart = data["mean_gap"].abs().astype("float64").round(9).fillna(-1.0)
    return (
        " Farthest apart on average first." if apart.is_monotonic_decreasing and apart.nunique() > 1 else ""
    )


def _all_height(data: pd.DataFrame, width: float) -> float:
    return 0.5 + 0.27 * count_rows(data, MOST) + subtitle_height(_all_subtitle(data), width)


def _describe_all(data: pd.DataFrame) -> str:
    rated = _known(data)
    both = data[data["mean_gap"].notna()]
    words = [
        f"{row.partner} {number(row.us)} and {number(row.them)}"
        for row in both.assign(size=both["mean_gap"].abs())
        .sort_values(["size", "partner"], ascending=[False, True], key=by_name, kind="stable")
        .itertuples()
    ]
    apart = (
        f"; farthest apart, ours and theirs: {joined(words, limit=4)}" if words else "; none by both sides"
    )
    return f"Mean rating of the foundations of {count_of(len(rated), 'partner')}{apart}."


@chart(
    describe=_describe_all,
    height=_all_height,
    empty=NOBODY,
    needs=lambda data: not _known(data).empty,
    subtitle=_all_subtitle,
    next_step=after_foundation_summary,
)
def plot_foundation_summary(data: pd.DataFrame, ax: Axes) -> None:
    """Both sides' mean of every partner, and the foundation on which they differ most.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first, as :func:`partnership_analysis.foundation_summary` gives them.
    ax : Axes, optional
    """
    rows = rows_for(data, MOST)
    name_rows(ax, rows, list(rows.table["partner"]), narrow=15)
    _scale(ax)
    us, them = (rows.table[rater].to_numpy("float64", na_value=np.nan) for rater in RATERS)
    _pairs(ax, rows.y, us, them, {})
    for at, row in zip(rows.y, rows.table.itertuples(), strict=True):
        text, weight = _widest(row, narrow=is_narrow(ax))
        _right(ax, at, text, INK if weight == "bold" else GREY, weight)


def _widest(row: Any, *, narrow: bool) -> tuple[str, str]:
    if pd.isna(row.us) and pd.isna(row.them):
        return "not rated", "normal"
    if pd.isna(row.us) or pd.isna(row.them):
        return f"{_unrated(ours=pd.isna(row.us))} in a year", "normal"
    if pd.isna(row.widest):
        return "the same", "normal"
    weight = "bold" if abs(row.widest_gap) >= WIDE_GAP else "normal"
    # The same words as beside one partner's foundations: who sees more, not a sign to be explained.
    side, size = "we" if row.widest_gap > 0 else "they", number(abs(row.widest_gap))
    return f"{_words(row.widest)}: {side} {f'+{size}' if narrow else f'see {size} more'}", weight


# ---------------------------------------------------------------- over time


def _time_subtitle(data: pd.DataFrame) -> str:
    return (
        f"{shortened(str(data['partner'].iloc[0]), 30)}: each foundation as it was last rated, 1 to 5, at the end of each "
        "period. Full line, dot and first figure: ours; dashed, ring and second: theirs. From ratings."
    )


def _time_height(data: pd.DataFrame, width: float) -> float:
    return (
        0.3 + 1.05 * rows_of(data["factor"].nunique(), width) + subtitle_height(_time_subtitle(data), width)
    )


def _describe_time(data: pd.DataFrame) -> str:
    words = []
    for (factor, rater), rows in data.groupby(["factor", "rater"], observed=True, sort=False):
        first, last = rows["score"].iloc[0], rows["score"].iloc[-1]
        if first != last:
            words.append(f"{_words(factor)} by {rater} from {number(first)} to {number(last)}")
    span = spanned(str(data["period"].min()), str(data["period"].max()))
    changed = f": {joined(words, limit=8)}" if words else ": none changed"
    return f"Ratings of the foundations of {data['partner'].iloc[0]}, {span}{changed}."


@chart(
    describe=_describe_time,
    height=_time_height,
    empty=UNRATED,
    needs="score",
    subtitle=_time_subtitle,
    next_step=after_foundation_history,
)
def plot_foundation_history(data: pd.DataFrame, ax: Axes) -> None:
    """A panel a foundation: our ratings as a full line, theirs dashed, both on the scale from 1 to 5.

    Parameters
    ----------
    data : DataFrame
        One partner's rows of :func:`partnership_analysis.foundation_history`.
    ax : Axes, optional
        The panels are laid out inside these.
    """
    span = (data["end"].min(), data["end"].max())
    rated = set(data["factor"].astype(str))
    for panel, factor in panels(ax, [factor for factor in FACTORS if factor in rated]):
        rows = data[data["factor"] == factor]
        latest = {rater: part["score"].iloc[-1] for rater, part in rows.groupby("rater")}
        ends = " / ".join(number(latest[rater]) if rater in latest else "–" for rater in RATERS)
        panel_title(panel, _words(factor), ends, INK)
        for rater, colour, style in (("us", US, "-"), ("them", THEM, (0, (3, 1.5)))):
            part = rows[rows["rater"] == rater]
            if part.empty:
                continue
            panel.plot(
                part["end"],
                part["score"].to_numpy("float64"),
                color=colour,
                lw=1.7,
                ls=style,
                drawstyle="steps-post",
            )
            # Where both are one, the dot stands in the ring.
            panel.plot(
                part["end"].iloc[-1:],
                part["score"].iloc[-1:].to_numpy("float64"),
                "o",
                ms=4 if rater == "us" else 7,
                mfc=colour if rater == "us" else "white",
                mec=colour,
                clip_on=False,
                zorder=4 if rater == "us" else 3,
                gid=rater,
            )
        panel.set_ylim(0.8, 5.3)
        panel.set_yticks(SCORES, ["1", "", "3", "", "5"])
        panel.tick_params(axis="y", labelsize=8, colors=GREY)
        panel.grid(axis="y", color=RULE, lw=0.6)
        date_ticks(panel, *span)


# ---------------------------------------------------------------- common


def _scale(ax: Axes) -> None:
    ax.set_xlim(0.85, 5.15)
    ax.set_xticks(SCORES)
    ax.grid(axis="x", color=RULE, lw=0.8)
    ax.tick_params(axis="x", labelsize=8.5)
    ax.spines["bottom"].set_visible(False)


def _pairs(
    ax: Axes, y: np.ndarray, us: np.ndarray, them: np.ndarray, old: dict[str, np.ndarray] | None = None
) -> None:
    """Our dot and their ring in each row, and the line between."""
    old = old or {}
    both = ~np.isnan(us) & ~np.isnan(them)
    ax.hlines(y[both], us[both], them[both], color=PALE, lw=2.4, zorder=1, gid="gap")
    for values, rater in ((them, "them"), (us, "us")):
        known = ~np.isnan(values)
        stale = old.get(rater, np.zeros(len(y), dtype=bool))
        ours = rater == "us"
        for part, faint in ((known & ~stale, 1.0), (known & stale, 0.4)):
            ax.scatter(
                values[part], y[part], s=DOT if ours else RING, facecolor=US if ours else "white",
                edgecolor=US if ours else THEM, lw=DOT_EDGE if ours else RING_EDGE, alpha=faint,
                zorder=3 if ours else 2, clip_on=False, gid=f"{rater}{'' if faint == 1 else ' stale'}",
            )  # fmt: skip


def _right(ax: Axes, y: float, text: str, colour: str, weight: str) -> None:
    ax.annotate(
        text,
        (1, y),
        xycoords=("axes fraction", "data"),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        size=8.5 if is_narrow(ax) else 9,
        color=colour,
        weight=weight,
    )
