"""The RVI as formulas: those of :mod:`partnership_analysis.metrics.rvi`, in functions that every spreadsheet has.

Cells of the same row are named by the column's key in :data:`AT`; settings by the names of :mod:`names`.
"""

from __future__ import annotations

from partnership_analysis.reports.scorecard.cells import Live
from partnership_analysis.reports.scorecard.names import (
    ABOVE_ROW,
    AS_OF_MONTH,
    ASSUMED,
    HEAD_ROW,
    INTERVAL,
    LIMITS,
    METHOD,
    MIN_MONTHS,
    RECORD_BEGAN,
    TRUST,
    WINDOW,
    letter,
    quoted,
)
from partnership_analysis.schema import BANDS, RVI_KINDS, TOO_EARLY
from partnership_analysis.settings import Settings

KEYS = (
    *("rank", "partner", "vertical", "trust", "trust_source", *RVI_KINDS, "weighted", "months", "rate"),
    *("rvi", "low", "high", "band", "spark", "goal", "lift", "before", "change"),
    *("reported", "moved", "tenure", "squared", "place"),
)
"""Columns of the RVI sheets."""
AT = {key: letter(place) for place, key in enumerate(KEYS)}
TRUST_USED = {"ours": ("G", "H"), "theirs": ("I", "J")}
"""Columns of the sheet of trust: what is used, and where it comes from."""
IN_WINDOW, WHOLE, EARLIER = "D", "E", "F"
FIRST_MONTH = 6
"""Columns of the sheet of counts: what is in the window, in all, before the first month; place of that month's."""
TREND_AT = 4
"""Place of the first month's column on the sheet of months."""
ALL_FIVE = "all five"
BLOCK = len(RVI_KINDS) + 1
"""Rows of a partner and side on the sheet of counts: the kinds, and all together."""


def index(row: int) -> dict[str, str]:
    """The formulas of a row of an RVI sheet, by column."""
    a = {key: f"{column}{row}" for key, column in AT.items()}
    kinds = f"{a[RVI_KINDS[0]]}:{a[RVI_KINDS[-1]]}"
    unit = f'AVERAGEIF({_weights()},">0")'
    shape, scale = f"{a['weighted']}^2/{a['squared']}+0.5", f"{a['squared']}/{a['weighted']}"
    low, high = f"(1-{INTERVAL})/2", f"(1+{INTERVAL})/2"
    gamma = f"{a['trust']}*GAMMAINV({{}},{shape},{scale})/{a['months']}"
    nothing = f"{a['trust']}*GAMMAINV({high},0.5,{unit})/{a['months']}"
    trusted, some = f"ISNUMBER({a['trust']})", f"{a['weighted']}>0"
    missing = f"ROUND(({a['goal']}*{a['months']}/{a['trust']}-{a['weighted']})/{unit},9)"
    steady = f"ROUND({a['rvi']},9)"
    few = f"MIN({a['tenure']},{_months(RECORD_BEGAN, AS_OF_MONTH)})<{MIN_MONTHS}"
    within = f"AND({steady}>={LIMITS[0]},{steady}<={LIMITS[1]})"
    return {
        "weighted": f"=SUMPRODUCT({_weights()},{kinds})",
        "squared": f"=SUMPRODUCT({_weights()},{_weights()},{kinds})",
        "months": f'=IF({METHOD}="published",{a["tenure"]},MIN({a["tenure"]},{WINDOW}))',
        "rate": f"={a['weighted']}/{a['months']}",
        "rvi": f'=IF({trusted},{a["trust"]}*{a["weighted"]}/{a["months"]},"")',
        "low": f'=IF({trusted},IF({some},{gamma.format(low)},0),"")',
        "high": f'=IF({trusted},IF({some},{gamma.format(high)},{nothing}),"")',
        "band": f'=IF(ISNUMBER({a["rvi"]}),IF({few},"{TOO_EARLY}",{_band(steady)}),"")',
        "goal": f'=IF(ISNUMBER({a["rvi"]}),{_goal(steady)},"")',
        "lift": f'=IF(ISNUMBER({a["goal"]}),IF({within},INT({missing})+1,ROUNDUP({missing},0)),"")',
        "change": f'=IF(AND(ISNUMBER({a["rvi"]}),ISNUMBER({a["before"]})),{a["rvi"]}-{a["before"]},"")',
        "moved": f'=IF(AND(ISNUMBER({a["rvi"]}),ISNUMBER({a["reported"]})),{a["rvi"]}-{a["reported"]},"")',
    }


def rank(row: int, first: int, last: int) -> str:
    """Place by RVI, 1 the highest; equals share it."""
    value = AT["rvi"]
    return f'=IF(ISNUMBER({value}{row}),RANK({value}{row},{value}${first}:{value}${last}),"")'


