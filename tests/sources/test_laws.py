"""Laws that hold for any input: every row is accounted for, order does not matter, loading twice changes nothing."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import ColumnError, PartnershipError
from partnership_analysis.portfolio import Portfolio, load
from partnership_analysis.schema import DIRECTIONS, INTERACTIONS, KINDS, TABLES
from partnership_analysis.settings import Settings
from sources.search import tried

ANY = Settings(rejected_limit=1, repeats="each")
GARBAGE = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.sampled_from(
        [
            pd.NA,
            pd.NaT,
            "Total",
            "EXAMPLE",
            "2025-07-14",
            "13/04/2025",
            "1.234",
            "1,5",
            "given",
            "a\ud800",
            [1],
            {},
        ]
    ),
)
GOOD = {
    "date": st.dates(dt.date(1970, 1, 1), dt.date(2100, 12, 31)),
    "partner": st.sampled_from(["Acme", "ACME", " Bell & Finch", "Café"]),
    "kind": st.sampled_from(KINDS),
    "direction": st.sampled_from(DIRECTIONS),
    "count": st.integers(0, 3),
    "value": st.floats(-1e6, 1e6),
}


def rows(share_of_garbage: float) -> st.SearchStrategy[pd.DataFrame]:
    def cell(name: str) -> st.SearchStrategy[object]:
        good = GOOD.get(name, st.none())
        return st.one_of(good, good, GARBAGE) if share_of_garbage else good

    row = st.fixed_dictionaries({name: cell(name) for name in INTERACTIONS.names})
    return st.lists(row, max_size=8).map(
        lambda made: pd.DataFrame(made, columns=list(INTERACTIONS.names), dtype=object)
    )


@tried(30)
@given(rows(0.3))
def test_every_row_is_accounted_for_whatever_is_in_it(frame: pd.DataFrame) -> None:
    before = frame.copy(deep=True)
    try:
        made = Portfolio.from_frames(frame, settings=ANY)
    except ColumnError:
        return
    ledger = made.ledger
    assert ledger.read == len(frame) == ledger.accepted + ledger.rejected + ledger.recognised
    assert len(made.interactions) == ledger.accepted
    assert dict(made.interactions.dtypes.astype(str)) == INTERACTIONS.dtypes
    assert [list(map(repr, row)) for row in before.to_numpy()] == [
        list(map(repr, row)) for row in frame.to_numpy()
    ]


@tried(12)
@given(rows(0.3), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame: pd.DataFrame, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    try:
        made = Portfolio.from_frames(frame, settings=ANY)
    except ColumnError:
        return
    shuffled = Portfolio.from_frames(frame.iloc[order], settings=ANY)
    assert Counter(map(str, made.interactions.to_numpy().tolist())) == Counter(
        map(str, shuffled.interactions.to_numpy().tolist())
    )


@tried(12)
@given(rows(0.3))
def test_a_portfolios_own_frames_are_accepted_unchanged(frame: pd.DataFrame) -> None:
    try:
        made = Portfolio.from_frames(frame, settings=ANY)
    except ColumnError:
        return
    again = Portfolio.from_frames(*(getattr(made, name) for name in TABLES), settings=ANY)
    assert again.ledger.rejected == 0
    kept = made.interactions["note"].ne("EXAMPLE").fillna(True)
    if again.ledger.recognised == 0:
        pd.testing.assert_frame_equal(again.interactions, made.interactions[kept])


@tried(12)
@given(rows(0))
def test_good_rows_are_never_rejected(frame: pd.DataFrame) -> None:
    ledger = Portfolio.from_frames(frame, settings=ANY).ledger
    assert ledger.rejected == 0
    assert ledger.recognised == sum(frame["count"] == 0)


@tried(30)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.text(alphabet='date,partner;kind\t"\n\r 012/-.é', max_size=60).map(str.encode),
        st.text(alphabet='2025-07-14,Acme;meeting"\n', max_size=60).map(
            lambda body: f"date,partner,kind\n{body}".encode()
        ),
    )
)
def test_any_bytes_are_read_or_refused_in_our_words(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(data)
        try:
            ledger = load(path, settings=ANY).ledger
        except PartnershipError:
            return
    assert ledger.read == ledger.accepted + ledger.rejected + ledger.recognised
