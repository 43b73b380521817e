"""RVI worked by hand, case by case; the arithmetic stands in the comments."""

from __future__ import annotations

import pandas as pd
import pytest
from reference import gamma_quantile

import partnership_analysis as pa
from metrics.helpers import act, at, made, monthly, rate
from partnership_analysis.errors import ParameterError, PeriodError
from partnership_analysis.metrics.rvi import latest

TRUST_4 = [rate("2022-10-01", 4)]


def test_three_years_with_twelve_interactions_in_the_last() -> None:
    # 36 months, October 2022 to September 2025, one referral a month: N = 12 in 12 months, trust 4.
    # RVI = 4 * 12 / 12 = 4.0: strong. Limits: Gamma(12.5) quantiles / 12 * 4 = 4 * (0.609, 1.569).
    row = at(pa.rvi(made(monthly("2022-10-01", 36), TRUST_4)))
    assert (row["rvi"], row["band"], row["count"], row["months"]) == (4.0, "strong", 12, 12)
    assert row["low"] == pytest.approx(4 * 0.6088, abs=1e-3)
    assert row["high"] == pytest.approx(4 * 1.5687, abs=1e-3)
    assert pd.isna(row["lift"])
    assert not row["partial"]


def test_the_published_reading_of_three_years() -> None:
    # 12 referrals in the last 12 months, none before; 12 events, one each third month, over 36 months.
    # Published: (12 referrals of the last 12 months + all 12 events) / 36 months * 4 = 24 / 36 * 4 = 2.667.
    # Trailing: (12 + the 4 events of the last 12 months) / 12 * 4 = 16 / 12 * 4 = 5.333.
    rows = monthly("2024-10-01", 12)
    events = [act(f"{date:%Y-%m-%d}", kind="event", direction="mutual")
              for date in pd.date_range("2022-10-05", periods=36, freq="MS")[::3]]  # fmt: skip
    first = [act("2022-10-01", kind="meeting", direction="mutual")]
    portfolio = made([*first, *rows, *events], TRUST_4)
    published = at(pa.rvi(portfolio, method="published"))
    assert (published["count"], published["months"]) == (24, 36)
    assert published["rvi"] == pytest.approx(4 * 24 / 36)
    assert published["band"] == "promising"
    trailing = at(pa.rvi(portfolio))
    assert trailing["rvi"] == pytest.approx(4 * 16 / 12)


def test_older_referrals_do_not_count_in_the_published_reading() -> None:
    # 24 referrals over 24 months, then none for 12: the article's referrals are those of 12 months: 0.
    rows = [*monthly("2022-10-01", 24), act("2025-09-30", kind="meeting", direction="mutual")]
    assert at(pa.rvi(made(rows, TRUST_4), method="published"))["rvi"] == 0.0


def test_a_newcomer_of_two_months_is_too_early() -> None:
    # August and September: M = 2, N = 3, trust 5: RVI 7.5, but no band. In the third month there is one:
    # N = 3, M = 3: 5.0.
    rows = [act("2025-08-20"), act("2025-09-01", count=2)]
    rated = [rate("2025-08-20", 5)]
    row = at(pa.rvi(made(rows, rated)))
    assert (row["rvi"], row["months"], row["band"]) == (7.5, 2, "too early")
    later = at(pa.rvi(made(rows, rated), as_of="2025-10-01"))
    assert (later["rvi"], later["months"], later["band"]) == (5.0, 3, "strong")


@pytest.mark.parametrize(
    ("trust", "count", "value", "band", "lift"),
    [
        (1, 11, 11 / 12, "weak", 1),  # 12 / 12 = 1 is average
        (1, 12, 1.0, "average", 13),  # 25 / 12 is the first over 2
        (2, 6, 1.0, "average", 7),  # 2 * 13 / 12 = 2.17; 2 * 12 / 12 = 2 is not over 2
        (1, 24, 2.0, "average", 1),
        (1, 25, 25 / 12, "promising", 11),  # 36 / 12 = 3
        (3, 8, 2.0, "average", 1),
        (1, 35, 35 / 12, "promising", 1),
        (1, 36, 3.0, "strong", None),
        (4, 9, 3.0, "strong", None),
        (4, 0, 0.0, "weak", 3),  # 4 * 3 / 12 = 1
        (4.9, 6, 2.45, "promising", 2),  # 4.9 * 7 / 12 = 2.86, * 8 = 3.27
    ],
)
def test_limits_of_bands(trust: float, count: int, value: float, band: str, lift: int | None) -> None:
    rows = [act("2024-10-01", kind="meeting", direction="mutual"), act("2025-09-30", "Bo")]
    if count:
        rows.append(act("2025-03-05", count=count))
    row = at(pa.rvi(made(rows, [rate("2024-10-01", trust)])))
    assert row["rvi"] == pytest.approx(value)
    assert row["band"] == band
    assert (None if pd.isna(row["lift"]) else row["lift"]) == lift


