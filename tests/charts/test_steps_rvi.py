"""What to do because of the index and its signals: the branches on a few rows, and the review's order on the sample."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from partnership_analysis.charts.steps.index import (
    after_components,
    after_early_warning,
    after_interval_coverage,
    after_sensitivity,
    after_sides,
)
from partnership_analysis.charts.steps.people import falling, people
from partnership_analysis.charts.steps.rvi import (
    UNJUDGED,
    YET,
    after_activity_ranking,
    after_band_moves,
    after_rvi_ranking,
    after_rvi_trend,
    after_signals,
)
from tools.gallery.drawings import drawings
from tools.gallery.portfolios import DAY, edge
from tools.gallery.shown_review import review_of


def standing(*rows: tuple[str, str, str], **columns: Any) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["partner", "band", "state"]).assign(rvi=1.0, **columns)
    return table.assign(band_before=table.get("band_before", table["band"]))


@pytest.fixture
def some() -> pd.DataFrame:
    rows = [
        ("Ann", "strong", "silent"),
        ("Bo", "strong", "weakening"),
        ("Cy", "weak", "steady"),
        ("Di", "weak", "steady"),
    ]
    return standing(*rows, won_before=[10.0, 90.0, None, 5.0], recent=[0, 2, 3, 1], earlier=[9, 30, 9, 4])


@pytest.mark.parametrize(
    "name", ["rvi ranking", "activity ranking", "rvi trend", "activity trend", "signals"]
)
def test_calls_are_those_of_the_review_in_its_order(name: str) -> None:
    review = review_of(edge("sample"), DAY)
    flagged = review.flagged.loc[review.flagged["state"].isin(["silent", "weakening"]), "partner"].tolist()
    chart, frames = drawings()[name]
    data, options = frames(edge("sample"), DAY)
    words = chart.next_step(data, **options)
    places = [words.index(partner) for partner in flagged]
    assert words.startswith(f"Next: call {flagged[0]}") and places == sorted(places)


def test_most_at_risk_is_called_first_and_unknown_value_last(some: pd.DataFrame) -> None:
    assert [row["partner"] for row in falling(people(some))] == ["Bo", "Ann"]
    unknown = some.assign(won_before=[None, None, None, None])
    assert [row["partner"] for row in falling(people(unknown))] == ["Bo", "Ann"]
    assert [row["partner"] for row in falling(people(some[["partner", "state"]]))] == ["Ann", "Bo"]


def test_a_ranking_says_what_to_do_about_all(some: pd.DataFrame) -> None:
    assert after_rvi_ranking(some) == (
        "call Bo and Ann (▼ less often than they used to, beyond chance). Decide what you want from the weak, without news: Cy and Di."
    )
    assert after_rvi_ranking(some.tail(2)) == (
        "no call is due: nobody's rate changed beyond chance. Decide what you want from the weak, without news: Cy and Di."
    )
    assert after_rvi_ranking(some.drop(columns="state")) == UNJUDGED
    assert after_rvi_ranking(some.assign(band="too early")) == YET
    assert after_activity_ranking(some.head(1)) == "call Ann (▼ less often than they used to, beyond chance)."
    three = pd.concat([some, some.tail(1).assign(partner="Ed")])
    assert after_rvi_ranking(three).endswith("Decide what you want from the 3 weak ones without ▼ or ▲.")
    ends = after_rvi_ranking(some, of=50)
    assert ends.endswith("Decide what you want from the weak drawn here, without news: Cy and Di.")
    unrated = some.assign(rvi=pd.NA)
    assert "Rate how far you trust them in the ratings table" in after_activity_ranking(unrated)
    assert after_activity_ranking(some.assign(state="too early")) == YET


def test_marks_stand_where_the_sentence_says() -> None:
    chart, frames = drawings()["rvi ranking"]
    data, options = frames(edge("sample"), DAY)
    words = [text.get_text() for text in chart(data, **options).texts if text.get_gid() is None]
    falls = data["state"].isin(["silent", "weakening"]).sum()
    assert sum(word.endswith(" ▼") for word in words) == falls > 0
    assert sum(word.endswith(" ▲") for word in words) == (data["state"] == "strengthening").sum() > 0


def test_a_trend_without_states_calls_nobody(some: pd.DataFrame) -> None:
    lines = some[["partner", "rvi"]]
    assert after_rvi_trend(lines) == UNJUDGED
    assert after_rvi_trend(lines, standing=some).startswith("call Bo (▼) and Ann (▼) and ask what changed.")
    # Only who is drawn is named.
    assert after_rvi_trend(lines.head(1), standing=some) == "call Ann (▼) and ask what changed."


def test_of_whom_nothing_ever_came_a_first_referral_is_asked(some: pd.DataFrame) -> None:
    months = {"recent_months": 4, "earlier_months": 4}
    never = some.assign(recent=[0, 2, 0, 1], earlier=[9, 30, 0, 4], **months)
    asked = "Ask Cy for a first referral: nothing in 8 months."
    assert after_activity_ranking(never).endswith(f"no call for that. {asked}")
    assert after_activity_ranking(never.tail(2)).endswith(f"beyond chance. {asked}")
    both = never.tail(2).assign(recent=0, earlier=0)
    assert after_activity_ranking(both).endswith("Ask Cy and Di for a first referral: nothing on record.")
    assert "first referral" not in after_activity_ranking(never.assign(state="silent"))


def test_a_band_alone_is_no_reason_to_call(some: pd.DataFrame) -> None:
    fell = some.assign(band="weak", band_before=["strong", "weak", "average", "weak"])
    assert after_band_moves(fell) == (
        "call Ann (▼ and beyond chance). Cy fell a band by no more than chance: no call for that alone."
    )
    assert after_band_moves(some) == "call Bo and Ann: the same band, but less than before, beyond chance."
    assert after_band_moves(some.tail(2)).startswith(
        "no call is due: nobody fell a band beyond chance. Look again"
    )
    assert after_band_moves(fell.drop(columns="state")).startswith("ask Ann and Cy (▼) how it goes")
    assert after_band_moves(some.assign(band_before=None)).startswith("nothing yet")
    rose = some.head(1).assign(band_before="weak", state="strengthening")
    assert after_band_moves(rose) == "plan a next joint job with Ann (▲ and beyond chance)."
    merely = rose.assign(partner="Ed", state="steady")
    assert after_band_moves(pd.concat([fell, merely])).endswith(
        "no call for that alone. Ed rose a band by no more than chance, too."
    )
    assert after_band_moves(merely).endswith("next quarter. Ed rose a band by no more than chance.")


def test_of_many_who_fell_by_chance_it_says_how_many() -> None:
    many = standing(*[(f"P{n}", "weak", "steady") for n in range(9)]).assign(band_before="strong")
    assert "9 fell a band by no more than chance" in after_band_moves(many)


def test_a_steady_partner_is_asked_only_where_much_is_missing(some: pd.DataFrame) -> None:
    months = {"recent_months": 6, "earlier_months": 30}
    calm = some.tail(2).assign(**months)
    assert (
        after_signals(calm) == "no call is due: nobody's rate changed beyond chance. Look again next quarter."
    )
    less = calm.assign(earlier=[48, 4], recent=[4, 1])
    asked = "Without an alarm, most is missing with Cy (4 in 6 months, about 10 were usual), maybe by chance: ask when you meet."
    assert after_signals(less) == f"no call is due: nobody's rate changed beyond chance. {asked}"
    assert after_signals(pd.concat([some.head(1).assign(**months), less])) == f"call Ann. {asked}"
    # What is usual is not known from a month.
    assert "Cy" not in after_signals(less.assign(earlier_months=1))
    assert after_signals(some.assign(state="too early")) == YET
    assert after_signals(some).startswith("call Bo and Ann (who brought most first).")


def test_an_introduction_is_no_referral() -> None:
    kinds = ["referral", "event", "strategic_referral", "event"]
    rows = pd.DataFrame({"partner": ["Ann", "Ann", "Bo", "Bo"], "kind": kinds, "count": 1})
    assert after_components(rows) == "ask Bo for a referral: none came."
    # Where nobody's are on record, they may not be written down.
    assert after_components(rows.iloc[1:]).startswith("ask those you know best for a first referral")
    nothing = pd.DataFrame({"partner": [f"P{n}" for n in range(9)], "kind": "referral", "count": 0})
    assert after_components(pd.concat([rows, nothing])).endswith(
        "ask Bo, P0, P1 and so on (10 in all) for a referral: none came."
    )


def test_who_is_too_early_or_mixed_is_not_invited() -> None:
    rows = pd.DataFrame(
        {"partner": ["Ann", "Ann", "Bo"], "kind": ["referral", "event", "referral"], "count": [6, 0, 5]}
    )
    assert after_components(rows).startswith(
        "write events and what is done online into the interactions table"
    )
    rows = pd.concat([rows, pd.DataFrame({"partner": ["Cy"] * 2, "kind": ["event", "referral"], "count": 1})])
    both = "invite Ann and Bo to an event: so far there are only referrals and introductions, nothing was done together."
    assert after_components(rows) == both
    bands = pd.DataFrame({"partner": ["Ann", "Bo"], "band": ["strong", "too early"]})
    assert (
        after_components(rows, bands)
        == "invite Ann to an event: all 6 are referrals or introductions, nothing was done together."
    )
    mixed = rows.assign(count=[6, 2, 2, 1, 1])
    assert (
        after_components(mixed[mixed["partner"] != "Bo"])
        == "nothing; everybody sends referrals and does something besides."
    )
    assert after_components(rows.assign(count=pd.NA)).startswith("nothing yet; too little is on record.")


def test_sides_ask_only_beyond_chance() -> None:
    ends = {
        "ours_low": [3.0, 0.1, 0.5],
        "ours_high": [8.0, 0.9, 4.0],
        "theirs_low": [0.0, 2.0, 0.1],
        "theirs_high": [0.9, 9.0, 2.0],
    }
    rows = pd.DataFrame(
        {"partner": ["Ann", "Bo", "Cy"], "ours": [5.0, 0.5, 2.0], "theirs": [0.2, 5.0, 0.8]}
    ).assign(**ends)
    rows["gap"] = rows["ours"] - rows["theirs"]
    assert after_sides(rows) == (
        "send a client to Ann (5.0 to us, 0.2 to them); agree with Bo (0.5 to us, 5.0 to them) what each side gets. "
        "Do nothing yet about the other coloured one: that gap may be chance."
    )
    assert "chance" not in after_sides(rows.head(2))
    assert after_sides(rows.tail(1)).startswith("nothing; no gap is beyond chance.")
    assert after_sides(rows.assign(too_early=True)).startswith("nothing yet")
    assert after_sides(rows.assign(too_early=[True, False, False])).startswith("agree with Bo")
    assert after_sides(rows[["partner", "gap"]]).startswith("ask before you act")


def test_firm_bands_are_told_from_others() -> None:
    data = pd.DataFrame({"name": ["6 months", "published"], "who": ["Ann; Bo", "Bo"]})
    ways = "by the band alone: 2 of the 2 ways here put Bo in another."
    words = f"decide nothing about the 2 partners in the bars {ways}"
    assert after_sensitivity(data) == words
    bands = pd.DataFrame(
        {"partner": ["Ann", "Bo", "Cy", "Di"], "band": ["weak", "weak", "too early", "strong"]}
    )
    kept = "keep the rhythm with Di: strong, whichever way you count."
    assert after_sensitivity(data, bands) == f"{kept} Decide nothing about the other 2 {ways}"
    weak = bands.replace("strong", "weak")
    assert after_sensitivity(data, weak).startswith(
        "decide what you want from Di: weak, whichever way you count. D"
    )
    assert after_sensitivity(data, bands.head(2)) == words
    assert after_sensitivity(data.assign(who=["", None])).startswith("nothing; every band stays as it is")


def test_of_quality_nothing_is_to_be_done() -> None:
    found = pd.DataFrame(
        {"detector": ["signals", "other"], "drop": [1.0, 0.5], "months": 6, "found": [0.78, 0.3]}
    )
    assert "of partners who stop the signals find 78% within 6 months" in after_early_warning(found)
    assert after_early_warning(found.tail(1)) == "nothing; it shows how far warnings may be trusted."
    covered = pd.DataFrame({"interval": ["Jeffreys"], "months": [6], "average": [0.85]})
    assert "a little too short" in after_interval_coverage(covered)
    assert after_interval_coverage(covered.assign(interval="normal")).startswith("nothing; it shows")
