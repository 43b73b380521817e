"""Hours as charts write them: alone, under each other, and against a plan."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from partnership_analysis.wording import number


def hours(value: object) -> str:
    """Hours without needless decimals, and a dash where they are unknown.

    >>> hours(21.0), hours(10.75), hours(160.25), hours(None)
    ('21', '10.8', '160', '–')
    """
    large = value is not None and pd.notna(value) and float(value) >= 99.95  # type: ignore[call-overload,arg-type]
    return number(value, 0 if large else 1).removesuffix(".0")


def hours_column(values: Sequence[float]) -> list[str]:
    """Hours under each other in one form: with a decimal in all of them, or, beyond a hundred hours, where it tells.

    >>> hours_column([21.0, 10.75, float("nan")]), hours_column([21.0, 4.0]), hours_column([160.25, 4.5])
    (['21.0', '10.8', '–'], ['21', '4'], ['160', '4.5'])
    """
    plain = [hours(value) for value in values]
    mixed = any("." in words for words in plain)
    small = all(pd.isna(value) or abs(value) < 99.95 for value in values)
    return [number(value) for value in values] if mixed and small else plain


def against_plan(over: Sequence[float]) -> list[str]:
    """How far the hours lie from the plan, in words; nothing where there is no plan.

    >>> against_plan([13.0, -1.75, 0.01, float("nan")])
    ['13.0 over', '1.8 left', 'as planned', '']
    """
    words = []
    for value, size in zip(over, hours_column([abs(value) for value in over]), strict=True):
        near = "as planned" if abs(value) < 0.05 else f"{size} {'over' if value > 0 else 'left'}"
        words.append("" if pd.isna(value) else near)
    return words
