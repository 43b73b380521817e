"""What is planted is there, checked from the raw frames without the package's own measures."""

import datetime as dt
import math
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from partnership_analysis.errors import ParameterError
from partnership_analysis.export import write_workbook
from partnership_analysis.sample import Sample, sample, truth
from partnership_analysis.schema import FACTORS, REFERRAL_KINDS, RELATIONSHIPS, RVI_KINDS, TABLES

COMMITTED = Path(__file__).parents[1] / "data" / "sample" / "portfolio.xlsx"
END = dt.date(2025, 9, 30)
ENDED = "Abernathy Tax"
PARTNERS_OF = {
    "one-sided taker": ["Okafor Chambers"],
    "one-sided giver": ["Ashgrove Notaries"],
    "commission only": ["Penrose & Daughters"],
    "slow decline": ["Castlemere Brokers", "Merrow Tallis Accountants"],
    "stopped": ["Brightwater Systems"],
    "riser": ["Kestrel Cloud"],
    "competitors": ["Bell & Finch", "Harcourt Legal"],
    "serves our competitors": ["Tallow Street Software"],
    "stalled kick-off": ["Fairweather Mutual"],
    "executive on tactical work": ["Søndergaard Press"],
    "no alternative": ["Copper Lane Studio"],
    "barter-heavy": ["Quayle House Offices"],
    "newcomer": ["Hartwell Surveyors"],
}
SIZES, VALUE = {"interactions": 1929, "partners": 24, "ratings": 1582, "actions": 163}, 834_540
ONE_SIDED = ("one-sided taker", "one-sided giver", "commission only")


@pytest.fixture(scope="module")
def made() -> Sample:
    return sample()


@pytest.fixture(scope="module")
def rows(made: Sample) -> list[dict]:
    frame = made.interactions.assign(date=made.interactions["date"].dt.date)
    return frame.to_dict("records")


@pytest.fixture(scope="module")
def partner(made: Sample) -> dict[str, dict]:
    return {row["partner"]: row for row in made.partners.to_dict("records")}


def of(story: str) -> str:
    (name,) = PARTNERS_OF[story]
    return name


def referrals(rows: list[dict], name: str, after: dt.date, kinds: tuple[str, ...]) -> tuple[int, int]:
    found = Counter(
        row["direction"]
        for row in rows
        if row["partner"] == name and row["kind"] in kinds and row["date"] > after
    )
    return found["received"], found["given"]


def monthly(rows: list[dict], name: str, months: int, *, back: int = 0) -> int:
    """Received and mutual RVI interactions in so many months, so many months before the end."""
    last = END.year * 12 + END.month - 1 - back
    return sum(
        row["count"]
        for row in rows
        if row["partner"] == name
        and row["kind"] in RVI_KINDS
        and row["direction"] != "given"
        and last - months < row["date"].year * 12 + row["date"].month - 1 <= last
    )


def rvi(made: Sample, rows: list[dict], started: dt.date | None, name: str) -> float:
    rated = [
        (row["date"], float(row["score"]))
        for row in made.ratings.to_dict("records")
        if row["partner"] == name and row["rater"] == "us" and row["factor"] == "trust"
    ]
    begun = started or min(row["date"] for row in rows if row["partner"] == name)
    months = min(12, (END.year - begun.year) * 12 + END.month - begun.month + 1)
    return max(rated)[1] * monthly(rows, name, 12) / months


def test_size(made: Sample) -> None:
    assert len(made.partners) == 24
    assert made.partners["vertical"].nunique() == 7
    assert set(made.partners["relationship"]) == set(RELATIONSHIPS)
    assert 1_900 <= len(made.interactions) <= 2_100
    months = made.interactions["date"].dt.to_period("M")
    assert (str(months.min()), str(months.max()), months.nunique()) == ("2022-10", "2025-09", 36)
    assert set(made.ratings["factor"]) == set(FACTORS)
    assert made.partners["ended"].notna().sum() == 1


