"""What to do because of what partnerships cost and bring, and where our hours went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from partnership_analysis.charts.steps.jcurve import YEAR, too_short
from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.returns.returns import GROUPS
from partnership_analysis.periods import month_index
from partnership_analysis.wording import count_of, joined, shortened, signed_money

NAMED = 3
"""Names in a sentence; the rest are counted."""
BEHIND = 2
"""Partners named behind a vertical."""
CHANCE = "one won job may turn a loss into a gain"


def may_turn(data: pd.DataFrame) -> np.ndarray:
    """In which rows chance may turn the sign of the net: what was put in lies within the range, or too few were won for one."""
    low, high, spent, back, net = (
        data[name].to_numpy("float64", na_value=np.nan)
        for name in ("returned_low", "returned_high", "investment", "returned", "net")
    )
    few = (back >= 0) & ~np.isnan(net) & np.isnan(low)
    return np.asarray(((low <= spent) & (spent <= high)) | few)


class Net(NamedTuple):
    """A row with a known difference between what was put in and what came back."""

    name: str
    net: float
    open: bool
    """Whether chance may turn it."""


def _nets(data: pd.DataFrame, by: str) -> list[Net]:
    nets = data["net"].to_numpy("float64", na_value=np.nan).tolist()
    rows = zip(data[by].tolist(), nets, may_turn(data).tolist(), strict=True)
    return [Net(str(name), net, turned) for name, net, turned in rows if net == net]


def after_returns(
    data: pd.DataFrame,
    currency: str = "",
    period: str = "",
    most: int = 30,
    partners: pd.DataFrame | None = None,
    about: pd.DataFrame | None = None,
    record: tuple[dt.date | None, dt.date] | None = None,
) -> str:
    """Whom to tell what is needed; of verticals and owners, who is behind the lowest row.

    Examples
    --------
    >>> rows = {"partner": ["Ann"], "investment": [900.0], "returned": [0.0], "returned_low": [None], "returned_high": [None]}
    >>> after_returns(pd.DataFrame(rows).assign(net=-900.0))
    'tell Ann, in red, what you need from them; drop nobody yet: one won job may turn a loss into a gain.'
    """
    by = next(name for name in GROUPS if name in data.columns)
    known = _nets(data, by)
    if not known:
        return _before_a_net(data)
    months = _months(record)
    if months < YEAR and not any(row.net < 0 and not row.open for row in known):
        return too_short(months)
    if by != "partner":
        return _of_group(known, by, currency, partners, about)
    gone = _ended(about)
    under = [row for row in reversed(known) if row.net < 0 and row.name not in gone]
    if not under:
        return _nobody_lost(known)
    surely, perhaps = ([row for row in under if row.open == turned] for turned in (False, True))
    if not surely:
        which = "in red" if len(perhaps) == 1 else "the lowest rows"
        names = _some([row.name for row in perhaps[:NAMED]])
        return f"tell {names}, {which}, what you need from them; drop nobody yet: {CHANCE}."
    names = joined(_with_net(surely, currency), limit=NAMED)
    wait = f"; wait with {count_of(len(perhaps), 'red row')} in plain figures" if perhaps else ""
    return (
        f"agree with {names} on more business or fewer hours: chance alone does not explain the loss{wait}."
    )


def _months(record: tuple[dt.date | None, dt.date] | None) -> int:
    """Months that the record holds; where it is not told, enough."""
    if record is None or record[0] is None:
        return YEAR
    return month_index(record[1]) - month_index(record[0]) + 1


def _nobody_lost(known: list[Net]) -> str:
    if all(row.open for row in known):
        if len(known) == 1:
            return f"wait; {shortened(known[0].name)} brought more than was put in, but it may be chance: look again next quarter."
        return "wait; nobody brought less than was put in, but chance may turn every net: look again next quarter."
    return "nothing; nobody brought less than was put in."


def _before_a_net(data: pd.DataFrame) -> str:
    """What to write down first, where nobody's difference is known."""
    lacking = data["unknown"].fillna("").astype(str)
    so = "so that what came back can be set against it"
    if _all_zero(data):
        return (
            "correct the columns hours and value of the interactions table, where all is 0; then set hour_rate in the "
            "settings."
        )
    if lacking.str.contains("no hours on record").any():
        busiest = data
        if "interactions" in data.columns:
            busiest = data.sort_values("interactions", ascending=False, kind="stable", na_position="last")
        by = next(name for name in GROUPS if name in data.columns)
        first = f", {_some(busiest[by].tolist())} first" if by == "partner" else ""
        rate = " and hour_rate in the settings" * bool(lacking.str.contains("no hour rate").any())
        return f"write our hours into the column hours of the interactions table{first}{rate}, {so}."
    if lacking.str.contains("no hour rate").any():
        return f"set hour_rate in the settings, what an hour of ours is worth, {so}."
    return "write what was won into the column value of the interactions table."


