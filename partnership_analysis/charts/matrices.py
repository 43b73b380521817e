"""Who does what for whom in a group, as matrices in an order that shows structure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from partnership_analysis.charts.lettering import fitted, width_of
from partnership_analysis.charts.letters import drawable
from partnership_analysis.charts.phrases import WHOLE
from partnership_analysis.charts.steps.ties import (
    NEVER_MET,
    ONLY_MET,
    after_combinations,
    after_referral_matrix,
)
from partnership_analysis.charts.strongest import (
    as_strong,
    drawn_part,
    is_even,
    left_out_lines,
    numbers,
    once,
    strongest,
)
from partnership_analysis.charts.theme import (
    GIVEN,
    GREY,
    INK,
    NARROW,
    RECEIVED,
    RULE,
    WIDE,
    chart,
    figure_of,
    subtitle_height,
)
from partnership_analysis.metrics.names import member_said
from partnership_analysis.wording import count_of, joined, shortened

MOST_NUMBERS = 16
"""Members up to whom the numbers stand in the cells."""
MOST_DRAWN = {True: 25, False: 40}
"""Members up to whom all are drawn, narrow or not: more rows nobody can follow. Beyond, those of the strongest ties."""
PITCH = 0.17
"""Inches of a row with a name."""
NAMES = {True: 0.9, False: 1.75}
"""Inches that a name at the left takes at most, narrow or not."""
KEYS = 13
"""Points over a matrix that the numbers of its columns take."""
DIGITS = 0.2
"""Inches across from which a cell has room for a number."""
UNDER_DIGITS = 0.64
"""Share of the darkest shade that a cell with a number may have: the number is dark, and must stand out."""
LINE_LETTERS = 15
"""Letters of names that an inch holds: capitals are wider than words."""
_SHADES = LinearSegmentedColormap.from_list("received", ["#ffffff", RECEIVED], bad="#eef1f3")
BOTH, REFERRED, MET = 3, 2, 1
MARKS = {BOTH: ("●", "referred and met"), REFERRED: (NEVER_MET, "referred only"), MET: (ONLY_MET, "met only")}
COLOURS = {BOTH: RECEIVED, REFERRED: "#c26a2d", MET: GIVEN}
ITSELF = "the member itself"
"""What the cells of the diagonal stand for."""
FILL = "Write who referred or met whom into the pair table: columns from, to and kind."
"""What an empty matrix asks for."""
MARK = 0.55
"""Of a cell's width, what a mark takes."""
FIRM = "\N{NO-BREAK SPACE}"
BELOW, BELOW_STEP = 9, 10.5
"""Points of the words under a matrix, and from one of their lines to the next."""


def _narrow(width: float) -> bool:
    return width < (WIDE + NARROW) / 2


def _cell(count: int, width: float) -> tuple[float, float]:
    """Inches of a cell: its width, and its height, which is more where a row must hold a name."""
    across = min(0.36, (2.1 if _narrow(width) else 6.2) / max(count, 1))
    return across, max(across, PITCH)


def _most(width: float) -> int:
    return MOST_DRAWN[_narrow(width)]


def _lines(width: float) -> int:
    """Letters of a line under the matrix."""
    return int(width * LINE_LETTERS)


def _below(data: pd.DataFrame, width: float, what: str = "referrals") -> list[str]:
    """Who is not drawn, and the strongest ties in words, as lines under the matrix, where the cells hold no numbers."""
    if len(data) <= MOST_NUMBERS and _cell(len(data), width)[0] >= DIGITS:
        return []
    limit, even = 18 if _narrow(width) else 40, is_even(data)
    counts = once(data, even=even)
    # Of many that are as strong, some that are drawn.
    named = strongest(drawn_part(data, _most(width)), even=even)
    link = "–" if even else "→"
    ties = [f"{_fitted(one, limit)} {link} {_fitted(other, limit)}: {count:,}" for one, other, count in named]
    left_out = left_out_lines(data, _most(width), what.removesuffix("s"), counts, _lines(width))
    return [*left_out, *(["Most:", *ties, *as_strong(counts, named)] if ties else [])]


def _fitted(name: str, limit: int) -> str:
    """A name as wide as so many Latin letters; Han and Hangul are twice as wide."""
    wide = np.cumsum([2 if east_asian_width(letter) in "WF" else 1 for letter in name] or [0])
    return name if wide[-1] <= limit else shortened(name, int((wide < limit).sum()))


def _height(data: pd.DataFrame, width: float, words: str, below: Sequence[str]) -> float:
    count = len(drawn_part(data, _most(width)))
    matrix = _cell(count, width)[1] * count
    return max(1.0, matrix + 0.38 + 0.165 * len(below) + subtitle_height(words, width))


def _two_or_more(data: pd.DataFrame, **options: Any) -> bool:
    return len(data) > 1


def _why_empty(data: pd.DataFrame, **options: Any) -> str:
    if data.empty:
        return f"Nobody is on record in this group. {FILL}"
    return (
        f"{shortened(member_said(data.index[0]), 40)} is the only member on record; a matrix needs two or more. "
        f"{FILL}"
    )


