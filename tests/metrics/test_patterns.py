"""Patterns of exchange by quarter: by hand, against plain Python, and on the sample."""

from __future__ import annotations

import reference
from hypothesis import HealthCheck, Phase, given, settings
from reference import REFERRALS, World
from worlds import plain, portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, made
from partnership_analysis.metrics.exchange.patterns import PATTERNS, exchange_patterns

ROWS = [
    # Ann: 3 given in Q1; 3 received in Q2; 6 meetings in Q3; 5 meetings in Q4 to October 2025 only.
    act("2025-02-10", direction="given", count=3),
    act("2025-04-15", count=3),
    act("2025-07-02", kind="meeting", direction="mutual", count=6),
    act("2025-10-02", kind="meeting", direction="mutual", count=1),
    # Bo, from February: two given are no pattern; one event in Q2; nothing in Q3; one each way in Q4.
    act("2025-02-20", "Bo", direction="given", count=2),
    act("2025-05-02", "Bo", kind="event", direction="mutual"),
    act("2025-10-01", "Bo"),
    act("2025-10-05", "Bo", direction="given"),
    # Cy ends in April: 2 meetings in its one month of Q2 are two a month.
    act("2025-03-20", "Cy", kind="trade", direction="mutual"),
    act("2025-04-02", "Cy", kind="meeting", direction="mutual", count=2),
]


def test_patterns_by_hand() -> None:
    portfolio = made(ROWS, partners=[{"partner": "Cy", "ended": "2025-04-10"}])
    table = exchange_patterns(portfolio, as_of="2025-10-06")
    named = [
        [plain(value) for value in row] for row in table[["partner", "quarter", "months", "pattern"]].values
    ]
    assert named == [
        ["Ann", "2025Q1", 2, "we give without receiving"],
        ["Ann", "2025Q2", 3, "we receive without giving"],
        ["Ann", "2025Q3", 3, "meets without referring"],
        ["Ann", "2025Q4", 1, "dormant"],
        ["Bo", "2025Q1", 2, "working"],
        ["Bo", "2025Q2", 3, "working"],
        ["Bo", "2025Q3", 3, "dormant"],
        ["Bo", "2025Q4", 1, "working"],
        ["Cy", "2025Q1", 1, "working"],
        ["Cy", "2025Q2", 1, "meets without referring"],
    ]
    # Chance: 3 to none is 2 / 8; the record begins in February and October is not over.
    assert [plain(value) for value in table["chance"][:5]] == [0.25, 0.25, None, None, 0.5]
    assert table["partial"].tolist() == [True, False, False, True] * 2 + [True, False]
    assert table["end"].dt.month.tolist() == [3, 6, 9, 10, 3, 6, 9, 10, 3, 6]
    assert not exchange_patterns(portfolio, as_of="2025-12-31")["partial"].iloc[3]


def test_quarters_are_those_of_the_fiscal_year() -> None:
    rows = [act("2025-01-31", count=3), act("2025-02-01", direction="given", count=3)]
    table = exchange_patterns(made(rows, fiscal_year_start=2))
    assert table[["quarter", "pattern"]].values.tolist() == [
        ["2025Q4", "we receive without giving"],
        ["2026Q1", "we give without receiving"],
    ]


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(worlds(max_rows=40))
def test_against_plain_python(world: World) -> None:
    rows = {}
    for name, (first, last) in reference.spans(world, world.last).items():
        for month in range(max(first, reference.month(world.first)), last + 1):
            quarter = reference.quarter_label(month, world.fiscal_year_start)
            row = rows.setdefault(
                (name, quarter), {"months": 0, "received": 0, "given": 0, "meetings": 0, "other": 0}
            )
            row["months"] += 1
            for one in world.interactions:
                if one["partner"] == name and reference.month(one["date"]) == month:
                    way = one["direction"] if one["kind"] in REFERRALS else one["kind"] + "s"
                    row[way if way in row else "other"] += one["count"]
    table = exchange_patterns(portfolio_of(world)).set_index(["partner", "quarter"])
    assert list(table.index) == list(rows)
    for key, row in rows.items():
        found = table.loc[key]
        assert found[list(row)].to_dict() == row
        received, given = row["received"], row["given"]
        one_way = max(received, given) >= 3 and min(received, given) == 0
        if one_way:
            pattern = "we give without receiving" if given else "we receive without giving"
        elif received + given:
            pattern = "working"
        elif row["meetings"] >= 2 * row["months"]:
            pattern = "meets without referring"
        else:
            pattern = "working" if row["other"] else "dormant"
        assert found["pattern"] == pattern


def test_the_planted_ones_show_it_in_most_quarters(sample_portfolio: pa.Portfolio) -> None:
    table = exchange_patterns(sample_portfolio)
    assert set(table["pattern"]) <= set(PATTERNS)
    assert not table["partial"].any()
    planted = {
        "Okafor Chambers": "we give without receiving",
        "Ashgrove Notaries": "we receive without giving",
        "Penrose & Daughters": "we receive without giving",
    }
    for name, pattern in planted.items():
        assert table.loc[table["partner"] == name, "pattern"].eq(pattern).mean() > 0.3, name
    # An even exchange shows it in at most 9% of quarters.
    steady = table[~table["partner"].isin(list(planted))]
    assert steady["pattern"].str.startswith("we ").mean() < 0.09
    stopped = table[(table["partner"] == "Brightwater Systems") & (table["quarter"] >= "2025Q2")]
    assert stopped["pattern"].tolist() == ["dormant", "dormant"]
