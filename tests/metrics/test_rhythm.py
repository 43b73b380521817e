"""Rhythm: heat maps, and how far a partner's is ours."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from reference import World
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.nurture.rhythm import quarter_rhythm, rhythm
from partnership_analysis.metrics.nurture.rhythm_match import _expected, rhythm_cells, rhythm_match


def series(name: str, first: str, step: int, times: int) -> list[dict[str, object]]:
    """Meetings every so many days."""
    begin = dt.date.fromisoformat(first)
    return [act(f"{begin + dt.timedelta(days=step * n)}", name, "meeting", "mutual") for n in range(times)]


def test_heat_map_by_hand() -> None:
    # Ann: Monday 2 June (2 of them) and Tuesday 1 July. June 2025 has five Mondays, July five Tuesdays.
    rows = [act("2025-06-02", count=2), act("2025-07-01"), act("2025-06-03", "Bo")]
    portfolio = made(rows, us="Northgate")
    table = rhythm(portfolio, as_of="2025-07-31")
    assert len(table) == 2 * 84
    some = table[table["count"] > 0]
    assert some.values.tolist() == [
        ["Ann", 0, 6, 2, pytest.approx(2 / 3), 5, 0.4],
        ["Ann", 1, 7, 1, pytest.approx(1 / 3), 5, 0.2],
        ["Bo", 1, 6, 1, 1.0, 4, 0.25],
    ]
    assert table.loc[table["month"] == 5, "per_day"].isna().all()
    ours = rhythm(portfolio, of="us", as_of="2025-07-31")
    assert ours.loc[ours["count"] > 0, ["partner", "weekday", "month", "count", "share"]].values.tolist() == [
        ["Northgate", 0, 6, 2, 0.5],
        ["Northgate", 1, 6, 1, 0.25],
        ["Northgate", 1, 7, 1, 0.25],
    ]
    assert rhythm(portfolio, as_of="2025-06-30")["count"].sum() == 3
    with pytest.raises(ParameterError):
        rhythm(portfolio, of="vertical")


def test_weeks_of_the_quarter_by_hand() -> None:
    # 1 July is in week 1 of a calendar quarter; where the year begins in February, May to July is a quarter and
    # 1 July its day 62: week 9. 30 September is day 92: week 14.
    rows = [act("2025-07-01"), act("2025-09-30", count=3)]
    table = quarter_rhythm(made(rows))
    assert table.loc[table["count"] > 0, ["week", "count"]].values.tolist() == [[1, 1], [14, 3]]
    assert table["days"].tolist() == [7] * 13 + [1]
    shifted = quarter_rhythm(made(rows, fiscal_year_start=2))
    assert shifted.loc[shifted["count"] > 0, ["week", "count"]].values.tolist() == [[9, 4]]


@given(worlds())
@settings(max_examples=4)
def test_every_interaction_and_every_day_is_in_one_cell(world: World) -> None:
    portfolio = portfolio_of(world)
    for measure, width in ((rhythm, 84), (quarter_rhythm, 14)):
        each, ours = measure(portfolio), measure(portfolio, of="us")
        assert ours["count"].sum() == sum(row["count"] for row in world.interactions)
        assert len(ours) == width
        assert each.groupby("partner").size().eq(width).all()
        counts = each.groupby("partner")["count"].sum()
        for name, count in counts.items():
            assert count == sum(row["count"] for row in world.interactions if row["partner"] == name)
        first = min(row["date"] for row in world.interactions).replace(day=1)
        days = (max(row["date"] for row in world.interactions) - first).days + 1
        assert ours["days"].sum() == days
        assert each.groupby("partner")["days"].sum().le(days).all()
        assert ours["share"].sum() == pytest.approx(1)


def test_who_meets_on_fridays_stands_out() -> None:
    # Ann only on Fridays, 26 times; the others on other days: 26 with Bo, 26 with Cy. Ann and we share no weekday.
    rows = [
        *series("Ann", "2025-01-03", 7, 26),
        *series("Bo", "2025-01-06", 7, 26),
        *series("Cy", "2025-01-07", 7, 26),
    ]
    table = rhythm_match(made(rows)).set_index(["partner", "pattern"])
    ann = table.loc[("Ann", "weekday")]
    assert ann[["days", "match", "place", "busiest", "share", "ours", "stands_out"]].tolist() == [
        26, 0.0, 4, "Friday", 1.0, 0.0, True,
    ]  # fmt: skip
    # That all 26 of 78 days that are Fridays are hers: 1 / (78 over 26), for each of seven weekdays.
    assert ann["chance"] == pytest.approx(7 / comb(78, 26))
    # Nothing can be said of months in half a year.
    assert table.xs("month", level="pattern")["match"].isna().all()


def test_a_month_must_come_back() -> None:
    # Ann is busy in March 2023 and 2024 and 2025; Bo only in March 2024, three times as much; Cy is steady.
    rows = [*series("Cy", "2022-01-05", 7, 208)]
    for year in (2022, 2023, 2024, 2025):
        rows += series("Ann", f"{year}-03-01", 2, 10)
        rows += [
            act(f"{year}-{month:02}-15", name, "meeting", "mutual")
            for month in (1, 6, 9)
            for name in ("Ann", "Bo")
        ]
    rows += series("Bo", "2024-03-01", 1, 30)
    table = rhythm_match(made(rows), as_of="2025-12-31").set_index(["partner", "pattern"])
    assert table.loc[("Ann", "month"), ["busiest", "place", "stands_out"]].tolist() == ["March", 3, True]
    assert table.loc[("Bo", "month"), ["busiest", "stands_out"]].tolist() == ["March", False]


def test_little_is_said_of_little() -> None:
    # Nineteen days are too few; with nobody else there is nothing to compare with.
    few = rhythm_match(made([*series("Ann", "2025-01-03", 7, 19), *series("Bo", "2025-01-06", 7, 25)]))
    assert few.loc[few["partner"] == "Ann"].drop(columns=["partner", "pattern", "days"]).isna().all().all()
    assert few.loc[few["partner"] == "Bo", "match"].notna().sum() == 2
    alone = rhythm_match(made(series("Ann", "2025-01-03", 7, 40)))
    assert alone[["days", "match", "stands_out"]].isna().sum().tolist() == [0, 3, 3]


def test_as_of_and_who_has_ended() -> None:
    rows = [*series("Ann", "2025-01-03", 7, 30), *series("Bo", "2025-01-06", 7, 30)]
    portfolio = made(rows, partners=[{"partner": "Bo", "ended": "2025-06-01"}])
    assert rhythm_match(portfolio, as_of="2025-05-31")["partner"].unique().tolist() == ["Ann", "Bo"]
    later = rhythm_match(portfolio, as_of="2025-06-30")
    # Bo is no longer compared, but what we did with Bo is still our rhythm.
    assert later["partner"].unique().tolist() == ["Ann"]
    assert later["match"].tolist()[0] == 0.0
    assert later["days"].tolist()[0] == 26
    assert set(rhythm(portfolio, as_of="2025-06-30")["partner"]) == {"Ann"}


def test_the_expected_match_is_the_mean_of_all_ways_to_deal() -> None:
    # 7 days on cells (4, 2, 1), 3 of them the partner's: all 35 ways to choose them, one by one.
    cells = [0, 0, 0, 0, 1, 1, 2]
    matches = []
    for mine in combinations(range(7), 3):
        own = [sum(cells[day] == cell for day in mine) for cell in range(3)]
        others = [cells.count(cell) - own[cell] for cell in range(3)]
        away = sum(abs(Fraction(a, 3) - Fraction(b, 4)) for a, b in zip(own, others, strict=True))
        matches.append(1 - away / 2)
    mean = float(sum(matches) / len(matches))
    assert _expected(np.array([[1, 1, 1]]), np.array([[3, 1, 0]])) == pytest.approx([mean])


@given(worlds(max_rows=120))
@settings(max_examples=4)
def test_weekdays_against_plain_python(world: World) -> None:
    table = rhythm_match(portfolio_of(world))
    rows = {(row["partner"], row["date"]) for row in world.interactions}
    first = {}
    for name, date in sorted(rows, key=lambda row: row[1]):
        first.setdefault(name, date)
    for partner in world.partners:
        if partner["started"] and partner["partner"] in first:
            first[partner["partner"]] = min(first[partner["partner"]], partner["started"])
    for row in table[table["pattern"] == "weekday"].to_dict("records"):
        name = row["partner"]
        own = [date.weekday() for who, date in rows if who == name]
        assert row["days"] == len(own)
        if plain(row["match"]) is None:
            assert len(own) < 20 or len({who for who, _ in rows}) == 1
            continue
        others = [date.weekday() for who, date in rows if who != name and date >= first[name].replace(day=1)]
        shares = [(own.count(day) / len(own), others.count(day) / len(others)) for day in range(7)]
        assert row["match"] == pytest.approx(1 - sum(abs(a - b) for a, b in shares) / 2)
        place = row["place"]
        assert (row["share"], row["ours"]) == pytest.approx(shares[place])
        assert row["busiest"] == calendar.day_name[place]
        hits, ours = own.count(place), own.count(place) + others.count(place)
        total, n = len(own) + len(others), len(own)
        tail = sum(comb(ours, k) * comb(total - ours, n - k) for k in range(hits, min(ours, n) + 1))
        assert row["chance"] == pytest.approx(min(7 * tail / comb(total, n), 1))


def test_the_nearest_to_standing_out_come_before_others_whom_chance_explains_as_well() -> None:
    # Both have a chance of 1 after seven weekdays; Zoe leans to Mondays a little, Ann to nothing.
    def spread(name: str, counts: tuple[int, ...]) -> list:
        weeks = pd.date_range("2025-01-06", periods=52, freq="7D")
        return [
            act(f"{weeks[number] + pd.Timedelta(days=weekday):%Y-%m-%d}", partner=name)
            for weekday, count in enumerate(counts)
            for number in range(count)
        ]

    rows = [
        *spread("Ann", (5, 5, 5, 5, 5)),
        *spread("Bo", (20, 20, 20, 20, 20)),
        *spread("Zoe", (7, 5, 5, 4, 4)),
    ]
    told = rhythm_match(made(rows)).query("pattern == 'weekday'").set_index("partner")
    assert told.loc[["Ann", "Zoe"], "chance"].tolist() == [1.0, 1.0]
    assert set(rhythm_cells(made(rows), most=1)["partner"]) == {"Zoe"}


def test_only_interactions_and_the_sample(sample_portfolio: pa.Portfolio) -> None:
    only = rhythm_match(made([act("2025-01-01")]))
    full = rhythm_match(sample_portfolio, as_of="2025-09-30")
    assert only.dtypes.equals(full.dtypes)
    assert only["match"].isna().all()
    # The sample's meetings keep to a weekday of each partner; months and weeks of the quarter are the same for all.
    assert full.loc[full["pattern"] == "weekday", "stands_out"].sum() > 5
    assert not full.loc[full["pattern"] != "weekday", "stands_out"].any()


def test_few_are_named_by_chance() -> None:
    # Two hundred partners with one rhythm: at most a handful of chance finds in all three patterns together.
    random = np.random.default_rng(11)
    days = pd.date_range("2022-01-01", "2024-12-31", freq="B")
    drawn = days[random.integers(0, len(days), 200 * 40)].astype(str)
    rows = pd.DataFrame(
        {"date": drawn, "kind": "meeting", "partner": [f"P{n % 200:03}" for n in range(8000)]}
    )
    portfolio = pa.Portfolio.from_frames(interactions=rows, settings={"repeats": "each"})
    table = rhythm_match(portfolio, as_of="2024-12-31")
    assert table["stands_out"].sum() <= 2
    assert table["match"].notna().sum() > 580
    gap = (table["match"] - table["expected"]).groupby(table["pattern"]).mean()
    assert gap.abs().max() < 0.01
