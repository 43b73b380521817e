"""What a partner is worth: by hand, against plain Python, and where nothing is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from reference import World
from worlds import portfolio_of, worlds

import partnership_analysis as pa
from metrics.helpers import act, at, made, monthly, rate
from partnership_analysis.errors import PeriodError
from partnership_analysis.metrics.focus.worth import INDEX, LENT, SHAPES, USUAL, worth

END = act("2025-09-30", "Bo", "meeting", "mutual")


def test_two_partners_by_hand() -> None:
    # Both 12 months. Ann won 6, Bo 0: overall rate (6 + 0.5) / 24 = 0.270833; no vertical, so that is the prior's
    # mean; 3.25 are expected of each. Squares: (6 - 3.25)^2 + (0 - 3.25)^2 = 18.125; two partners in one
    # group: times 2 / 1 = 36.25; less 6.5 expected = 29.75; 2 * 3.25^2 = 21.125: shape 21.125 / 29.75 = 0.710084.
    # Every value is 100, one partner only has any: within 0, variance between unknown: 5 are lent, all of 100.
    rows = [
        *monthly("2024-10-01", 6, value=100.0, status="won"),
        act("2024-10-02", "Bo", "meeting", "mutual"),
        END,
    ]
    table = worth(made(rows))
    shape = 21.125 / 29.75
    rates = [(shape + won) / (shape / (6.5 / 24) + 12) for won in (6, 0)]
    assert table["partner"].tolist() == ["Ann", "Bo"]
    assert table["worth"].tolist() == pytest.approx([12 * 100 * each for each in rates])
    assert table[["won", "months"]].values.tolist() == [[6, 12], [0, 12]]
    assert (table["low"] < table["worth"]).all()
    assert (table["worth"] < table["high"]).all()


def test_what_is_a_won_referral() -> None:
    # Won, or without a status and with a value; open, lost, given, mutual and other kinds are none. A correction
    # is no referral.
    rows = [
        act("2025-01-05", value=100.0, status="won", count=2),
        act("2025-01-06", value=50.0),
        act("2025-01-07", status="won"),
        act("2025-01-08", value=-20.0, status="won"),
        act("2025-01-09", value=900.0, status="open"),
        act("2025-01-10", value=900.0, status="lost"),
        act("2025-01-11", value=900.0, direction="given"),
        act("2025-01-12", value=900.0, kind="event", direction="mutual"),
        act("2025-01-13"),
    ]
    assert at(worth(made(rows)))["won"] == 4


def test_hours_are_agreed_else_spent() -> None:
    # Ann agreed 8. Bo spent 6 in the last 12 months of 24: 6 / 4 quarters = 1.5. Cy: none on record.
    rows = [act("2023-10-01", "Bo", hours=50.0), act("2025-01-01", "Bo", hours=6.0, value=9.0),
            act("2023-10-01", hours=40.0), act("2025-09-30", "Cy")]  # fmt: skip
    about = [{"partner": "Ann", "hours_per_quarter": 8}, {"partner": "Bo"}]
    table = worth(made(rows, partners=about)).set_index("partner")
    assert table.loc["Ann", ["hours", "hours_source"]].tolist() == [8.0, "agreed"]
    assert table.loc["Bo", ["hours", "hours_source"]].tolist() == [1.5, "spent"]
    assert table.loc["Cy", ["hours", "hours_source", "worth_per_hour"]].isna().all()
    assert table.loc["Bo", "worth_per_hour"] == pytest.approx(table.loc["Bo", "worth"] / 6)


def test_without_money_the_index_stands_in() -> None:
    rows = [*monthly("2024-10-01", 12), act("2025-09-30", "Bo")]
    table = worth(made(rows, [rate("2024-10-01", 3)]))
    assert table["basis"].tolist() == [INDEX] * 2
    assert table["worth"].tolist() == [3.0, pd.NA]
    assert table["won"].isna().all()
    money = worth(made([*rows, act("2025-09-01", value=10.0)], [rate("2024-10-01", 3)]))
    assert money["worth"].notna().all()


def test_nothing_later_counts_and_who_has_ended_is_out() -> None:
    rows = [*monthly("2024-10-01", 12, value=100.0), act("2025-08-05", "Bo", value=9e6), END]
    about = [{"partner": "Ann"}, {"partner": "Cy", "started": "2024-01-01", "ended": "2025-03-01"}]
    early = worth(made(rows, partners=about), as_of="2025-03-31")
    assert early["partner"].tolist() == ["Ann"]
    again = worth(
        made([row for row in rows if row["date"] <= "2025-03-31"], partners=about), as_of="2025-03-31"
    )
    pd.testing.assert_frame_equal(early, again)
    with pytest.raises(PeriodError):
        worth(made(rows), as_of="2024-01-01")
    with pytest.raises(PeriodError):
        worth(pa.Portfolio.from_frames(interactions=pd.DataFrame({"date": [], "partner": [], "kind": []})))


def test_a_small_vertical_borrows() -> None:
    # Two verticals, nobody's own record differs between Bo (beside Ann, who wins) and Dee (beside Cy, who does not).
    rows = [*monthly("2024-10-01", 12, value=100.0), *monthly("2024-10-01", 1, partner="Cy", value=100.0),
            *(act("2024-10-01", name, "meeting", "mutual") for name in ("Bo", "Dee")), END]  # fmt: skip
    about = [{"partner": name, "vertical": where} for name, where in
             (("Ann", "Legal"), ("Bo", "Legal"), ("Cy", "IT"), ("Dee", "IT"))]  # fmt: skip
    table = worth(made(rows, partners=about)).set_index("partner")["worth"]
    assert table["Ann"] > table["Bo"] > table["Dee"] > 0


@settings(max_examples=5, phases=[Phase.generate])
@given(worlds())
def test_plain_python_comes_to_the_same(world: World) -> None:
    portfolio = portfolio_of(world)
    table = worth(portfolio)
    if table.empty or table["basis"].iloc[0] == INDEX:
        return
    found = {row["partner"]: row for row in table.to_dict("records")}
    for name, value in _plain(world, portfolio, found).items():
        assert math.isclose(found[name]["worth"], value, rel_tol=1e-9, abs_tol=1e-9), name
        assert found[name]["low"] <= found[name]["worth"] * (1 + 1e-9)


def _plain(world: World, portfolio: pa.Portfolio, found: dict) -> dict[str, float]:
    """The same formulas with loops; months and verticals are taken from the frame."""
    last = portfolio.last_date
    won: dict[str, list[tuple[int, float | None, int]]] = {name: [] for name in found}
    everybody: list[tuple[int, float]] = []
    for row in world.interactions:
        is_won = row["status"] == "won" or (row["status"] is None and row["value"] is not None)
        if not is_won or row["direction"] != "received" or "referral" not in row["kind"]:
            continue
        ago = (last.year - row["date"].year) * 12 + last.month - row["date"].month
        if row["value"] is not None:
            everybody.append((row["count"], row["value"]))
        if row["partner"] in won:
            won[row["partner"]].append((row["count"], row["value"], ago))
    group = {name: row["vertical"] for name, row in found.items()}
    months = {name: int(row["months"]) for name, row in found.items()}
    counts = {name: sum(n for n, _, ago in rows if ago < world.window) for name, rows in won.items()}
    overall = (sum(counts.values()) + 0.5) / sum(months.values())
    prior, value_prior = {}, {}
    money = {name: [(n, v) for n, v, _ in rows if v is not None] for name, rows in won.items()}
    totals = {name: (sum(n for n, _ in rows), sum(v for _, v in rows)) for name, rows in money.items()}
    mean_all = sum(v for _, v in everybody) / max(sum(n for n, _ in everybody), 1)
    lent = _lent(money, totals, group)
    for name in found:
        mates = [other for other in found if group[other] == group[name]]
        top = sum(counts[other] for other in mates) + overall * world.window
        prior[name] = top / (sum(months[other] for other in mates) + world.window)
        number, sums = (sum(totals[other][i] for other in mates) for i in (0, 1))
        value_prior[name] = (sums + lent * mean_all) / (number + lent)
        if group[name] == "not described":
            prior[name], value_prior[name] = overall, mean_all
    expected = {name: prior[name] * months[name] for name in found}
    freedom = len(found) / max(len(found) - len(set(group.values())), 1)
    beyond = freedom * sum((counts[n] - expected[n]) ** 2 for n in found) - sum(expected.values())
    shape = sum(e**2 for e in expected.values()) / beyond if beyond > 0 else SHAPES[1]
    shape = min(max(shape, SHAPES[0]), SHAPES[1])
    return {
        name: 12
        * (shape + counts[name])
        / (shape / prior[name] + months[name])
        * (totals[name][1] + lent * value_prior[name])
        / (totals[name][0] + lent)
        for name in found
    }


def _lent(money: dict, totals: dict, group: dict) -> float:
    with_any = [name for name in money if totals[name][0] > 0]
    rows = [(name, n, v) for name in with_any for n, v in money[name]]
    freedom = len(rows) - len(with_any)
    if freedom < 1:
        return USUAL
    own = {name: totals[name][1] / totals[name][0] for name in with_any}
    within = sum(n * (v / n - own[name]) ** 2 for name, n, v in rows) / freedom
    between, scale, groups = 0.0, 0.0, {group[name] for name in with_any}
    for each in groups:
        mates = [name for name in with_any if group[name] == each]
        number = sum(totals[name][0] for name in mates)
        mean = sum(totals[name][1] for name in mates) / number
        between += sum(totals[name][0] * (own[name] - mean) ** 2 for name in mates)
        scale += number - sum(totals[name][0] ** 2 for name in mates) / number
    spare = len(with_any) - len(groups)
    if spare < 1 or scale <= 0:
        return USUAL
    variance = (between - spare * within) / scale
    return float(np.clip(within / variance, *LENT)) if variance > 0 else LENT[1]


def test_more_won_is_never_worth_less_than_a_mate(sample_portfolio: pa.Portfolio) -> None:
    table = worth(sample_portfolio)
    assert table["worth"].is_monotonic_decreasing
    assert "Abernathy Tax" not in set(table["partner"])
    assert dict(table.dtypes.astype(str))["worth"] == "Float64"