def _referral_words(data: pd.DataFrame, what: str = "referrals", period: str = "") -> str:
    most = int(np.nan_to_num(numbers(data), nan=0).max(initial=0))
    none = f" (none on record: write them into the pair table, kind {what.removesuffix('s')})"
    when = f", {period or WHOLE}" if most else f"{f', {period}' if period else ''}{none}"
    ways = "of row and column" if what == "meetings" else "from row to column"
    shades = f"; darker is more, up to {most:,}" if most > 1 else ""
    order = " those who work together stand together;" if most else ""
    return (
        f"{what.capitalize()} {ways}{when}. Columns carry the numbers of the rows;{order} grey: {ITSELF}{shades}. "
        "From the pair table"
    )


def _describe_referrals(data: pd.DataFrame, what: str = "referrals", period: str = "") -> str:
    cells = numbers(data)
    link = "with" if what == "meetings" else "to"
    pairs = [
        f"{shortened(one, 40)} {link} {shortened(other, 40)} {count:,}"
        for one, other, count in strongest(drawn_part(data, _most(WIDE)), even=is_even(data))
    ]
    most = f"; most {joined(pairs, limit=5)}" if pairs else ""
    return (
        f"Matrix of {what} of {count_of(len(data), 'member')}: {int((cells > 0).sum()):,} of {cells.size - len(data):,} "
        f"cells hold any{most}.{_some(data)}"
    )


def _some(data: pd.DataFrame) -> str:
    """That not everybody is drawn, for the alternative text."""
    return " Only the members of the strongest ties are drawn." if len(data) > MOST_DRAWN[False] else ""


@chart(
    describe=_describe_referrals,
    height=lambda data, width: _height(
        data, width, _referral_words(data, period="x" * 24), _below(data, width)
    ),
    empty=_why_empty,
    needs=_two_or_more,
    subtitle=_referral_words,
    above=KEYS,
    next_step=after_referral_matrix,
)
def plot_referral_matrix(data: pd.DataFrame, ax: Axes, what: str = "referrals", period: str = "") -> None:
    """Who referred how many to whom: shades, and numbers where there is room.

    Parameters
    ----------
    data : DataFrame
        Members by members, as :func:`partnership_analysis.referral_matrix` gives it, best put through
        :func:`partnership_analysis.in_order`.
    ax : Axes, optional
    what : str
        What is counted: ``referrals``, or ``meetings`` for :func:`partnership_analysis.meeting_matrix`.
    period : str
        When, for the subtitle. Default: all that is on record.
    """
    width = figure_of(ax).get_figwidth()
    shown = drawn_part(data, _most(width))
    cells = np.sqrt(numbers(shown))
    most = float(np.nanmax(cells)) if np.isfinite(cells).any() else 0.0
    written = len(data) <= MOST_NUMBERS and _cell(len(data), width)[0] >= DIGITS
    ax.pcolormesh(
        np.ma.masked_invalid(cells),
        cmap=_SHADES,
        vmin=0,
        vmax=max(most, 1.0) / (UNDER_DIGITS if written else 1),
        edgecolor=RULE,
        lw=0.6,
    )
    _frame(ax, shown, _below(data, width, what))
    if written:
        _write(ax, data)


def _write(ax: Axes, data: pd.DataFrame) -> None:
    """The number of every cell that has one."""
    values = numbers(data)
    side = _cell(len(data), figure_of(ax).get_figwidth())[0]
    for row, column in zip(*np.nonzero(np.nan_to_num(values)), strict=True):
        label = f"{int(values[row, column]):,}"
        if len(label) * 0.066 > side:
            label = "…"
        ax.text(column + 0.5, row + 0.52, label, ha="center", va="center", size=8.5, color=INK, gid="count")


def _frame(ax: Axes, data: pd.DataFrame, below: Sequence[str]) -> None:
    """First row at the top, names left, numbers above, lines of words below."""
    count, width = len(data), figure_of(ax).get_figwidth()
    across, down = _cell(count, width)
    ax.set_xlim(0, count)
    ax.set_ylim(count, 0)
    ax.set_aspect(down / across, anchor="NW")
    ax.spines["bottom"].set_visible(False)
    ax.xaxis.tick_top()
    size = 9.0 if down > PITCH else 8.5
    ax.set_yticks(
        np.arange(count) + 0.5,
        [
            f"{fitted(drawable(member_said(name)), NAMES[_narrow(width)], size)}  {place}"
            for place, name in enumerate(data.index, start=1)
        ],
    )
    step = next((step for step in (1, 2) if step * across >= 0.2), 5)
    keys = np.arange(step - 1, count, step)
    ax.set_xticks(keys + 0.5, [str(key + 1) for key in keys])
    ax.tick_params(axis="y", labelsize=size, pad=3)
    ax.tick_params(axis="x", labelsize=8, pad=1)
    _say_below(ax, below)
    # The layout keeps the room of an axis label; what is read stands at the figure's left edge.
    ax.set_xlabel("\n".join([" "] * len(below)), size=BELOW, labelpad=8, linespacing=1.4)
    ax.xaxis.set_label_position("bottom")


