"""The ways of reading a whole column give what reading its cells one by one in plain Python gives."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.schema import INTERACTIONS, Column
from partnership_analysis.sources import words
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.convert import convert
from partnership_analysis.sources.values import Converted, Reading

MISSING = {"", "-", "--", "–", "—", "n/a", "n.a.", "none", "null", "<na>", "#n/a", "#ref!", "#value!"}
MISSING |= {"#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!"}


@pytest.fixture(params=["each its own", "each different one once"], autouse=True, scope="module")
def coding(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways in which a column of texts is coded."""
    with mock.patch.object(words, "_mostly_different", lambda texts: request.param == "each its own"):
        yield


def read(column: Column, texts: list[str | None]) -> Converted:
    return convert(
        Cells.of(pd.Series(texts, dtype="string")), column, column.name, "a.csv", Reading(decimal=".")
    )


def missing(text: str | None) -> bool:
    return text is None or text.strip().lower() in MISSING


def plain_number(text: str) -> float | None:
    """A number by Python's own reading, and nothing that only Python allows."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and re.fullmatch(r"[-+.\deE]+", text, re.ASCII) else None


NUMBERS = st.one_of(
    st.floats(allow_nan=False).map(repr),
    st.integers(-(10**6), 10**6).map(str),
    st.decimals(-1000, 1000, places=3).map(str),
    st.sampled_from(
        ["1.", ".5", "+7", "007", "1.234", "-0", "1e5", "1E-3", " 12 ", "nan", "inf", "1e999", "0x1"]
    ),
)
NOTHING = st.one_of(st.none(), st.sampled_from([*sorted(MISSING), " N/A ", "\u00a0"]))


@given(st.lists(st.one_of(NUMBERS, NOTHING), max_size=12), st.booleans())
def test_numbers(texts: list[str | None], rubbish: bool) -> None:
    # One cell that is no number takes the column off the fastest way; nothing else may change.
    texts = [*texts, *(["rubbish"] if rubbish else [])]
    done = read(INTERACTIONS["value"], texts)
    expected = [None if missing(text) else plain_number(str(text).strip()) for text in texts]
    assert [None if pd.isna(value) else value for value in done.values] == expected
    assert done.findings.bad.tolist() == [
        number is None and not missing(text) for number, text in zip(expected, texts, strict=True)
    ]


TEXTS = st.one_of(NOTHING, st.text(alphabet="aB \t\u00a0\u0301é-\n/n", max_size=6), st.text(max_size=5))


@given(st.lists(TEXTS, max_size=12))
def test_texts(texts: list[str | None]) -> None:
    texts = [text and text.encode("utf-8", "replace").decode() for text in texts]
    done = read(INTERACTIONS["note"], texts)
    expected = [
        None if missing(text) else unicodedata.normalize("NFC", " ".join(str(text).split())) for text in texts
    ]
    assert [None if pd.isna(value) else value for value in done.values] == expected


@given(
    st.lists(
        st.one_of(NOTHING, st.sampled_from(["Won", "LOST", " open ", "w-o-n", "won?", "x"])), max_size=12
    )
)
def test_choices(texts: list[str | None]) -> None:
    done = read(INTERACTIONS["status"], texts)
    folded = [None if missing(text) else re.sub(r"[\W_]", "", str(text)).lower() for text in texts]
    expected = [word if word in ("open", "won", "lost") else None for word in folded]
    assert [None if pd.isna(value) else value for value in done.values] == expected
    assert done.findings.bad.tolist() == [
        word is not None and value is None for word, value in zip(folded, expected, strict=True)
    ]


DAYS = st.one_of(
    st.dates(pd.Timestamp("1970-01-01").date(), pd.Timestamp("2100-12-31").date()).map(str),
    st.datetimes(pd.Timestamp("1970-01-01"), pd.Timestamp("2100-12-31")).map(
        lambda time: f"{time:%Y-%m-%d %X}"
    ),
    st.sampled_from(["2025-02-30", "2025-13-01", "soon", "1969-12-31", "2025-07-14T10:00:00"]),
)


def plain_day(text: str) -> str | None:
    try:
        day = np.datetime64(text.strip()[:10], "D")
    except ValueError:
        return None
    return str(day) if "1970" <= str(day)[:4] <= "2100" else None


@given(st.lists(st.one_of(DAYS, NOTHING), max_size=12))
def test_dates(texts: list[str | None]) -> None:
    done = read(INTERACTIONS["date"], texts)
    expected = [None if missing(text) else plain_day(str(text)) for text in texts]
    assert [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in done.values] == expected


@given(st.lists(TEXTS, max_size=12))
def test_what_cells_say_where_they_mean_nothing(texts: list[str | None]) -> None:
    texts = [text and text.encode("utf-8", "replace").decode() for text in texts]
    cells = Cells.of(pd.Series(texts, dtype="string"))
    said = {row: word for word, rows in cells.silent for row in rows.tolist()}
    assert said == {
        row: text.strip() for row, text in enumerate(texts) if missing(text) and text and text.strip()
    }
    shown = cells.texts(np.arange(len(texts)))
    assert shown.fillna("").tolist() == [(text or "").strip() for text in texts]
