"""Members of a group: who gives and who receives beyond chance, and who should meet next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from partnership_analysis.charts.beside import column, settle
from partnership_analysis.charts.lettering import fitted, width_of
from partnership_analysis.charts.phrases import WHOLE
from partnership_analysis.charts.rows import count_rows, name_rows, rows_for
from partnership_analysis.charts.steps.members import (
    after_members,
    after_missing_connections,
    clear_of_half,
    go_betweens,
)
from partnership_analysis.charts.strips import each
from partnership_analysis.charts.theme import (
    GIVEN,
    GREY,
    INK,
    NARROW,
    PALE,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    figure_of,
    is_narrow,
    subtitle_height,
)
from partnership_analysis.metrics.exchange.reciprocity import MINIMUM, TOO_FEW
from partnership_analysis.metrics.names import member_said
from partnership_analysis.metrics.network.members import GIVES, RECEIVES
from partnership_analysis.wording import count_of, joined, shortened, spelled

ROW, TWO_LINES = 0.25, 0.4
"""Inches of a row, and of one in which two names stand, one under the other."""
NAMES_WIDE, NAMES_NARROW = 3.4, 1.75
"""Inches that the names of a pair take at most."""
BESIDE = 8.5
"""Points of the words beside a bar."""
COLOURS = {RECEIVES: (RECEIVED, RECEIVED), GIVES: (GIVEN, GREY)}
"""Line and text of a member who receives, or gives, more than chance explains."""
PAIRS = 20
"""Pairs that a chart of missing connections shows; those after them promise less."""


def _member_words(data: pd.DataFrame, period: str = "") -> str:
    when = f", {period or WHOLE}"
    compared = int((data["label"] != TOO_FEW).sum())
    group = f"{count_of(compared, 'member')} with {spelled(MINIMUM)} referrals or more compared at once"
    if data["label"].isin([RECEIVES, GIVES]).any():
        hollow = "" if data["label"].isin([RECEIVES, GIVES]).all() else " (hollow: chance may explain it)"
        sure = f"Filled: further from half than chance explains{hollow}, {group}"
    else:
        sure = f"Hollow: chance may explain it, {group}" if compared else "Hollow: too few to say"
    return (
        f"Referrals received as a share of all received and given{when}, from the pair table. {_order_words(data)}Line: where the share probably "
        f"lies. {sure}.{' A line clear of the middle is not enough.' if clear_of_half(data).any() else ''}"
    )


def _order_words(data: pd.DataFrame) -> str:
    """What the rows are sorted by, where it is the surplus: the dots show something else."""
    surplus = data["received"] - data["given"]
    return "Sorted by received less given. " if surplus.is_monotonic_decreasing else ""


def _describe_members(data: pd.DataFrame, period: str = "") -> str:
    parts = []
    for label, many, one in (
        (RECEIVES, "receive more than they give", "receives more than it gives"),
        (GIVES, "give more than they receive", "gives more than it receives"),
    ):
        rows = data[data["label"] == label]
        names = [
            f"{shortened(member_said(row.member), 40)} {row.received:,} to {row.given:,}"
            for row in rows.itertuples()
        ]
        parts += [f"{count_of(len(rows), one, many)} ({joined(names, limit=5)})"] if names else []
    said = "; ".join(parts) or "nobody gives or receives more than chance explains"
    return f"Referrals received and given by {count_of(len(data), 'member')}: {said}."


@chart(
    describe=_describe_members,
    height=lambda data, width: (
        0.62 + ROW * count_rows(data) + subtitle_height(_member_words(data, "x" * 24), width)
    ),
    empty=(
        "No member gave or received a referral: write who referred whom into the pair table, columns from and to, with "
        "referral in the column kind."
    ),
    needs="share",
    subtitle=_member_words,
    above=11,
    next_step=after_members,
)
def plot_members(data: pd.DataFrame, ax: Axes, period: str = "") -> None:
    """The share that each member receives, with its interval, and the counts beside it.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show, top first: ``member``, ``received``, ``given``, ``share``, ``low``, ``high``, ``label``;
        as :func:`partnership_analysis.member_reciprocity` gives them.
    ax : Axes, optional
    period : str
        When, for the subtitle. Default: all that is on record.
    """
    rows = rows_for(data)
    table, y = rows.table, rows.y
    share, low, high = (table[name].to_numpy("float64", na_value=np.nan) for name in ("share", "low", "high"))
    told = table["label"].isin(COLOURS).to_numpy()
    colours = [COLOURS.get(label, (PALE, GREY))[0] for label in table["label"]]
    ends = (-0.7, *(() if rows.gap is None else (rows.gap - 0.5, rows.gap + 0.5)), y[0] + 0.7)
    ax.vlines([0.5] * (len(ends) // 2), ends[::2], ends[1::2], color=INK, lw=1, zorder=1)
    ax.hlines(y, low, high, color=colours, alpha=0.6, lw=3)
    faces = [colour if clear else "white" for colour, clear in zip(colours, told, strict=True)]
    edges = [colour if clear else GREY for colour, clear in zip(colours, told, strict=True)]
    ax.scatter(share, y, s=46, color=faces, edgecolor=edges, lw=1.2, zorder=3, clip_on=False)
    name_rows(ax, rows, [member_said(name) for name in table["member"]], narrow=17)
    ax.tick_params(axis="y", pad=7)
    ax.set_xlim(0, 1)
    narrow = is_narrow(ax)
    words = (
        ("◀ gives", "equal", "gets ▶") if narrow else ("only gives", "as much as it gives", "only receives")
    )
    ax.set_xticks([0, 0.5, 1], words)
    _align_ends(ax)
    ax.spines["bottom"].set_color(RULE)
    _counts(ax, table, y, narrow=narrow)


def _align_ends(ax: Axes) -> None:
    """The words at both ends of the axis stay inside it."""
    first, _, last = ax.get_xticklabels()
    first.set_horizontalalignment("left")
    last.set_horizontalalignment("right")


def _counts(ax: Axes, table: pd.DataFrame, y: np.ndarray, *, narrow: bool) -> None:
    """Received and given right of each row, under their headings; who is told apart in bold."""
    step = 30 if narrow else 62
    heads = ("got", "gave") if narrow else ("received", "given")
    colours = [COLOURS[label][1] if label in COLOURS else INK for label in table["label"]]
    told = table["label"].isin(COLOURS).tolist()
    for place, (name, head) in enumerate(zip(("received", "given"), heads, strict=True), start=1):
        words = [f"{value:,}" for value in table[name]]
        column(ax, y, words, step * place, head=head, colours=colours, bold=told)


def _missing_words(data: pd.DataFrame) -> str:
    """Ourselves may be one of a pair: then nobody is introduced, but we meet."""
    words = f"Who should meet{_most_words(data)}: nothing is on record between the two in the pair table"
    if not (data.head(PAIRS)["promise"] > 0).any():
        return f"{words}, and nobody in the group works with both"
    return (
        f"{words}. The longer the bar, the more telling the members they share: a busy go-between counts less"
    )


def _most_words(data: pd.DataFrame) -> str:
    """How many pairs are drawn, where not all are."""
    return f", the first {PAIRS} of {len(data):,} pairs listed" if len(data) > PAIRS else ""


def _missing_height(data: pd.DataFrame, width: float) -> float:
    row = ROW if width > (WIDE + NARROW) / 2 else TWO_LINES
    return 0.35 + row * min(len(data), PAIRS) + subtitle_height(_missing_words(data), width)


def _describe_missing(data: pd.DataFrame) -> str:
    pairs = []
    row: Any
    for row in data.head(3).itertuples():
        through = "" if pd.isna(row.through) else f" (through {shortened(row.through, 80)})"
        pairs.append(
            f"{shortened(member_said(row.member), 40)} and {shortened(member_said(row.other), 40)}{through}"
        )
    return f"Members who should meet next, of {count_of(len(data), 'pair')} listed: {joined(pairs)}."


@chart(
    describe=_describe_missing,
    height=_missing_height,
    empty=(
        "Nobody is left to introduce: the group has fewer than two members, or every two of them have something on record. "
        "If there are more members, write who referred or met whom into the pair table: columns from, to and kind."
    ),
    subtitle=_missing_words,
    next_step=after_missing_connections,
)
def plot_missing_connections(data: pd.DataFrame, ax: Axes) -> None:
    """Who should meet next, the most promising pair first, and who could introduce them.

    Parameters
    ----------
    data : DataFrame
        Rows in the order to show: ``member``, ``other``, ``shared``, ``promise``, ``through``; as
        :func:`partnership_analysis.missing_connections` gives them. The first twenty are drawn.
    ax : Axes, optional
    """
    table, narrow = data.head(PAIRS), is_narrow(ax)
    y = np.arange(len(table))[::-1].astype(float)
    names = [_pair(member_said(row.member), member_said(row.other), narrow=narrow) for row in each(table)]
    left = max(width_of(line, 9.5) for name in names for line in name.split("\n")) + 0.12
    settle(ax, left=left, right=0.06, bottom=0.1)
    ax.set_yticks(y, names)
    ax.set_ylim(-0.7, len(table) - 0.3)
    promise = table["promise"].to_numpy("float64")
    ax.barh(y, promise, height=0.3 if narrow else 0.45, color=RECEIVED)
    most = max(float(promise.max()), 0.1)
    ax.set_xlim(0, most * (1.8 if narrow else 3.0))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    inches = ax.get_position().width * figure_of(ax).get_figwidth()
    for position, length, row in zip(y, promise, each(table), strict=True):
        rest = inches * (1 - length / ax.get_xlim()[1]) - 0.08
        ax.annotate(
            f"{row.shared:,} shared" if narrow and row.shared else _through(row, rest),
            (length, position),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            size=BESIDE,
            color=GREY,
            gid="through",
        )


def _pair(one: str, other: str, *, narrow: bool) -> str:
    """Two names, beside each other or on a phone one under the other, each cut where it would not fit."""
    if narrow:
        return "\n".join(fitted(name, NAMES_NARROW, 9.5) for name in (one, other))
    whole = f"{one} and {other}"
    if width_of(whole, 9.5) <= NAMES_WIDE:
        return whole
    half = (NAMES_WIDE - width_of("and", 9.5) - 0.1) / 2
    return f"{fitted(one, half, 9.5)} and {fitted(other, half, 9.5)}"


def _through(row: Any, inches: float) -> str:
    """Through whom: as many of the names as fit, and how many others."""
    if row.shared == 0:
        return "share nobody"
    whole, names = str(row.through), go_betweens(row)
    for count in range(len(names), 0, -1):
        others = row.shared - count
        words = [*names[:count], *([count_of(others, "other")] if others else [])]
        said = f"through {joined(words, limit=len(words))}"
        if width_of(said, BESIDE) <= inches:
            return said
    said = f"through {whole}"
    fits = width_of(said, BESIDE) <= inches
    return said if fits else fitted(f"through {row.shared:,}: {whole}", inches, BESIDE)
