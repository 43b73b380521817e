"""Amounts at an axis: all of them in the form of the largest, so that no axis says both £5,000 and £10k."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from matplotlib.axis import Axis
from matplotlib.ticker import Formatter

from partnership_analysis.metrics.focus.worth import WON_VALUE
from partnership_analysis.wording import SYMBOLS

FORMS = ((1e9, "bn"), (1e6, "m"), (1e4, "k"))
"""From which largest amount on which unit is written, as :func:`partnership_analysis.wording.money` has them."""
_SIZE = {"bn": 1e9, "m": 1e6, "k": 1e3}


def amounts(values: Sequence[float], currency: str = "", most: float | None = None) -> list[str]:
    """Amounts beside each other in one form: that of the largest, or of ``most``.

    >>> amounts([0, 5_000, 10_000], "GBP"), amounts([-2_500, 0, 5_000], "GBP"), amounts([2_500, 12_500], "CHF")
    (['£0', '£5k', '£10k'], ['−£2,500', '£0', '£5,000'], ['CHF 2.5k', 'CHF 12.5k'])
    """
    symbol = SYMBOLS.get(currency, f"{currency} " if currency else "")
    most = max((abs(value) for value in values), default=0.0) if most is None else most
    unit = next((unit for limit, unit in FORMS if most >= limit * (1 - 1e-9)), "")
    return [f"{'−' if value < 0 else ''}{symbol}{_figure(abs(value), unit)}" for value in values]


def _figure(size: float, unit: str) -> str:
    figure = f"{size / _SIZE.get(unit, 1.0):,.3f}".rstrip("0").rstrip(".")
    return f"{figure}{unit}" if figure != "0" else figure


class Amounts(Formatter):
    """Writes the ticks of an axis of money; of an axis of RVI, plain figures."""

    def __init__(self, currency: str = "", basis: str = WON_VALUE) -> None:
        """``basis`` is ``won value``, or ``RVI`` where no money is on record."""
        self._currency, self._basis = currency, basis

    def __call__(self, value: float, pos: int | None = None) -> str:
        """One tick alone."""
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All ticks of the axis, those beyond its ends too; these have no say in the form."""
        if self._basis != WON_VALUE:
            return [f"{value:,.3g}".replace("-", "−") for value in values]
        low, high = sorted(cast(Axis, self.axis).get_view_interval())
        slack = 1e-9 * (high - low)
        shown = [float(value) for value in values if low - slack <= value <= high + slack]
        return amounts(values, self._currency, most=max((abs(value) for value in shown), default=0.0))