def test_tables_are_the_schemas(made: Sample) -> None:
    assert list(made.tables) == list(TABLES)
    for name, table in TABLES.items():
        frame = made.tables[name]
        assert frame.dtypes.astype(str).to_dict() == table.dtypes
        assert list(frame.index) == list(range(len(frame)))
        for column in table.columns:
            cells = frame[column.name]
            assert not (column.required and cells.isna().any()), column.name
            if column.vocabulary:
                assert set(cells.dropna()) <= set(column.vocabulary)
            if column.minimum is not None:
                assert cells.dropna().ge(column.minimum).all()
            if column.maximum is not None:
                assert cells.dropna().le(column.maximum).all()
        assert set(frame["partner"]) <= set(made.partners["partner"])


def test_everything_happens_within_the_partnership(made: Sample, rows: list[dict], partner: dict) -> None:
    for row in rows:
        started, ended = partner[row["partner"]]["started"], partner[row["partner"]]["ended"]
        assert pd.isna(started) or row["date"] >= started.date()
        assert row["date"] <= (END if pd.isna(ended) else ended.date())
    actions = made.actions
    assert actions["created"].max().date() <= END
    assert (actions["done"].dropna().dt.date <= END).all()
    assert (actions["due"] > actions["created"]).all()
    assert (actions["done"].isna() | (actions["done"] >= actions["created"])).all()


def test_days_and_money_are_plausible(made: Sample, rows: list[dict]) -> None:
    weekend = sum(row["date"].weekday() >= 5 for row in rows)
    assert 0 < weekend < 0.03 * len(rows)
    by_month = Counter(row["date"].month for row in rows)
    assert max(by_month[8], by_month[12]) < sum(by_month.values()) / 12
    referral = made.interactions["kind"] == "referral"
    assert made.interactions.loc[~referral, "status"].isna().all()
    assert made.interactions.loc[referral, "status"].notna().all()
    won = made.interactions["status"].eq("won").fillna(False)
    assert made.interactions.loc[~won, "value"].isna().all()
    assert 1_500 < made.interactions["value"].median() < 6_000
    recent = made.interactions["date"] > "2025-09-20"
    assert set(made.interactions.loc[referral & recent, "status"]) == {"open"}


def test_stories_are_told(made: Sample) -> None:
    told = made.truth.groupby("story")["partner"].apply(sorted).to_dict()
    assert told == PARTNERS_OF
    assert list(made.truth.columns) == ["partner", "story", "detail", "since", "measure"]
    assert made.truth["partner"].is_unique
    assert made.truth["since"].between("2022-10-01", "2025-09-30").all()
    pd.testing.assert_frame_equal(truth(), made.truth)


def test_all_bands_occur(made: Sample, rows: list[dict], partner: dict) -> None:
    bands = Counter()
    for name, row in partner.items():
        if name in (ENDED, of("newcomer")):
            continue
        value = rvi(made, rows, None if pd.isna(row["started"]) else row["started"].date(), name)
        bands[
            "weak" if value < 1 else "average" if value <= 2 else "promising" if value < 3 else "strong"
        ] += 1
        assert value <= 6
    assert sum(bands.values()) == 22
    assert set(bands) == {"weak", "average", "promising", "strong"}
    assert min(bands.values()) >= 4


@pytest.mark.parametrize("after", [dt.date(2000, 1, 1), dt.date(2024, 9, 30)])
@pytest.mark.parametrize("kinds", [REFERRAL_KINDS, RVI_KINDS], ids=["referrals", "all five"])
def test_only_the_one_sided_are_one_sided(
    rows: list[dict], partner: dict, after: dt.date, kinds: tuple[str, ...]
) -> None:
    accused = set()
    for name in partner:
        received, given = referrals(rows, name, after, kinds)
        if received + given >= 6 and stats.binomtest(received, received + given).pvalue < 0.05:
            accused.add(name)
    assert accused == {of(story) for story in ONE_SIDED}
    received, given = referrals(rows, of("one-sided taker"), after, kinds)
    assert given > 4 * received
    received, given = referrals(rows, of("one-sided giver"), after, kinds)
    assert received > 4 * given
    assert given or after.year > 2000


def test_commission_is_all_that_one_gets(rows: list[dict]) -> None:
    """Several are paid commission; to one of them nothing else ever goes."""
    paid = {row["partner"] for row in rows if not pd.isna(row["commission"])}
    given = {row["partner"] for row in rows if row["kind"] in RVI_KINDS and row["direction"] != "received"}
    assert paid - given == {of("commission only")}
    assert len(paid) >= 3
    won = [row for row in rows if row["partner"] == of("commission only") and row["status"] == "won"]
    assert won and all(row["commission"] == pytest.approx(row["value"] * 0.1) for row in won)