def place(row: int, first: int) -> str:
    """Place by RVI with equals one after the other, so that each place has one partner."""
    of = AT["rank"]
    return f'=IF(ISNUMBER({of}{row}),{of}{row}+COUNTIF({of}${first}:{of}{row},{of}{row})-1,"")'


def trust_cell(side: str, row: int, *, source: bool = False) -> str:
    """What an RVI sheet takes from the sheet of trust."""
    return f"={quoted(TRUST)}{TRUST_USED[side][source]}{row}"


def trust_used(row: int) -> dict[str, str]:
    """Trust that serves for each side, and where it comes from: a rating, ours for theirs, an assumption."""
    ours, theirs = f"ISNUMBER(C{row})", f"ISNUMBER(E{row})"
    return {
        "ours": f'=IF({ours},C{row},IF(ISNUMBER({ASSUMED}),{ASSUMED},""))',
        "ours_source": f'=IF({ours},"rated",IF(ISNUMBER({ASSUMED}),"assumed",""))',
        "theirs": f'=IF({theirs},E{row},IF({ours},C{row},IF(ISNUMBER({ASSUMED}),{ASSUMED},"")))',
        "theirs_source": f'=IF({theirs},"rated",IF({ours},"ours stands in",IF(ISNUMBER({ASSUMED}),"assumed","")))',
    }


def in_window(kind: str, row: int, last_month: int) -> str:
    """Count of a kind that enters the index; by the letter of the article all but referrals count for ever."""
    first, last = letter(FIRST_MONTH), letter(last_month)
    head = f"{first}${HEAD_ROW + 1}:{last}${HEAD_ROW + 1}"
    recent = f'SUMIFS({first}{row}:{last}{row},{head},">"&EDATE({AS_OF_MONTH},-{WINDOW}))'
    return f"={recent}" if kind == "referral" else f'=IF({METHOD}="published",{WHOLE}{row},{recent})'


def whole(row: int, last_month: int) -> str:
    """Count of the whole partnership."""
    return f"=SUM({EARLIER}{row}:{letter(last_month)}{row})"


def month_is(band: str, cell: str, began: str, month: str) -> str:
    """Condition that a month's RVI is of a band, after too few months since the beginning too early for one."""
    if band == TOO_EARLY:
        return f"=AND(ISNUMBER({cell}),{_months(f'MAX({began},{RECORD_BEGAN})', month)}<{MIN_MONTHS})"
    average, promising, strong = LIMITS
    value = f"ROUND({cell},9)"
    inside = {
        "weak": f"{value}<{average}",
        "average": f"{value}<={promising}",
        "promising": f"{value}<{strong}",
        "strong": f"{value}>={strong}",
    }
    return f"=AND(ISNUMBER({cell}),{inside[band]})"


def _months(first: str, last: str) -> str:
    """How many months two days reach over, the first and the last included."""
    return f"(YEAR({last})-YEAR({first}))*12+MONTH({last})-MONTH({first})+1"


def band_words(settings: Settings) -> dict[str, Live]:
    """The legend: each band with its limits, which follow the settings."""
    average, promising, strong = settings.bands.limits
    a, p, s = LIMITS
    months = settings.min_months
    return {
        "weak": Live(f'="■ weak: under "&{a}', f"■ weak: under {average:.15g}"),
        "average": Live(f'="■ average: "&{a}&" to "&{p}', f"■ average: {average:.15g} to {promising:.15g}"),
        "promising": Live(f'="■ promising: over "&{p}', f"■ promising: over {promising:.15g}"),
        "strong": Live(f'="■ strong: from "&{s}', f"■ strong: from {strong:.15g}"),
        TOO_EARLY: Live(
            f'="■ too early: under "&{MIN_MONTHS}&" months"', f"■ too early: under {months} months"
        ),
    }


def _weights() -> str:
    """The weights over the kinds of an RVI sheet."""
    return f"{AT[RVI_KINDS[0]]}${ABOVE_ROW + 1}:{AT[RVI_KINDS[-1]]}${ABOVE_ROW + 1}"


def _band(value: str) -> str:
    weak, average, promising, strong = BANDS
    return (
        f'IF({value}<{LIMITS[0]},"{weak}",IF({value}<={LIMITS[1]},"{average}",'
        f'IF({value}<{LIMITS[2]},"{promising}","{strong}")))'
    )


def _goal(value: str) -> str:
    """The limit of the next band; nothing at the top."""
    average, promising, strong = LIMITS
    return (
        f"IF({value}<{average},{average},IF({value}<={promising},{promising},"
        f'IF({value}<{strong},{strong},"")))'
    )