def _all_zero(data: pd.DataFrame) -> bool:
    """Whether hours and what was won are on record, and all of them are 0."""
    if "hours" not in data.columns:
        return False
    known = [data[name].dropna() for name in ("hours", "returned")]
    return all(len(values) and not values.ne(0).any() for values in known)


def _of_group(
    known: list[Net], by: str, currency: str, partners: pd.DataFrame | None, about: pd.DataFrame | None
) -> str:
    """About the lowest of verticals or of owners, and who is behind it."""
    described = [row for row in known if row.name != NOT_DESCRIBED]
    if not described:
        return "write each partner's vertical into the column vertical of the partners table."
    low = described[-1]
    if low.net >= 0 and not low.open:
        if any(row.open for row in described):
            return f"nothing; no {by} brought back less than was put in."
        return f"nothing; every {by} brought back more than was put in, beyond chance."
    name, sum_ = shortened(low.name), signed_money(low.net, currency)
    if low.net >= 0:
        which = f"even the lowest row, {name} ({sum_})," if len(described) > 1 else f"{name} ({sum_})"
        return f"nothing to decide; {which} did not lose, though chance may turn it. Look again next quarter."
    row = f"{name}, the lowest row" if len(described) > 1 else f"{name} ({sum_})"
    caution = f"; drop nobody yet: {CHANCE}" if low.open else ""
    behind = _behind(low.name, by, partners, about)
    if behind is None:
        return f"look in the returns by partner who is behind {row}, before you decide anything{caution}."
    if not behind:
        end = ", though chance may turn the sum" if low.open else ""
        return f"leave {row}{',' if len(described) > 1 else ''} as it is: none of its partners brought less than was put in{end}."
    behind = behind[:BEHIND]
    names = joined(_with_net(behind, currency))
    if any(partner.open for partner in behind):
        return f"tell {names} what you need from them: they weigh on {row}{caution}."
    return f"agree with {names} on more business or fewer hours: they weigh on {row}{caution}."


def _behind(
    name: str, by: str, partners: pd.DataFrame | None, about: pd.DataFrame | None
) -> list[Net] | None:
    """The partners of a vertical that brought less than was put in, the lowest first; nothing where it is not told."""
    if partners is None or about is None or by != "vertical":
        return None
    pairs = zip(about["partner"].tolist(), about["vertical"].tolist(), strict=True)
    mine = {partner for partner, vertical in pairs if str(vertical) == name} - _ended(about)
    return [row for row in reversed(_nets(partners, "partner")) if row.net < 0 and row.name in mine]


def _ended(about: pd.DataFrame | None) -> set[str]:
    """Partners with an end on record: nothing is asked of them."""
    if about is None or "ended" not in about.columns:
        return set()
    return set(about["partner"].to_numpy(dtype=object)[about["ended"].notna().to_numpy(dtype=bool)])


def _some(names: Sequence[object]) -> str:
    return joined([shortened(str(name)) for name in names], limit=NAMED)


def _with_net(rows: list[Net], currency: str) -> list[str]:
    return [f"{shortened(row.name)} ({signed_money(row.net, currency)})" for row in rows]