def test_without_trust_there_is_no_index_but_a_count() -> None:
    row = at(pa.rvi(made(monthly("2025-01-01", 9, 2))))
    assert pd.isna(row[["rvi", "low", "high", "band", "trust", "trust_source", "trust_date", "lift"]]).all()
    assert (row["count"], row["months"], row["rate"]) == (18, 9, 2.0)
    assert 0 < row["rate_low"] < 2 < row["rate_high"]


def test_ours_stands_in_where_they_have_not_rated() -> None:
    # Theirs: 6 given in 6 months. Until May ours (3) stands in: 3 * 5 / 5; they rate 5 in June: 5 * 6 / 6.
    rows = monthly("2025-01-01", 6, direction="given")
    table = pa.rvi(
        made(rows, [rate("2025-01-05", 3), rate("2025-06-30", 5, rater="them")]),
        perspective="theirs",
        as_of="2025-06-30",
    )
    may, june = at(table, month="2025-05"), at(table, month="2025-06")
    assert (may["rvi"], may["trust_source"]) == (3.0, "ours stands in")
    assert (june["rvi"], june["trust_source"], june["trust_date"]) == (
        5.0,
        "rated",
        pd.Timestamp("2025-06-30"),
    )


def test_their_rating_never_stands_in_for_ours() -> None:
    row = at(pa.rvi(made(monthly("2025-01-01", 6), [rate("2025-01-05", 5, rater="them")])))
    assert pd.isna(row["rvi"])


def test_assumed_trust_serves_last() -> None:
    # Assumed 2 until the rating of March: 2 * 2 / 2 in February, then 4 * 3 / 3.
    table = pa.rvi(
        made(monthly("2025-01-01", 3), [rate("2025-03-31", 4)], assumed_trust=2), as_of="2025-03-31"
    )
    assert table[["rvi", "trust_source"]].values.tolist() == [
        [2.0, "assumed"],
        [2.0, "assumed"],
        [4.0, "rated"],
    ]


def test_a_mutual_event_counts_once_for_each_side() -> None:
    # 3 joint events, 1 referral received, 2 given, 3 months, trust 3: ours 3 * 4 / 3, theirs 3 * 5 / 3.
    rows = [*monthly("2025-07-01", 3, kind="event", direction="mutual"), act("2025-08-01"),
            act("2025-09-01", direction="given", count=2)]  # fmt: skip
    portfolio = made(rows, [rate("2025-07-01", 3)])
    assert at(pa.rvi(portfolio))["rvi"] == 4.0
    assert at(pa.rvi(portfolio, perspective="theirs"))["rvi"] == 5.0
    sides = pa.both_sides(portfolio)
    assert sides[["ours", "theirs", "gap"]].values.tolist() == [[4.0, 5.0, -1.0]]


def test_trust_that_changes_on_the_way() -> None:
    # One referral a month from January: N / M = 1, so that RVI is trust at each month's end. Trust 2 from
    # 31 January, 4 from 1 March; two ratings on 10 May (3 and 4) are averaged; friendship is not trust.
    ratings = [rate("2025-01-31", 2), rate("2025-03-01", 4), rate("2025-05-10", 3), rate("2025-05-10", 4),
               rate("2025-06-01", 1, factor="friendship")]  # fmt: skip
    table = pa.rvi(made(monthly("2025-01-01", 6), ratings))
    assert table["rvi"].tolist() == [2.0, 2.0, 4.0, 4.0, 3.5, 3.5]


