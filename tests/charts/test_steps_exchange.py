"""What to do because of exchange, dependence, meetings and shared clients: the sentences, branch by branch."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts import plot_conversion, plot_dependence, plot_reciprocity
from partnership_analysis.charts.steps.clients import after_conversion, after_overlap
from partnership_analysis.charts.steps.dependence import after_dependence
from partnership_analysis.charts.steps.exchange import after_reciprocity, after_running_balance
from partnership_analysis.metrics.exchange.reciprocity import BALANCED, THEY_GIVE, TOO_FEW, WE_GIVE
from tools.gallery.drawings import Frames
from tools.gallery.portfolios import DAY, edge
from tools.gallery.shown_exchange import DRAWINGS


def rows(*labels: str, by: str = "partner") -> pd.DataFrame:
    names = [f"{by[0].upper()}{place}" for place in range(len(labels))]
    return pd.DataFrame({by: names, "label": labels})


def drawn(name: str) -> tuple[Frames, str]:
    chart, frames = DRAWINGS[name]
    data, options = frames(edge("sample"), DAY)
    return frames, chart.next_step(data, **options)


def test_of_the_sample_the_one_sided_are_named() -> None:
    _, words = drawn("reciprocity")
    sided = pa.one_sided(edge("sample"), as_of=DAY).set_index("partner")["label"]
    for name, label in sided.items():
        assert (words.index(str(name)) < words.index("agree with")) == (label == THEY_GIVE)


def test_who_gives_and_who_takes() -> None:
    both = after_reciprocity(rows(THEY_GIVE, BALANCED, WE_GIVE, WE_GIVE))
    assert both == "send a client to P0; agree with P3 and P2 what each side gets."
    assert after_reciprocity(rows(BALANCED, TOO_FEW)) == "nothing; no exchange is one-sided beyond chance."
    assert after_reciprocity(rows(BALANCED, TOO_FEW, TOO_FEW)) == "nothing yet; most have too few to say."
    assert "it takes six referrals with one partner" in after_reciprocity(rows(TOO_FEW))
    many = after_reciprocity(rows(*[THEY_GIVE] * 9))
    assert many == "send a client to P0, P1 and 7 others."
    assert len(after_reciprocity(rows(THEY_GIVE).assign(partner="x" * 300))) < 60


def test_behind_a_vertical_are_partners() -> None:
    verticals = rows(THEY_GIVE, WE_GIVE, by="vertical")
    behind = pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy", "Dee"],
            "vertical": ["V0", "V0", "V1", pd.NA],
            "received": [9, 12, 1, 5],
            "given": [2, 0, 4, 0],
            "label": [BALANCED, THEY_GIVE, BALANCED, BALANCED],
        }
    )
    assert after_reciprocity(verticals, behind=behind) == (
        "in V0 send a client to Bo (12 received, none given); in V1 agree with Cy (1 received, 4 given) what each side gets."
    )
    assert after_reciprocity(verticals.head(1)) == "in V0 send a client to whoever sent you most."
    # Nobody alone is one-sided: those who lean most.
    alone = behind.assign(label=BALANCED)
    assert "in V0 send a client to Bo (12 received, none given) and Ann" in after_reciprocity(
        verticals.head(1), behind=alone
    )
    undescribed = verticals.head(1).assign(vertical="not described")
    some = pd.concat([undescribed, rows(BALANCED, by="vertical")])
    assert after_reciprocity(some, behind=behind).startswith("without a vertical send a client to Dee")
    even = rows(BALANCED, by="vertical")
    assert after_reciprocity(even, behind=behind) == (
        "no vertical is one-sided, but partners in them are: send a client to Bo."
    )
    assert after_reciprocity(rows(*[THEY_GIVE] * 4, by="vertical")).endswith("; then look at V2 and V3.")
    assert after_reciprocity(undescribed).startswith("write each partner's vertical into the column")


def test_by_vertical_the_picture_says_it() -> None:
    data = pa.reciprocity(edge("sample"), by="vertical", as_of=DAY)
    assert "in Accounting send a client to whoever sent you most" in plot_reciprocity.describe(data)
    assert "Accounting send a client to Penrose & Daughters" in drawn("reciprocity by vertical")[1]


def test_a_line_asks_where_lately_chance_does_not_explain_it() -> None:
    ends = pd.DataFrame({"partner": ["Ann", "Ann", "Bo", "Cy"], "balance": [1, 9, -7, 2]})
    said = pd.DataFrame({"partner": ["Ann", "Bo", "Cy"], "label": [THEY_GIVE, WE_GIVE, BALANCED]})
    assert after_running_balance(ends, exchange=said) == (
        "send a client to Ann (+9); agree with Bo (−7) what each side gets. "
        "Nothing to do about Cy: no more uneven than chance makes it."
    )
    words = after_running_balance(ends, exchange=said, period="12 months to May 2025")
    assert words.endswith("about Cy: in the last 12 months no more uneven than chance makes it.")
    # Of four ahead the first three have a colour.
    four = pd.DataFrame({"partner": list("ABCD"), "balance": [9, 8, 7, 6]})
    all_but = pd.DataFrame({"partner": list("ABCD"), "label": [*[THEY_GIVE] * 3, BALANCED]})
    assert after_running_balance(four, exchange=all_but) == "send a client to A (+9), B (+8) and C (+7)."
    alone = all_but.assign(label=THEY_GIVE)
    assert (
        after_running_balance(four, exchange=alone) == "send a client to A (+9), B (+8), C (+7) and D (+6)."
    )
    turned = said.assign(label=[WE_GIVE, BALANCED, BALANCED])
    assert after_running_balance(ends, exchange=turned) == "ask Ann (+9) if the turn of the line suits both."
    calm, few = said.assign(label=BALANCED), said.assign(label=TOO_FEW)
    assert after_running_balance(ends, exchange=calm).startswith("nothing; in the months counted no exchange")
    since = "12 months to May 2025, on record since April 2025"
    assert after_running_balance(ends, exchange=calm, period=since).startswith("nothing; so far on record no")
    most = said.assign(label=[TOO_FEW, TOO_FEW, BALANCED])
    assert after_running_balance(ends, exchange=most, period="12 months to May 2025") == (
        "nothing yet; in the 12 months to May 2025 most have too few to say."
    )
    assert after_running_balance(ends, exchange=few).startswith("nothing yet; it takes six referrals")
    assert after_running_balance(ends, exchange=said.head(0)).startswith("nothing yet")
    assert after_running_balance(ends).startswith("ask Ann (+9) and Bo (−7), farthest from even,")
    assert after_running_balance(ends.assign(balance=0)) == "nothing; you are even with everybody."


def test_the_balance_is_the_end_of_the_line() -> None:
    words = drawn("running balance")[1]
    ends = pa.balance_and_first(edge("sample"), as_of=DAY).groupby("partner")["balance"].last()
    assert f"Penrose & Daughters (+{ends['Penrose & Daughters']})" in words
    assert f"Okafor Chambers (−{-ends['Okafor Chambers']})" in words


def dependence(*shares: float, measure: str = "received") -> pd.DataFrame:
    names = [f"P{place}" for place in range(len(shares))]
    return pd.DataFrame({"measure": measure, "name": names, "share": shares})


@pytest.mark.parametrize(
    ("shares", "low", "said"),
    [
        ((0.6, 0.2, 0.2), 0.3, "find a second source beside P0: they bring 60% of the referrals."),
        ((0.5, 0.3, 0.2), 0.3, "find another source beside P0 and P1: they bring 50% and 30% of the referrals."),
        ((0.6, 0.3, 0.1), 0.1, "write down whom you would ask if P0 left: they bring 60% of the referrals (with so few, "
                               "perhaps only 10%). P1 (30%) comes next."),
        ((0.3, 0.2), 0.24, "write down whom you would ask if P0 left: they bring 30% of the referrals (perhaps only 24%)."),
        ((0.6, 0.2), None, "write down whom you would ask if P0 left: they bring 60% of the referrals. P1 (20%)"),
        ((0.6, 0.4), 0.1, "look for a third source: P0 and P1 bring all of the referrals (60% and 40%)."),
        ((0.55, 0.45), 0.3, "look for a third source: P0 and P1 bring all of the referrals, about half each."),
        ((0.19, 0.1), 0.04, "nothing yet; the largest, P0, brings 19% of the referrals, under a quarter. If they left, ask "
                            "P1 (10%) first."),
        ((0.249, 0.2), 0.1, "nothing yet; the largest, P0, brings 25% of the referrals, about a quarter."),
        ((1.0,), None, "find a second source beside P0: they bring all of the referrals."),
        ((1.0,), 0.6, "find a second source beside P0: they bring all of the referrals."),
        ((1.0,), 0.2, "write down whom you would ask if P0 left: they brought all of the referrals so far, but so few that"),
    ],
)  # fmt: skip
def test_a_second_source_by_the_rule_of_the_closing(
    shares: tuple[float, ...], low: float | None, said: str
) -> None:
    limits = pd.DataFrame({"measure": ["received"], "low": pd.array([low], dtype="Float64")})
    assert after_dependence(dependence(*shares), limits=limits).startswith(said)


def test_of_open_actions_the_largest_is_looked_at() -> None:
    words = after_dependence(dependence(0.4, 0.3, measure="commitments"))
    assert words == "begin with P0: 40% of the open actions. Agree a day for each, or close it."
    assert "brings 19% of what is won" in drawn("dependence, value")[1]
    assert plot_dependence.next_step(dependence()) == ""


def meetings(**columns: Any) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "partner": ["Ann", "Bo", "Cy"],
            "received": [9, 1, 4],
            "given": [30, 1, 4],
            "per_meeting": [3.0, 0.1, 0.7],
            "per_meeting_apart": [True, True, False],
            "won_share": [0.9, 0.1, 0.5],
            "won_apart": False,
        }
    )
    return table.assign(**columns)


WHOLE = pd.DataFrame({"per_meeting": [0.7], "won_share": [0.5]})


def test_whom_to_meet_more_and_whom_to_ask() -> None:
    assert after_conversion(meetings(), overall=WHOLE) == (
        "meet Ann more often (filled, right of the line in the left panel); agree an aim with Bo (left of it), or meet less."
    )
    won = after_conversion(meetings(per_meeting_apart=False, won_apart=[True, True, False]), overall=WHOLE)
    assert won == (
        "ask Ann for more like theirs (most are won); tell Bo which clients you can help (few of theirs are won)."
    )
    taker = pd.DataFrame({"partner": ["Ann"], "label": [WE_GIVE]})
    assert after_conversion(meetings(), overall=WHOLE, exchange=taker) == (
        "agree an aim with Bo (filled, left of the line in the left panel), or meet less."
    )
    two = meetings(per_meeting=[3.0, 0.1, 4.0], per_meeting_apart=True)
    assert after_conversion(two, overall=WHOLE, exchange=taker) == (
        "meet Cy more often (filled, right of the line in the left panel); not Ann (30 given, 9 received); agree an aim "
        "with Bo (left of it), or meet less."
    )
    # The farthest from the line first; of whose most are won, few for each meeting are enough.
    far = meetings(
        per_meeting=[3.0, 0.1, 4.0], per_meeting_apart=True, won_apart=[False, True, False], won_share=0.9
    )
    assert after_conversion(far, overall=WHOLE).startswith("meet Cy and Ann more often")
    assert "agree an aim" not in after_conversion(far, overall=WHOLE)
    only = meetings(per_meeting_apart=[True, False, False])
    assert after_conversion(only, overall=WHOLE, exchange=taker).startswith(
        "nothing; right of the line in the left panel only Ann (30 given, 9 received), "
    )


def test_a_line_that_one_makes_says_nothing_of_the_others() -> None:
    left = meetings(per_meeting=[3.0, 0.1, 0.2], per_meeting_apart=True)
    assert after_conversion(left.assign(meetings=[90, 6, 6]), overall=WHOLE) == (
        "leave the meetings as they are: Ann (90 meetings) alone makes the line in the left panel."
    )
    assert after_conversion(left.assign(meetings=[6, 6, 6]), overall=WHOLE) == (
        "leave the meetings as they are: most lie left of the line in the left panel, which a few make."
    )


def test_nobody_to_meet_more() -> None:
    calm = meetings(per_meeting_apart=False)
    assert after_conversion(calm, overall=WHOLE).startswith("nothing; nobody differs from the line")
    unmet = calm.assign(per_meeting=pd.array([pd.NA] * 3, dtype="Float64"))
    assert "it takes six meetings" in after_conversion(unmet, overall=WHOLE)
    assert after_conversion(meetings().head(1), overall=WHOLE).startswith("nothing yet; there is no other")
    assert after_conversion(meetings()) == "nothing; nobody is compared here."


def test_whom_the_filled_dots_show_is_named() -> None:
    _, frames = DRAWINGS["conversion"]
    data, options = frames(edge("sample"), DAY)
    words = plot_conversion.next_step(data, **options)
    whole = float(options["overall"]["per_meeting"].iloc[0])
    apart = data[data["per_meeting_apart"].eq(True)].set_index("partner")["per_meeting"]
    for name, each in apart.items():
        side = words[words.index("agree") :] if each < whole else words[: words.index("agree")]
        assert str(name) in side
    more, _, kept = words.partition("; not ")
    assert "Okafor Chambers" not in more and kept.startswith("Okafor Chambers (17 given, 1 received)")


def clients(*overlaps: float | None, tags: str = "shops") -> pd.DataFrame:
    names = [f"P{place}" for place in range(len(overlaps))]
    return pd.DataFrame({"partner": names, "tags": tags, "overlap": pd.array(overlaps, dtype="Float64")})


def test_whom_to_ask_for_clients() -> None:
    data = clients(0.5, 0.25, 0.25, 0.0)
    assert after_overlap(data, ours=["Shops"]) == (
        "ask P0 (50%), P1 and P2 (25% each) first for an introduction to a client; expect no client of your kind from P3 (0%)."
    )
    sent = pd.DataFrame({"partner": ["P0", "P1"], "received": [3, 0]})
    more = clients(0.5, 0.25, 0.25, 0.2)
    also = pd.concat([sent, pd.DataFrame({"partner": ["P3"], "received": [1]})])
    quiet = after_overlap(more, ours=["shops"], exchange=also, period="12 months to May 2025")
    assert quiet == (
        "ask P1 and P2 (25% each) for an introduction: they serve the same kinds of client and sent nobody in the 12 months "
        "to May 2025."
    )
    tagged = more.assign(shared=["shops", "shops; Banks", "Banks", "farms"])
    said = after_overlap(tagged, ours=["shops"], exchange=also)
    assert "they together serve shops and Banks, as you do, and sent nobody" in said
    # Where most are quiet, that tells nobody apart.
    assert after_overlap(data, ours=["shops"], exchange=sent).startswith(
        "ask P0 (50%), P1 and P2 (25% each) first"
    )
    assert (
        after_overlap(clients(0.5, 0.2), ours=["shops"])
        == "ask P0 (50%) and P1 (20%) for an introduction to a client."
    )
    assert after_overlap(data, ours=["shops", "banks"]).startswith(
        "look for a partner who serves banks: an empty column. Ask P0"
    )
    assert after_overlap(clients(0.0), ours=["banks"]) == (
        "look for a partner who serves banks: an empty column."
    )
    assert after_overlap(clients(None), ours=[]).startswith("write your own into the settings, market")


def test_who_offers_the_same() -> None:
    assert after_overlap(clients(0.5, 0.0), of="offer").startswith("agree with P0 (50%) who offers what")
    assert after_overlap(clients(0.0), of="offer").startswith("nothing; nobody offers what you offer")