def test_decliners_decline(rows: list[dict]) -> None:
    for name in PARTNERS_OF["slow decline"]:
        before, now = monthly(rows, name, 22, back=14) / 22, monthly(rows, name, 6) / 6
        assert before > 1.5
        assert 0 < now < before / 2
        assert stats.poisson.cdf(monthly(rows, name, 6), 6 * before) < 0.005


def test_one_stopped(rows: list[dict], made: Sample) -> None:
    name = of("stopped")
    days = sorted(row["date"] for row in rows if row["partner"] == name)
    assert days[-1] == dt.date(2025, 3, 14) == made.truth.set_index("partner")["since"][name].date()
    longest = max((later - earlier).days for earlier, later in pairwise(days))
    assert (END - days[-1]).days == 200 > 4 * longest
    assert monthly(rows, name, 24, back=6) / 24 > 1.2


def test_one_rises(rows: list[dict]) -> None:
    before, now = monthly(rows, of("riser"), 19, back=9) / 19, monthly(rows, of("riser"), 9) / 9
    assert now > 2.5 * before
    assert stats.poisson.sf(monthly(rows, of("riser"), 9) - 1, 9 * before) < 0.001


def test_nobody_else_changed(rows: list[dict], partner: dict) -> None:
    """The last six months against those before, for everybody on whom no change is planted."""
    changing = {*PARTNERS_OF["slow decline"], of("stopped"), of("riser"), of("newcomer"), ENDED}
    for name in set(partner) - changing:
        started = partner[name]["started"]
        months = 36 if pd.isna(started) else min(36, (2025 - started.year) * 12 + 9 - started.month + 1)
        now, whole = monthly(rows, name, 6), monthly(rows, name, months)
        if months > 6 and whole:
            assert stats.binomtest(now, whole, 6 / months).pvalue > 0.02, name


def test_competitors_name_each_other(partner: dict) -> None:
    named = {name: row["competes_with"] for name, row in partner.items() if not pd.isna(row["competes_with"])}
    one, other = PARTNERS_OF["competitors"]
    assert named == {one: other, other: one}
    assert partner[one]["vertical"] == partner[other]["vertical"]
    assert partner[one]["offer"] == partner[other]["offer"]


def test_one_serves_our_competitors(partner: dict) -> None:
    assert [name for name, row in partner.items() if row["serves_our_competitors"]] == PARTNERS_OF[
        "serves our competitors"
    ]


def test_one_kick_off_stalled(made: Sample) -> None:
    name = of("stalled kick-off")
    own = made.actions[made.actions["partner"] == name]
    assert own["created"].nunique() == 1
    assert (len(own), own["done"].notna().sum()) == (7, 2)
    assert 200 < (pd.Timestamp(END) - own["done"].max()).days < 250
    assert (own.loc[own["done"].isna(), "due"] < "2025-06-01").all()
    for other, actions in made.actions[made.actions["partner"] != name].groupby("partner"):
        unfinished = actions[actions["done"].isna()]
        assert (unfinished["due"] > "2025-09-30").all(), f"{other} is late"
        if len(unfinished):
            assert (pd.Timestamp(END) - actions["done"].max()).days < 60, f"{other} is stalled"


def test_one_executive_on_tactical_work(made: Sample) -> None:
    tactical = made.actions[
        (made.actions["horizon"] == "tactical") & (made.actions["owner_level"] == "executive")
    ]
    assert set(tactical["partner"]) == {of("executive on tactical work")}
    assert tactical["done"].isna().sum() == 4
    groups = made.actions.groupby("owner")["horizon"].nunique()
    assert groups.max() == 1


def test_one_contractor_without_alternative(made: Sample, partner: dict) -> None:
    offers = Counter(
        offer.strip()
        for row in partner.values()
        if pd.isna(row["ended"])
        for offer in row["offer"].split(";")
    )
    alone = {
        name
        for name, row in partner.items()
        if any(offers[part.strip()] == 1 for part in row["offer"].split(";"))
    }
    open_with = set(made.actions.loc[made.actions["done"].isna(), "partner"])
    assert alone & open_with == {of("no alternative")}
    assert partner[of("no alternative")]["relationship"] == "contractor"


