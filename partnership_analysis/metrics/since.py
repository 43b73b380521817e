"""What changed since an earlier report: who moved, came and went, what was promised and done, what arrived late.

An earlier report's numbers are what it said then (:func:`said`, kept in its manifest), not what its data would give now;
the difference of the two is a revision. Source: article 001 (weak, weakening and non-producing partnerships).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.columns import floats, texts
from partnership_analysis.metrics.names import by_name, people_key
from partnership_analysis.metrics.nurture.cadence import contact_days
from partnership_analysis.metrics.review import Review, quarter_review
from partnership_analysis.periods import Quarter

CALL = "call"
_SAID = ("rvi", "band", "quarter_count", "count")
MEASURES = {
    "rvi": "RVI",
    "quarter_count": "interactions in the quarter",
    "count": "interactions in the window",
}
NEAR = 0.05
"""Indices that differ by less read alike at one decimal place and are no revision."""


@dataclass(frozen=True)
class Since:
    """What changed since an earlier report.

    Attributes
    ----------
    quarter : str
        The earlier report's.
    day : date
        Up to which it counted.
    moved : DataFrame
        One row a partner whose band is another one: ``partner``, ``before``, ``now`` (string), ``rvi_before``, ``rvi``
        (Float64), ``up`` (bool); falls first, then by partner.
    came, went : list of str
        Partners that are in this report and were not in that one, and the other way round.
    promised : DataFrame
        One row a call that the earlier report advised or an action that was open then: ``partner``, ``what`` (string),
        ``due``, ``done`` (datetime64[us], ``NaT`` if not by now); what is not done first, then by due day.
    revised : DataFrame
        One row a number of the earlier report that today's data would give otherwise: ``partner``, ``measure`` (string),
        ``said``, ``now`` (Float64).
    """

    quarter: str
    day: dt.date
    moved: pd.DataFrame
    came: list[str]
    went: list[str]
    promised: pd.DataFrame
    revised: pd.DataFrame


def said(review: Review) -> dict[str, Any]:
    """What a report says, as JSON values for its manifest.

    Parameters
    ----------
    review : Review

    Returns
    -------
    dict
        ``quarter``, ``day`` (ISO text), ``partners`` (a mapping of name to its ``rvi``, ``band``, ``count`` and
        ``quarter_count``), ``calls`` (names) and ``actions`` (partner, action and due day of what is open). Unknown is None.
    """
    table = review.standing[["partner", *_SAID]].set_index("partner").astype({"band": "object"})
    partners = {
        str(name): {key: _plain(value) for key, value in row.items()}
        for name, row in table.to_dict(orient="index").items()
    }
    return {
        "quarter": str(review.quarter),
        "day": review.day.isoformat(),
        "partners": partners,
        "calls": [str(name) for name in review.calls["partner"]],
        "actions": _open(review.portfolio.actions, review.day),
    }


def changes_since(review: Review, earlier: Mapping[str, Any]) -> Since:
    """What changed since an earlier report of the same portfolio.

    Parameters
    ----------
    review : Review
        The report that is made.
    earlier : mapping
        :func:`said` of the earlier one.

    Returns
    -------
    Since

    Raises
    ------
    ParameterError
        If ``earlier`` lacks something, or is of no earlier quarter.
    """
    try:
        quarter = Quarter.parse(earlier["quarter"], review.portfolio.settings.fiscal_year_start)
        day = dt.date.fromisoformat(earlier["day"])
        rows = {name: [row.get(key) for key in _SAID] for name, row in earlier["partners"].items()}
        before = pd.DataFrame(rows.values(), index=list(rows), columns=list(_SAID))
        calls, actions = list(earlier["calls"]), list(earlier["actions"])
    except (AttributeError, KeyError, TypeError, ValueError, PeriodError) as error:
        raise ParameterError(
            [
                f"The earlier report's manifest cannot be read ({error!r}). Make that report again, or choose another."
            ]
        ) from None
    if quarter.first_index >= review.quarter.first_index:
        raise ParameterError(
            [f"The earlier report is of {quarter}, not before {review.quarter}. Choose another."]
        )
    now = review.standing.set_index("partner")
    return Since(
        str(quarter),
        day,
        moved=_moved(before, now),
        came=sorted(set(now.index) - set(before.index), key=people_key),
        went=sorted(set(before.index) - set(now.index), key=people_key),
        promised=_promised(review, calls, actions, day),
        revised=_revised(review, before, quarter),
    )


def _moved(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    both = before.merge(now[["rvi", "band"]], left_index=True, right_index=True, suffixes=("", "_now"))
    both = both[both["band"].notna() & both["band_now"].notna()]
    both = both[both["band"].astype("object") != both["band_now"].astype("object")]
    order = list(now["band"].cat.categories)
    place = {name: number for number, name in enumerate(order)}
    up = [place[new] > place.get(old, -1) for old, new in zip(both["band"], both["band_now"], strict=True)]
    table = pd.DataFrame(
        {
            "partner": texts(both.index),
            "before": texts(both["band"]),
            "now": texts(both["band_now"].astype("object")),
            "rvi_before": floats(both["rvi"].to_numpy("float64", na_value=np.nan)),
            "rvi": floats(both["rvi_now"].to_numpy("float64", na_value=np.nan)),
            "up": np.array(up, dtype=bool),
        }
    )
    return table.sort_values(["up", "partner"], key=by_name, kind="stable", ignore_index=True)


def _promised(review: Review, calls: list[str], actions: list[dict[str, Any]], day: dt.date) -> pd.DataFrame:
    """Calls count as done from the first two-way contact after the report; actions by what the record says."""
    met = contact_days(review.portfolio, as_of=review.day)
    after = met[met["date"] > pd.Timestamp(day)].groupby("partner")["date"].min()
    rows: list[tuple[str, str, Any, Any]] = [(name, CALL, pd.NaT, after.get(name, pd.NaT)) for name in calls]
    known = review.portfolio.actions
    finished = known[known["done"] <= pd.Timestamp(review.day)].sort_values("done", kind="stable")
    when = finished[finished["done"] > pd.Timestamp(day)].drop_duplicates(["partner", "action"])
    days = when.set_index(["partner", "action"])["done"]
    rows += [
        (
            one["partner"],
            one["action"],
            pd.Timestamp(one["due"]),
            days.get((one["partner"], one["action"]), pd.NaT),
        )
        for one in actions
    ]
    table = pd.DataFrame(rows, columns=["partner", "what", "due", "done"])
    table = table.astype(
        {"partner": "string", "what": "string", "due": "datetime64[us]", "done": "datetime64[us]"}
    )
    order = table.assign(is_done=table["done"].notna(), is_action=table["what"] != CALL)
    return order.sort_values(
        ["is_done", "is_action", "due", "partner", "what"], key=by_name, kind="stable", ignore_index=True
    )[["partner", "what", "due", "done"]]


def _revised(review: Review, before: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """The earlier quarter counted again on today's data, where it differs from what was said."""
    try:
        again = quarter_review(review.portfolio, quarter).standing.set_index("partner")
    except PeriodError:
        again = review.standing.set_index("partner").iloc[:0]
    rows = []
    for name in sorted(set(before.index) & set(again.index), key=people_key):
        for measure, words in MEASURES.items():
            then, now = (_plain(frame.loc[name, measure]) for frame in (before, again))
            least = NEAR if measure == "rvi" else 0
            if (then is None) != (now is None) or (then is not None and abs(then - now) > least):
                rows.append((name, words, then, now))
    table = pd.DataFrame(rows, columns=["partner", "measure", "said", "now"])
    return table.astype({"partner": "string", "measure": "string", "said": "Float64", "now": "Float64"})


def _open(actions: pd.DataFrame, day: dt.date) -> list[dict[str, str | None]]:
    """What was agreed by a day and not finished by it."""
    today = pd.Timestamp(day)
    agreed = actions["created"].isna() | (actions["created"] <= today)
    ended = (actions["done"] <= today).fillna(False)
    table = actions[agreed & ~ended].sort_values(["due", "partner", "action"], kind="stable")
    due = table["due"].dt.strftime("%Y-%m-%d").astype("object").where(table["due"].notna(), None)
    rows = zip(table["partner"], table["action"], due, strict=True)
    return [{"partner": partner, "action": action, "due": date} for partner, action, date in rows]


def _plain(value: Any) -> Any:
    """A cell as JSON has it."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
