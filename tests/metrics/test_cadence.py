"""Cadence: what resets it, what is acceptable, who is overdue."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from reference import World
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, at, made
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.nurture.cadence import _longest, cadence
from partnership_analysis.sample import truth


def met(
    date: str, partner: str = "Ann", kind: str = "meeting", direction: str = "mutual"
) -> dict[str, object]:
    """One two-way contact."""
    return act(date, partner, kind, direction)


def test_agreed_by_hand() -> None:
    # Ann: last met on 1 August, 60 days before 30 September; 45 agreed: overdue by 15, due on 15 September.
    # Bo: met on 20 September, 10 days before; 30 agreed: due on 20 October.
    rows = [met("2025-08-01"), met("2025-09-20", "Bo"), act("2025-09-29")]
    about = [{"partner": "Ann", "cadence_days": 45}, {"partner": "Bo", "cadence_days": 30}]
    table = cadence(made(rows, partners=about), as_of="2025-09-30")
    assert table["partner"].tolist() == ["Ann", "Bo"]
    ann, bo = at(table), at(table, "Bo")
    names = ["agreed", "acceptable", "basis", "days_since", "overdue_days", "overdue"]
    assert ann[names].tolist() == [45, 45, "agreed", 60, 15, True]
    assert bo[names].tolist() == [30, 30, "agreed", 10, 0, False]
    assert (ann["due"], bo["due"]) == (pd.Timestamp("2025-09-15"), pd.Timestamp("2025-10-20"))


def test_own_rhythm_by_hand() -> None:
    # Ann: five contacts ten days apart: four gaps, span 40; 40 * (10^(1/4) - 1) = 31.1: 32 whole days.
    # Bo: ten contacts with gaps of 1 to 9 days: the (9 + 1) * 0.9 = 9th smallest is 9; their median is 5.
    # Cy: four contacts: too few for a rhythm.
    ann = [met(f"2025-01-{day:02}") for day in (1, 11, 21, 31)] + [met("2025-02-10")]
    bo = [met(f"{dt.date(2025, 1, 1) + dt.timedelta(days=sum(range(n + 1)))}", "Bo") for n in range(10)]
    cy = [met(f"2025-02-{day:02}", "Cy") for day in (1, 2, 3, 4)]
    table = cadence(made([*ann, *bo, *cy]), as_of="2025-03-15")
    names = ["contacts", "usual", "acceptable", "basis"]
    assert at(table)[names].tolist() == [5, 10.0, 32, "own rhythm"]
    assert at(table, "Bo")[names].tolist() == [10, 5.0, 9, "own rhythm"]
    assert [plain(value) for value in at(table, "Cy")[names]] == [4, None, None, None]
    # Bo last met on 1 January + 45 days = 15 February, 28 days before; Ann 33 days before; Cy cannot be told.
    assert table[["partner", "overdue_days"]].values.tolist()[:2] == [["Bo", 19], ["Ann", 1]]
    assert plain(at(table, "Cy")["overdue"]) is None


@pytest.mark.parametrize(
    ("kind", "direction", "resets"),
    [
        ("meeting", "given", True),
        ("event", "received", True),
        ("trade", "given", True),
        ("online_collaboration", "mutual", True),
        ("referral", "received", False),
        ("referral", "given", False),
        ("cross_promotion", "given", False),
    ],
)
def test_what_resets_it(kind: str, direction: str, resets: bool) -> None:
    portfolio = made([met("2025-01-10"), met("2025-03-01", kind=kind, direction=direction)])
    assert at(cadence(portfolio))["days_since"] == (0 if resets else 50)


def test_who_was_never_met_waits_since_the_beginning() -> None:
    # Bo became a partner on 1 March and only refers: 30 days on the 31st, 20 agreed. Cy began before the record.
    rows = [met("2025-01-10"), act("2025-03-05", "Bo"), act("2025-03-06", "Cy")]
    about = [
        {"partner": "Bo", "started": "2025-03-01", "cadence_days": 20},
        {"partner": "Cy", "started": "2020-01-01", "cadence_days": 100},
    ]
    table = cadence(made(rows, partners=about), as_of="2025-03-31")
    assert (at(table, "Bo")["days_since"], at(table, "Bo")["overdue_days"]) == (30, 10)
    assert (at(table, "Cy")["days_since"], at(table, "Cy")["overdue"]) == (80, False)
    assert pd.isna(at(table, "Bo")["last_contact"])


def test_where_contacts_are_not_recorded_nothing_is_known() -> None:
    rows = [act(f"2025-0{month}-05") for month in range(1, 8)]
    table = cadence(made(rows, partners=[{"partner": "Ann", "cadence_days": 30}]))
    known = {"partner", "agreed", "acceptable", "basis", "contacts"}
    assert table.drop(columns=list(known)).isna().all().all()
    assert at(table)["contacts"] == 0


def test_only_interactions_and_types() -> None:
    table = cadence(made([met("2025-01-10"), act("2025-01-12", "Bo")]))
    assert table.dtypes.astype(str).to_dict() == {
        "partner": "string", "agreed": "Int64", "usual": "Float64", "acceptable": "Int64", "basis": "string",
        "contacts": "Int64", "last_contact": "datetime64[us]", "days_since": "Int64", "overdue_days": "Int64",
        "overdue": "boolean", "due": "datetime64[us]",
    }  # fmt: skip
    assert table[["agreed", "acceptable", "overdue", "overdue_days", "basis", "due"]].isna().all().all()


def test_as_of_and_who_has_ended() -> None:
    about = [{"partner": "Ann", "cadence_days": 10, "ended": "2025-03-01"}]
    portfolio = made([met("2025-01-10"), met("2025-02-20"), met("2025-04-01", "Bo")], partners=about)
    assert cadence(portfolio)["partner"].tolist() == ["Bo"]
    before = cadence(portfolio, as_of="2025-02-10")
    assert before[["partner", "days_since", "overdue_days"]].values.tolist() == [["Ann", 31, 21]]
    with pytest.raises(PeriodError):
        cadence(portfolio, as_of="2025-01-09")


def test_one_gap_in_ten_is_longer() -> None:
    # Whatever the shape of the gaps; of fifteen gaps the next has every place with equal chance: exactly 0.1.
    random = np.random.default_rng(7)
    for shape in (0.5, 1.0, 6.0):
        gaps = 1000 * random.gamma(shape, 1, (8000, 16))
        limit = _longest(np.sort(gaps[:, :15], axis=1).ravel(), np.full(8000, 15))
        assert (gaps[:, 15] > limit).mean() == pytest.approx(0.1, abs=0.012)
    # Of four gaps at random (exponential) too; of regular ones it is rarer.
    for shape, chance in ((1.0, 0.1), (6.0, 0.0)):
        gaps = 1000 * random.gamma(shape, 1, (8000, 5))
        limit = _longest(np.sort(gaps[:, :4], axis=1).ravel(), np.full(8000, 4))
        assert (gaps[:, 4] > limit).mean() == pytest.approx(chance, abs=0.012)


@given(worlds(max_rows=60))
@settings(max_examples=10)
def test_against_plain_python(world: World) -> None:
    portfolio = portfolio_of(world)
    today = max(row["date"] for row in world.interactions)
    rows = {row["partner"]: row for row in world.partners}
    two_way: dict[str, set[dt.date]] = {}
    for row in world.interactions:
        if row["kind"] in ("meeting", "event", "trade") or row["direction"] == "mutual":
            two_way.setdefault(row["partner"], set()).add(row["date"])
    table = cadence(portfolio)
    for row in table.to_dict("records"):
        name = row["partner"]
        ended = rows.get(name, {}).get("ended")
        assert not (ended and ended <= today)
        days = sorted(two_way.get(name, ()))
        days = [day for day in days if day > days[-1] - relativedelta(months=24)]
        assert row["contacts"] == len(days)
        if not days:
            continue
        assert row["days_since"] == (today - days[-1]).days
        gaps = sorted((after - before).days for before, after in pairwise(days))
        if len(days) < 5:
            assert plain(row["acceptable"]) is None
            continue
        assert row["usual"] == statistics.median(gaps)
        spread = sum(gaps) * (10 ** (1 / len(gaps)) - 1)
        limit = np.quantile(gaps, 0.9, method="weibull") if len(gaps) >= 9 else spread
        assert row["acceptable"] == math.ceil(limit - 1e-9)
        assert row["overdue_days"] == max(row["days_since"] - row["acceptable"], 0)
        assert row["overdue"] == (row["overdue_days"] > 0)


def test_the_sample_accuses_only_who_stopped_or_declines(sample_portfolio: pa.Portfolio) -> None:
    table = cadence(sample_portfolio, as_of="2025-09-30")
    late = set(table.loc[table["overdue"].fillna(False), "partner"])
    planted = truth()
    stopped, fell = (
        set(planted.loc[planted["story"] == name, "partner"]) for name in ("stopped", "slow decline")
    )
    assert stopped <= late <= stopped | fell