def test_one_trades_too_much(rows: list[dict], partner: dict, made: Sample) -> None:
    heavy = set()
    for name in partner:
        hours = [
            (row["kind"], row["hours"])
            for row in rows
            if row["partner"] == name and not pd.isna(row["hours"])
        ]
        share = sum(spent for kind, spent in hours if kind == "trade") / sum(spent for _, spent in hours)
        if share > made.settings.barter_limit:
            heavy.add(name)
    assert heavy == {of("barter-heavy")}


def test_one_is_new(partner: dict) -> None:
    late = [
        name
        for name, row in partner.items()
        if not pd.isna(row["started"]) and row["started"] > pd.Timestamp("2025-07-31")
    ]
    assert late == PARTNERS_OF["newcomer"]


def test_ratings_of_both_sides(made: Sample) -> None:
    raters = made.ratings.groupby("partner")["rater"].agg(set)
    assert sorted(raters.index[raters.map(len) == 1]) == ["Hartwell Surveyors", "Thistle Talent"]
    assert len(raters) == 24
    assert (made.ratings["score"] * 2 % 1 == 0).all()
    latest = made.ratings.groupby(["partner", "factor", "rater"])["score"].last().unstack()
    gap = (latest["us"] - latest["them"]).abs().groupby("partner").max()
    assert set(gap.index[gap >= 2]) <= set(made.truth["partner"])


def test_a_wanted_vertical_has_nobody(made: Sample) -> None:
    assert set(made.settings.verticals) - set(made.partners["vertical"]) == {"Banking"}


def test_same_seed_same_sample(made: Sample) -> None:
    again, other = sample(), sample(seed=1)
    for name, frame in made.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], frame)
    assert not again.interactions["date"].equals(other.interactions["date"])


def test_figures_that_must_not_move(made: Sample) -> None:
    """A change of numpy or of the sample shows here first, before every notebook."""
    assert {name: len(frame) for name, frame in made.tables.items()} == SIZES
    assert made.interactions["value"].sum() == VALUE


def test_committed_workbook_is_the_sample(made: Sample, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "portfolio.xlsx", made.tables, made.settings)
    with zipfile.ZipFile(path) as ours, zipfile.ZipFile(COMMITTED) as theirs:
        assert ours.namelist() == theirs.namelist()
        for name in ours.namelist():
            assert ours.read(name) == theirs.read(name), name
    assert path.read_bytes() == COMMITTED.read_bytes()


@pytest.mark.parametrize("partners", [1, 4, 23, 24, 60])
def test_any_number_of_partners(partners: int) -> None:
    made = sample(partners=partners, months=18, rows=300)
    assert made.partners["partner"].is_unique and len(made.partners) == partners
    assert len(made.interactions) == 300
    assert set(made.truth["partner"]) <= set(made.partners["partner"])
    assert set(made.actions["delegate_to"].dropna()) <= set(made.partners["partner"])
    assert set(made.partners["competes_with"].dropna()) <= set(made.partners["partner"])
    if partners < 5:
        assert "competitors" not in set(made.truth["story"])


@pytest.mark.parametrize(("months", "end"), [(1, "2024-02-29"), (3, "2025-01-15"), (60, "2025-09-30")])
def test_any_span(months: int, end: str) -> None:
    made = sample(months=months, end=end, seed=3)
    index = made.interactions["date"].dt.year * 12 + made.interactions["date"].dt.month
    assert index.max() - index.min() < months
    assert made.interactions["date"].max() <= pd.Timestamp(end)
    assert made.ratings["date"].max() <= pd.Timestamp(end)
    assert made.truth["since"].le(end).all()


def test_many_at_once() -> None:
    made = sample(partners=3_000, months=24, rows=120_000)
    assert len(made.interactions) == 120_000
    assert made.partners["partner"].nunique() == 3_000
    given = made.interactions.groupby("direction").size()
    assert math.isclose(given["received"], given["given"], rel_tol=0.05)


def test_every_wrong_argument_is_named() -> None:
    with pytest.raises(ParameterError, match=r"(?s)`partners` = 0.*`rows` = -1.*`end` = 'soon'"):
        sample(partners=0, rows=-1, end="soon")
    with pytest.raises(ParameterError, match=r"`months` = 2\.5"):
        sample(months=2.5)  # type: ignore[arg-type]
