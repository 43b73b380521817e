"""From meetings to referrals to business won: what each stage comes to, with what chance leaves open."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from partnership_analysis.charts.beside import cut_ends
from partnership_analysis.charts.compared import APART, apart, apart_ways, whole_of
from partnership_analysis.charts.phrases import PERIOD
from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.clients import after_conversion
from partnership_analysis.charts.strips import heading, reference, strip
from partnership_analysis.charts.theme import BAND_TEXT, GREY, RECEIVED, chart, is_narrow, subtitle_height
from partnership_analysis.metrics.exchange.conversion import MEETINGS
from partnership_analysis.metrics.names import by_name
from partnership_analysis.wording import count_of, joined, number

ABOVE = 13.0
_PER_MEETING = ("per_meeting", "per_meeting_low", "per_meeting_high")
_WON = ("won_share", "won_low", "won_high")
_FILLED = "Filled: further from the others than chance explains; a bar clear of the line is not enough."
_FEW_MEETINGS = f"nobody met\n{MEETINGS} times or more"
_UNKNOWN = {"per_meeting": "too few meetings", "won_share": "none decided"}
"""What stands in a row without a value: no dash, which would read as a minus beside a scale."""
_NO_MEETING = "of nobody is a\nmeeting on record"
_NONE_DECIDED = "none is decided:\nfill column status"


def _name(data: pd.DataFrame) -> str:
    return "vertical" if "vertical" in data.columns and "partner" not in data.columns else "partner"


def _subtitle(data: pd.DataFrame, period: str = "", overall: pd.DataFrame | None = None, **_: object) -> str:
    when = f", {period}" if period else ""
    words = (
        f"Referrals, introductions too, both ways for each meeting, and share won of the received that were decided{when}, from interactions; "
        f"a referral on several rows counts once; who has neither is not drawn.{' Most referrals first.' if len(data) > 1 else ''}"
    )
    return " ".join([words, *_key(data, overall)])


def _key(data: pd.DataFrame, overall: pd.DataFrame | None) -> list[str]:
    """What lines, filled dots, arrows and words mean, of those that are drawn."""
    table = rows_for(data).table
    whole = whole_of(data, overall)
    said = _whole_words(whole)
    words = [f"Upright line: all together, {joined(said)}."] if said else []
    if table[["per_meeting", "won_share"]].notna().any(axis=None):
        words.append("Bar: where it probably lies.")
    if any(apart(table, name, whole).any() for name in APART):
        words.append(_FILLED)
    if (table["per_meeting_high"] > _top_of(table)).fillna(False).any():
        words.append("▸:\N{NO-BREAK SPACE}the range goes on.")
    few = table["per_meeting"].isna()
    # Of a strip without any value the reason stands in it.
    return words + [f"Too few meetings: under {MEETINGS}."] * bool(few.any() and not few.all())


def _whole_words(whole: pd.Series | None) -> list[str]:
    """What all together come to: the values of the lines."""
    if whole is None:
        return []
    each, won = whole.get("per_meeting"), whole.get("won_share")
    said = [] if pd.isna(each) else [f"{number(each)} for each meeting"]
    return said + ([] if pd.isna(won) else [f"{won:.0%} won"])


def _top_of(table: pd.DataFrame) -> float:
    """The right end of the strip of referrals for each meeting: no range dwarfs the rest."""
    if len(table) == 1 and table["per_meeting_high"].notna().any():
        return max(1.02 * float(table["per_meeting_high"].iloc[0]), 1.0)
    most = float(table["per_meeting"].max()) if table["per_meeting"].notna().any() else 0.5
    return max(1.3 * most, 1.0)


def _height(data: pd.DataFrame, width: float) -> float:
    whole = pd.DataFrame({"per_meeting": [0.5], "won_share": [0.5]})
    words = _subtitle(data, PERIOD, whole)
    # Whether a dot is filled depends on the whole, which is not known here.
    words = words if _FILLED in words else f"{words} {_FILLED}"
    return 0.75 + subtitle_height(words, width) + count_rows(data) * 0.27


def _describe(data: pd.DataFrame, period: str = "", overall: pd.DataFrame | None = None, **_: object) -> str:
    by = _name(data)
    best = data[data["per_meeting"].notna()].sort_values(
        ["per_meeting", by], ascending=[False, True], key=by_name, kind="stable"
    )
    words = [f"{getattr(row, by)} {number(row.per_meeting)}" for row in best.head(3).itertuples()]
    most = f" Most for each meeting: {joined(words)}." if words else ""
    total = ""
    if overall is not None and len(overall):
        row = overall.iloc[0]
        won = f", and {row['won_share']:.0%} of the decided were won" if pd.notna(row["won_share"]) else ""
        each = f": {number(row['per_meeting'])} for each meeting" if pd.notna(row["per_meeting"]) else ""
        total = (
            f" All together {count_of(int(row['meetings']), 'meeting')} and "
            f"{count_of(int(row['received'] + row['given']), 'referral')}{each}{won}."
        )
    return f"Meetings, referrals and business won with {count_of(len(data), by)}.{total}{most}"


@chart(
    describe=_describe,
    height=_height,
    empty="There is no meeting and no referral in the window: write them into the interactions table, each with its day.",
    subtitle=_subtitle,
    above=ABOVE,
    next_step=after_conversion,
)
def plot_conversion(
    data: pd.DataFrame,
    ax: Axes,
    period: str = "",
    overall: pd.DataFrame | None = None,
    exchange: pd.DataFrame | None = None,
) -> None:
    """Two strips of dots with intervals: referrals for each meeting, and the share won.

    Parameters
    ----------
    data : DataFrame
        ``partner`` or ``vertical``, ``meetings``, ``received``, ``given``, ``per_meeting`` and ``won_share`` with their
        limits, and who is apart; as :func:`partnership_analysis.conversion` gives them.
    ax : Axes, optional
    period : str
        The window in words, for the subtitle.
    overall : DataFrame, optional
        The same of the whole portfolio, one row; drawn as lines to compare with.
    exchange : DataFrame, optional
        ``partner`` and ``label``, as :func:`partnership_analysis.reciprocity` gives them: to meet more often those to whom we
        give without return is not proposed.
    """
    narrow = is_narrow(ax)
    rows = rows_for(data)
    table = rows.table
    name_rows(ax, rows, table[_name(data)].tolist(), wide=28, narrow=18)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    whole = whole_of(data, overall)
    boxes = ((0.04, 0.42), (0.56, 0.40)) if narrow else ((0.27, 0.32), (0.65, 0.33))
    if not narrow:
        _counts(ax, table, rows.y)
    per = _strip(ax, boxes[0], table, rows.y, _PER_MEETING, whole)
    heading(per, "for each meeting" if narrow else "referrals for each meeting", x=0.5)
    won = _strip(ax, boxes[1], table, rows.y, _WON, whole)
    won.set_xlim(-0.03, 1.03)
    won.set_xticks([0, 0.5, 1], ["0", "½", "all"])
    few = _FEW_MEETINGS if data["meetings"].gt(0).any() else _NO_MEETING
    for inner, column, reason in ((per, "per_meeting", few), (won, "won_share", _NONE_DECIDED)):
        if table[column].isna().all():
            _say_unknown(inner, reason)
    heading(won, "won" if narrow else "share won of those decided", x=0.5)


def _strip(
    ax: Axes,
    box: tuple[float, float],
    table: pd.DataFrame,
    y: NDArray[np.float64],
    columns: tuple[str, str, str],
    whole: pd.Series | None,
) -> Axes:
    value, low, high = (table[name].to_numpy("float64", na_value=np.nan) for name in columns)
    average = np.nan if whole is None or pd.isna(whole.get(columns[0])) else float(whole[columns[0]])
    more, fewer = apart_ways(table, columns[0], whole)
    colours = [BAND_TEXT["weak"] if below else RECEIVED for below in fewer]
    top = _top_of(table) if columns[0] == "per_meeting" else 1.0
    inner = strip(ax, box, y, value, (low, np.minimum(high, top)), more | fewer, colours)
    if columns[0] == "per_meeting":
        inner.set_xlim(-0.02 * top, top)
        cut_ends(inner, y[high > top], top)
        inner.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    if not np.isnan(average):
        reference(inner, average)
    for place in y[np.isnan(value)]:
        middle = 0.5 if columns[0] == "won_share" else inner.get_xlim()[1] / 2
        inner.annotate(
            _UNKNOWN[columns[0]], (middle, place), ha="center", va="center", color=GREY, size=8, gid="unknown",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
    return inner


def _say_unknown(inner: Axes, reason: str) -> None:
    """Of a strip without any value: why, once, and no scale where there is nothing to measure."""
    for text in list(inner.texts):
        if text.get_gid() == "unknown":
            text.remove()
    if not inner.lines:
        inner.set_axis_off()
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    # Above the middle, where a long table says how many rows it leaves out.
    inner.text(
        0.5, 0.75, reason, transform=inner.transAxes, ha="center", va="center", size=8.5, color=GREY, bbox=box
    )


def _counts(ax: Axes, table: pd.DataFrame, y: NDArray[np.float64]) -> None:
    """What it rests on: meetings, and referrals both ways."""
    for x, name in ((0.04, "meetings"), (0.13, "received"), (0.21, "given")):
        heading(ax, name, x=x)
        for place, value in zip(y, table[name], strict=True):
            ax.annotate(f"{value:,}", (x, place), ha="center", va="center", size=9, color=GREY)
