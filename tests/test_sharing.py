"""What may be shared: nothing private is in the portfolio, it is read back as it is, and aliases stay."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError, SourceError
from partnership_analysis.schema import TABLES
from partnership_analysis.sharing.anonymous import anonymised
from partnership_analysis.sharing.folder import key_file, read_key, write_key, written
from partnership_analysis.sharing.naming import Names
from partnership_analysis.sharing.partner import (
    HANDED_OUT,
    SETTINGS_HANDED_OUT,
    for_partner,
    kept_back,
)


def assert_same(one: pa.Portfolio, other: pa.Portfolio) -> None:
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table))
    assert one.settings == other.settings
    assert one.missing == other.missing
    assert one.days is not None and other.days is not None
    pd.testing.assert_series_equal(one.days, other.days)


def small(**columns: list[object]) -> pa.Portfolio:
    """Ann Hill and Bo Finch on two days, with further columns of the interactions."""
    rows = pd.DataFrame({"date": ["2025-07-02", "2025-08-12"], "partner": ["Ann Hill", "Bo Finch"]} | columns)
    return pa.Portfolio.from_frames(interactions=rows.assign(kind="referral", direction="given"))


# For one partner


@pytest.mark.batch
def test_every_partner_of_the_sample(sample_portfolio: pa.Portfolio, tmp_path: Path) -> None:
    for place, name in enumerate(sample_portfolio.names):
        own = for_partner(sample_portfolio, name)
        assert own.names == [name]
        assert_same(own, for_partner(own))
        assert_same(own, pa.load(written(own, tmp_path / str(place))))


def test_only_the_columns_that_are_named_hold_anything(sample_portfolio: pa.Portfolio) -> None:
    own = for_partner(sample_portfolio, "Harcourt Legal")
    for table, columns in HANDED_OUT.items():
        frame = getattr(own, table)
        assert tuple(frame.columns) == TABLES[table].names
        assert frame.drop(columns=list(columns)).isna().all(axis=None)
        assert not frame.attrs
    assert own.ledger.read == 0
    assert own.ratings.empty


def test_a_new_column_or_setting_is_private_until_somebody_decides() -> None:
    assert set(HANDED_OUT) == set(TABLES)
    assert len(HANDED_OUT["interactions"]) == 8, "think before you hand out more"
    assert SETTINGS_HANDED_OUT == ("us", "currency", "fiscal_year_start")


def test_settings_are_ours_alone(sample_portfolio: pa.Portfolio) -> None:
    settings = for_partner(sample_portfolio, "Harcourt Legal").settings
    assert settings == pa.Settings(us="Northgate Advisory", currency="GBP", repeats="each")


def test_an_attribute_of_a_frame_stays_here() -> None:
    portfolio = small()
    portfolio.interactions.attrs["source"] = "secret.xlsx"
    assert not for_partner(portfolio, "Ann Hill").interactions.attrs


def test_what_referrals_won_is_told_unless_we_say_no() -> None:
    portfolio = small(value=[500, 700], status=["won", "won"])
    assert for_partner(portfolio, "Ann Hill").interactions["value"].tolist() == [500]
    assert for_partner(portfolio, "Ann Hill", values=False).interactions["value"].isna().all()


def test_the_value_and_status_of_other_kinds_are_not_told() -> None:
    rows = pd.DataFrame(
        {"date": ["2025-07-02"], "partner": "Ann", "kind": "trade", "value": 400, "status": "won"}
    )
    own = for_partner(pa.Portfolio.from_frames(interactions=rows), "Ann")
    assert own.interactions[["value", "status"]].isna().all(axis=None)


def test_a_reference_keeps_what_belongs_together_and_no_more() -> None:
    rows = pd.DataFrame({"date": ["2025-01-09", "2025-02-08", "2025-03-02"], "partner": "Ann"})
    rows = rows.assign(kind="referral", direction="received", reference=["INV-7", "INV-7", "INV-8"])
    whole = pa.Portfolio.from_frames(interactions=rows.assign(status=["open", "won", "lost"]))
    own = for_partner(whole, "Ann")
    assert own.interactions["reference"].tolist() == ["1", "1", pd.NA]
    pd.testing.assert_frame_equal(pa.conversion(own), pa.conversion(whole))


def test_rows_that_became_equal_stay_two(tmp_path: Path) -> None:
    rows = pd.DataFrame({"date": "2025-07-02", "partner": ["Ann", "Ann"], "kind": "meeting"})
    own = for_partner(pa.Portfolio.from_frames(interactions=rows.assign(note=["lunch", "tea"])), "Ann")
    assert len(pa.load(written(own, tmp_path / "shared")).interactions) == 2


def test_a_partner_with_whom_nothing_ever_happened(tmp_path: Path) -> None:
    about = pd.DataFrame({"partner": ["Ann Hill", "Bo Finch", "Cy"], "started": ["2025-01-01"] * 3})
    portfolio = pa.Portfolio.from_frames(interactions=small().interactions, partners=about)
    own = for_partner(portfolio, "Cy")
    assert own.names == ["Cy"] and own.interactions.empty
    assert_same(own, pa.load(written(own, tmp_path / "shared")))


def test_by_alias_case_or_the_one_with_most_on_record() -> None:
    about = pd.DataFrame({"partner": ["Ann Hill", "Bo Finch"], "aliases": ["Hills; AH", None]})
    portfolio = pa.Portfolio.from_frames(interactions=small(count=[1, 3]).interactions, partners=about)
    names = [for_partner(portfolio, name).names[0] for name in ("ah", "ANN HILL", "")]
    assert names == ["Ann Hill", "Ann Hill", "Bo Finch"]
    with pytest.raises(ParameterError, match="Did you mean Ann Hill"):
        for_partner(portfolio, "Ann Hil")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Joint seminar", None),
        ("Meet Bo Finch, too", "it may name Bo Finch"),
        ("meet BO  FINCH", "it may name Bo Finch"),
        ("Ask Finch's office", "it may name Bo Finch"),
        ("Introduce B-and-F", "it may name B and F"),
        ("Lunch at Café Noir", "it may name Cafe Noir Ltd"),
        ("Print with PRESSWERK", "it may name Presswerk"),
        ("Ann Hill speaks at noon", None),
        ("a finch in the garden", None),
        ("与北京公司见面", "it may name 北京公司"),
    ],
)
def test_an_action_that_may_name_somebody_else_stays_here(text: str, reason: str | None) -> None:
    about = pd.DataFrame(
        {
            "partner": ["Ann Hill", "Bo Finch", "北京公司"],
            "aliases": [None, "B and F", None],
            "competes_with": ["Cafe Noir Ltd", None, None],
        }
    )
    tasks = pd.DataFrame(
        {
            "partner": ["Ann Hill", "Bo Finch"],
            "action": [text, "Call"],
            "created": "2025-07-02",
            "delegate_to": [None, "Presswerk"],
        }
    )
    portfolio = pa.Portfolio.from_frames(interactions=small().interactions, partners=about, actions=tasks)
    handed = for_partner(portfolio, "Ann Hill").actions["action"].tolist()
    assert handed == ([text] if reason is None else [])
    assert kept_back(portfolio, "Ann Hill")["reason"].tolist() == ([] if reason is None else [reason])


def test_an_action_without_a_day_was_not_agreed() -> None:
    tasks = pd.DataFrame(
        {"partner": "Ann Hill", "action": ["Let go?", "Plan"], "created": [None, "2025-07-02"]}
    )
    portfolio = pa.Portfolio.from_frames(interactions=small().interactions, actions=tasks)
    assert for_partner(portfolio, "Ann Hill").actions["action"].tolist() == ["Plan"]
    assert kept_back(portfolio, "Ann Hill").values.tolist() == [["Let go?", "no day on which it was agreed"]]


# On disk


def test_a_folder_that_holds_anything_is_refused(tmp_path: Path) -> None:
    own = for_partner(small(), "Ann Hill")
    written(own, tmp_path / "shared")
    with pytest.raises(SourceError, match="is not empty"):
        written(own, tmp_path / "shared")


def test_the_key_is_read_back_and_never_lies_in_the_report(tmp_path: Path) -> None:
    key = pd.DataFrame(
        {"alias": ["Partner 01", "Partner 02"], "name": ["=1+1", "Søn, Æ & “Co”"], "what": "partner"}
    ).astype("string")
    path = write_key(key, key_file(tmp_path / "book.xlsx"), report=tmp_path / "report")
    assert path.name == "book.key.csv"
    assert read_key(path).values.tolist() == key.values.tolist()
    with pytest.raises(SourceError, match="Write the key elsewhere"):
        write_key(key, tmp_path / "report" / ".." / "report" / "key.csv", report=tmp_path / "report")


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no key to aliases"):
        read_key(other)
    with pytest.raises(SourceError, match="cannot be read"):
        read_key(tmp_path / "none.csv")
    wrong = pd.DataFrame({"alias": ["Harcourt"], "name": ["Harcourt"], "what": ["partner"]})
    with pytest.raises(SourceError, match="Harcourt"):
        anonymised(small(), wrong)


# For outsiders


def test_the_sample_without_names(sample_portfolio: pa.Portfolio, tmp_path: Path) -> None:
    shown, key = anonymised(sample_portfolio)
    assert_same(shown, pa.load(written(shown, tmp_path / "shared")))
    everything = str([getattr(shown, table).to_csv() for table in TABLES]) + str(shown.settings)
    people = {*sample_portfolio.partners["owner"], *sample_portfolio.actions["owner"].dropna()}
    aliases = {part for cell in sample_portfolio.partners["aliases"].dropna() for part in cell.split("; ")}
    for name in {*sample_portfolio.names, *people, *aliases, "Northgate Advisory"}:
        assert name not in everything
    assert not key["alias"].duplicated().any()
    assert set(key.loc[key["what"] == "partner", "name"]) == set(sample_portfolio.names)


def test_every_measure_is_as_it_was(sample_portfolio: pa.Portfolio) -> None:
    shown, key = anonymised(sample_portfolio)
    alias = key[key["what"] == "partner"].set_index("name")["alias"]
    for measure in (pa.rvi, pa.reciprocity, pa.conversion, pa.returns):
        before, after = measure(sample_portfolio), measure(shown)
        before = before.assign(partner=before["partner"].map(alias).astype("string"))
        keys = [name for name in ("partner", "month") if name in before.columns]
        pd.testing.assert_frame_equal(
            before.sort_values(keys, ignore_index=True), after.sort_values(keys, ignore_index=True)
        )
    before, after = pa.conflicts(sample_portfolio), pa.conflicts(shown)
    assert before["conflict"].value_counts().to_dict() == after["conflict"].value_counts().to_dict()
    assert len(pa.sole_suppliers(sample_portfolio)) == len(pa.sole_suppliers(shown))


def test_the_same_alias_in_both_periods(sample_portfolio: pa.Portfolio) -> None:
    frames = {table: getattr(sample_portfolio, table) for table in TABLES}
    early = frames["interactions"][frames["interactions"]["date"] < "2025-01-01"]
    born = frames["partners"]["started"].isna() | (frames["partners"]["started"] < "2025-01-01")
    first = pa.Portfolio.from_frames(
        interactions=early,
        partners=frames["partners"][born],
        actions=frames["actions"][frames["actions"]["created"] < "2025-01-01"],
        settings=sample_portfolio.settings,
    )
    before, after = anonymised(first)[1], anonymised(sample_portfolio)[1]
    both = before.merge(after, on=["name", "what"], how="left", suffixes=("", "_after"))
    assert len(before) < len(after)
    assert both["alias"].tolist() == both["alias_after"].tolist()


def test_with_the_key_aliases_stay_whatever_arrives() -> None:
    _, key = anonymised(small())
    rows = pd.DataFrame({"date": ["2020-01-01", "2025-07-02", "2025-08-12"], "kind": "meeting"})
    about = pd.DataFrame({"partner": ["Ann Hill & Daughter"], "aliases": ["Ann Hill"]})
    later = pa.Portfolio.from_frames(
        interactions=rows.assign(partner=["New", "Ann Hill & Daughter", "Bo Finch"]), partners=about
    )
    shown, again = anonymised(later, key)
    assert shown.interactions["partner"].tolist() == ["Partner 03", "Partner 01", "Partner 02"]
    assert again["alias"].tolist() == ["Partner 01", "Partner 02", "Partner 03", "Partner 01"]
    assert anonymised(later)[0].interactions["partner"].tolist() != shown.interactions["partner"].tolist()
    assert_same(anonymised(later, again)[0], shown)


def test_the_order_of_the_day_says_nothing_of_the_name() -> None:
    names = [f"{letter}{letter.lower()}" for letter in "ABCDEFGHIJKL"]
    rows = pd.DataFrame({"date": "2025-07-31", "partner": names, "kind": "meeting"})
    _, key = anonymised(pa.Portfolio.from_frames(interactions=rows))
    assert key["name"].tolist() != names
    assert sorted(key["name"]) == names


def test_names_in_every_other_place() -> None:
    about = pd.DataFrame(
        {
            "partner": ["Ann Hill", "Bo Finch"],
            "vertical": ["Bo Finch's circle", "Legal"],
            "stakeholder": ["friends of ann hill", "supplier"],
            "market": ["start-ups; Cafe Noir", None],
            "offer": ["tax", "Hills audit"],
            "aliases": ["Hills", None],
            "competes_with": ["Bo Finch; Cafe Noir", "hills"],
            "owner": ["Dee Dun", "ANN HILL"],
            "wiifm_us": ["Bo Finch says so", None],
        }
    )
    tasks = pd.DataFrame(
        {"partner": "Ann Hill", "action": ["Ring Bo", "Ring Bo"], "delegate_to": ["Bo Finch", "Quirk"]}
    )
    settings = pa.Settings(
        us="Hill & Us", verticals=("Legal", "Hills"), market=("start-ups", "Dee Dun's clients")
    )
    shown, key = anonymised(
        pa.Portfolio.from_frames(
            interactions=small(note=["Hills", None]).interactions,
            partners=about,
            actions=tasks,
            settings=settings,
        )
    )
    partners = shown.partners.set_index("partner")
    assert partners.loc["Partner 01", "competes_with"] == "Partner 02; Firm 01"
    assert partners.loc["Partner 02", "competes_with"] == "Partner 01"
    assert partners["owner"].tolist() == ["Person 01", "Partner 01"]
    assert partners["vertical"].str.replace(r"\d+", "", regex=True).tolist() == ["Group ", "Legal"]
    assert partners["wiifm_us"].tolist() == ["not shown", pd.NA]
    assert shown.actions["action"].nunique() == 1
    assert shown.actions["delegate_to"].tolist() == ["Partner 02", "Firm 02"]
    assert shown.settings.us == "us" and "Legal" in shown.settings.verticals
    everything = (str([getattr(shown, table).to_csv() for table in TABLES]) + str(shown.settings)).casefold()
    assert not [
        word for word in ("hill", "finch", "noir", "dee", "dun", "quirk", "ring") if word in everything
    ]
    assert set(key["what"]) == {"partner", "person", "firm", "group", "action"}


def test_a_portfolio_of_one_table() -> None:
    shown, key = anonymised(small())
    assert shown.missing == ("partners", "ratings", "actions")
    assert key["alias"].tolist() == ["Partner 01", "Partner 02"]


# Names in texts


@given(st.text(max_size=30), st.text(min_size=1, max_size=12), st.text(max_size=30))
def test_a_name_is_found_wherever_it_stands(before: str, name: str, after: str) -> None:
    names = Names([name])
    if names.in_full(name) is not None:
        assert names.in_full(f"{before} {name} {after}") == name


def test_nothing_is_found_among_no_names() -> None:
    assert Names([]).hinted("Anything At All") is None
    assert Names(["...", ""]).hinted("…") is None