def test_meetings_and_trade_do_not_count() -> None:
    rows = [act("2025-07-01", kind=kind, direction="mutual", count=9) for kind in ("meeting", "trade")]
    row = at(
        pa.rvi(made([*rows, *monthly("2025-07-01", 3, kind="cross_promotion")], [rate("2025-07-01", 2)]))
    )
    assert (row["rvi"], row["count"]) == (2.0, 3)


def test_weights_and_their_interval() -> None:
    # 2 referrals of weight 3 and 4 events of weight 1 in 4 months: N = 10, sum w^2 n = 22; trust 2:
    # RVI = 2 * 10 / 4 = 5. Interval: shape 100 / 22 + 1/2 = 5.045, scale 2.2 / 4 * 2 = 1.1.
    rows = [act("2025-06-01", count=2), *monthly("2025-06-01", 4, kind="event", direction="mutual")]
    row = at(pa.rvi(made(rows, [rate("2025-06-01", 2)], weights={"referral": 3.0})))
    assert (row["rvi"], row["weighted"], row["count"]) == (5.0, 10.0, 6)
    assert row["low"] == pytest.approx(1.1 * gamma_quantile(100 / 22 + 0.5, 0.05))
    assert row["high"] == pytest.approx(1.1 * gamma_quantile(100 / 22 + 0.5, 0.95))


def test_months_before_the_record_count_and_are_marked() -> None:
    # Started in January 2024, first on record in January 2025 (6 referrals): by March M = 12 and N = 6,
    # although only 3 months are on record; in December 2025 the window is whole.
    about = [{"partner": "Ann", "started": "2024-01-10"}]
    rows = [act("2025-01-05", count=6), act("2025-12-31", kind="meeting", direction="mutual")]
    table = pa.rvi(made(rows, [rate("2025-01-01", 2)], about))
    march, december = at(table, month="2025-03"), at(table, month="2025-12")
    assert (march["rvi"], march["months"], march["partial"]) == (1.0, 12, True)
    assert (december["months"], december["partial"]) == (12, False)
    assert table["month"].min() == pd.Timestamp("2025-01-01")


def test_a_partnership_ends_with_its_last_sign() -> None:
    # Ended in March on paper, but there is a referral in April: April is its last month.
    about = [{"partner": "Ann", "ended": "2025-03-20"}, {"partner": "Cy", "started": "2025-02-01"},
             {"partner": "Dee"}]  # fmt: skip
    rows = [act("2025-01-05"), act("2025-04-02"), act("2025-06-30", "Bo")]
    table = pa.rvi(made(rows, partners=about))
    months = table.groupby("partner")["month"].agg(["min", "max", "size"])
    assert months.loc["Ann"].tolist() == [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01"), 4]
    assert months.loc["Cy", "size"] == 5
    assert months.loc["Bo", "size"] == 1
    assert "Dee" not in months.index


def test_what_does_not_fit_is_refused() -> None:
    portfolio = made([act("2025-01-05")])
    for wrong in (
        {"perspective": "hers"},
        {"method": "guess"},
        {"window": 0},
        {"window": 1.5},
        {"window": True},
    ):
        with pytest.raises(ParameterError):
            pa.rvi(portfolio, **wrong)
    for wrong in ("2025-01-04", "yesterday-ish"):
        with pytest.raises(PeriodError):
            pa.rvi(portfolio, as_of=wrong)
    empty = pd.DataFrame({"date": [], "partner": [], "kind": []})
    with pytest.raises(PeriodError):
        pa.rvi(pa.Portfolio.from_frames(interactions=empty))


def test_latest_is_one_month() -> None:
    table = pa.rvi(made([*monthly("2025-01-01", 3), act("2025-02-01", "Bo")]))
    assert latest(table)["partner"].tolist() == ["Ann", "Bo"]
    assert latest(table, pd.Timestamp("2025-01-20"))["partner"].tolist() == ["Ann"]


def test_where_nobody_is_left() -> None:
    portfolio = made(
        [act("2024-01-05")], [rate("2024-01-05", 4)], [{"partner": "Ann", "ended": "2024-02-10"}]
    )
    assert pa.both_sides(portfolio, as_of="2024-06-30").empty