def _say_below(ax: Axes, below: Sequence[str]) -> None:
    """Lines of words under the matrix, from the figure's left edge; marks in the colours that they have in it."""
    colours = {mark: COLOURS[code] for code, (mark, _) in MARKS.items()}
    for place, line in enumerate(below):
        across, down = 0.0, 6 + place * BELOW_STEP
        for piece in re.split(f"(?=[{''.join(colours)}])", line):
            mark, words = (piece[0], piece[1:].strip()) if piece[:1] in colours else ("", piece.strip())
            for part, colour in ((mark, colours.get(mark, GREY)), (words, GREY)):
                if part:
                    _word_below(ax, part, across, down, colour)
                    across += width_of(part, BELOW) + 0.05


def _word_below(ax: Axes, words: str, across: float, down: float, colour: str) -> None:
    ax.annotate(
        words,
        (0.012, 0),
        xycoords=("figure fraction", "axes fraction"),
        xytext=(72 * across, -down - BELOW),
        textcoords="offset points",
        va="baseline",
        size=BELOW,
        color=colour,
        gid="below",
        annotation_clip=False,
        in_layout=False,
    )


def _combination_words(data: pd.DataFrame, period: str = "") -> str:
    when = f", {period or WHOLE}"
    key = ", ".join(f"{mark} {word}".replace(" ", FIRM) for mark, word in MARKS.values())
    return (
        f"What the row's member did with the column's{when}: {key}, blank neither, grey {ITSELF}. A referral goes from row to "
        "column. Columns are numbered as rows are. From the pair table"
    )


def _tally(data: pd.DataFrame, width: float) -> list[str]:
    """Who is not drawn, and how many pairs there are of each, as lines under the matrix."""
    cells = numbers(data)
    left_out = left_out_lines(data, _most(width), "mark", (cells > 0).astype("float64"), _lines(width))
    parts = [f"{mark} {word} {int((cells == code).sum()):,}" for code, (mark, word) in MARKS.items()]
    parts.append(f"neither {int((cells == 0).sum()):,}")
    pairs = f"{len(data) * (len(data) - 1):,} pairs, each way counted"
    whole = f"All {len(data):,} members, {pairs}" if left_out else f"Of {pairs}"
    # A mark, its word and its count stay on one line.
    words = f"{whole}: {'; '.join(part.replace(' ', FIRM) for part in parts)}"
    lines = textwrap.wrap(words, _lines(width))
    return [*left_out, *(line.replace(FIRM, " ") for line in lines)]


def _describe_combinations(data: pd.DataFrame, period: str = "") -> str:
    cells = numbers(data)
    words = [f"{int((cells == code).sum()):,} {word}" for code, (_, word) in MARKS.items()]
    neither = int((cells == 0).sum())
    pairs = len(data) * (len(data) - 1)
    return (
        f"Combinations of {count_of(len(data), 'member')}: of {pairs:,} directed pairs {joined(words)}, "
        f"and {neither:,} neither.{_some(data)}"
    )


@chart(
    describe=_describe_combinations,
    height=lambda data, width: _height(
        data, width, _combination_words(data, period="x" * 24), _tally(data, width)
    ),
    empty=_why_empty,
    needs=_two_or_more,
    subtitle=_combination_words,
    above=KEYS,
    next_step=after_combinations,
)
def plot_combinations(data: pd.DataFrame, ax: Axes, period: str = "") -> None:
    """Who met, who referred, who did both, and where there is nothing yet: a mark a cell.

    Parameters
    ----------
    data : DataFrame
        Members by members, codes 0 to 3 as :func:`partnership_analysis.combination_matrix` gives them, best put through
        :func:`partnership_analysis.in_order`.
    ax : Axes, optional
    period : str
        When, for the subtitle. Default: all that is on record.
    """
    width = figure_of(ax).get_figwidth()
    shown = drawn_part(data, _most(width))
    cells = numbers(shown)
    side = _cell(len(shown), width)[0] * 72
    blank = np.where(np.isnan(cells), np.nan, 0.0)
    ax.pcolormesh(np.ma.masked_invalid(blank), cmap=_SHADES, vmin=0, vmax=1, edgecolor=RULE, lw=0.6)
    styles: dict[int, dict[str, Any]] = {
        BOTH: {"marker": "o", "color": COLOURS[BOTH], "lw": 0},
        REFERRED: {"marker": "^", "color": COLOURS[REFERRED], "lw": 0},
        MET: {"marker": "o", "facecolor": "white", "edgecolor": COLOURS[MET], "lw": min(1.3, side / 9)},
    }
    for code, style in styles.items():
        rows, columns = np.nonzero(cells == code)
        ax.scatter(columns + 0.5, rows + 0.5, s=(side * MARK) ** 2, gid=MARKS[code][1], **style)
    _frame(ax, shown, _tally(data, width))
