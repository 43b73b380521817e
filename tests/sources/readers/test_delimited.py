"""Separated values: encodings, separators, quotes, rows of unequal length; and the fast way beside the slow."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import SourceError
from partnership_analysis.sources.readers import delimited
from partnership_analysis.sources.readers.delimited import Delimited, sniffed


def rows_of(path: Path) -> list[list[str]]:
    return list(map(list, zip(*(column.tolist() for column in Delimited(path).grid().columns), strict=True)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separated_values_of_every_make(path: Path, separator: str, encoding: str, end: str) -> None:
    rows = ["name", "note"], ["Café", f'"x{separator}y"'], ["", "n/a"]
    path.write_bytes(end.join(separator.join(row) for row in rows).encode(encoding))
    assert rows_of(path) == [["name", "note"], ["Café", f"x{separator}y"], ["", "n/a"]]


def test_a_file_without_latin_letters_is_utf_16_too(path: Path) -> None:
    path.write_bytes("имя;вид\nАкме;встреча\n".encode("utf-16-le"))
    assert rows_of(path) == [["имя", "вид"], ["Акме", "встреча"]]


def test_rows_of_unequal_length_lose_nothing(path: Path) -> None:
    path.write_text('\na,b\n1\n\n1,2,3\n"two\nlines",4\n')
    assert rows_of(path) == [
        *(["", "", ""], ["a", "b", ""], ["1", "", ""], ["", "", ""], ["1", "2", "3"], ["two\nlines", "4", ""])
    ]


def test_blank_rows_at_the_end_are_no_rows(path: Path) -> None:
    path.write_text("a,b\n1,\n,\n\n,\n")
    assert rows_of(path) == [["a", "b"], ["1", ""]]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_separator_that_excel_is_told_is_used_and_its_line_is_no_row(path: Path, line: str) -> None:
    path.write_text(f"{line}\r\na;b,c\r\n1;2,3\r\n")
    grid = Delimited(path).grid()
    assert rows_of(path) == [["a", "b,c"], ["1", "2,3"]]
    assert grid.first_row == 1


def test_a_separator_that_nobody_would_guess_can_be_told(path: Path) -> None:
    path.write_text("sep=^\na^b\n1,5^2\n")
    assert rows_of(path) == [["a", "b"], ["1,5", "2"]]


def test_a_zero_byte_is_carried_as_a_mark(path: Path) -> None:
    path.write_bytes(b"a,b\n" + b"plain,text\n" * 100 + b"x\x00y,2\n")
    assert rows_of(path)[-1] == ["x\ufffdy", "2"]


def test_bytes_without_a_letter_show_as_a_mark(path: Path) -> None:
    path.write_bytes(b"a,b\nCaf\xe9,x\x81\n")
    assert rows_of(path)[1] == ["Café", "x\ufffd"]


def test_a_cell_of_ten_megabytes_is_a_cell(path: Path) -> None:
    path.write_text("\n" * 100 + 'a,b\n"' + "x" * 10_000_000 + '",2\n')
    started = time.monotonic()
    rows = rows_of(path)
    assert (len(rows), len(rows[-1][0]), rows[-1][1]) == (102, 10_000_000, "2")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("body", ['1,"2', '1,"2\n3,4\n5,6', '1,"2""', '"'])
def test_a_quote_that_is_never_closed_is_named_by_its_row(path: Path, body: str, end: str) -> None:
    path.write_bytes(f"a,b\n7,8\n{body}\n".replace("\n", end).encode())
    with pytest.raises(SourceError, match=r'a.csv: a quotation mark \("\) in row 3 opens a cell') as caught:
        Delimited(path).grid()
    assert "\n" not in str(caught.value)


def test_a_quote_that_swallows_the_file_is_refused_though_another_closes_it(path: Path) -> None:
    body = "".join(f"{row},plain text of no interest\n" for row in range(60_000))
    path.write_text(f'a,b\n1,"opens\n{body}2,closes"\n3,4\n')
    with pytest.raises(SourceError, match=r"in row 2 opens a cell"):
        Delimited(path).grid()


def test_a_quote_inside_a_cell_is_text(path: Path) -> None:
    path.write_text('a,b\n5" pipe,2\n')
    assert rows_of(path)[1] == ['5" pipe', "2"]


def test_binary_rubbish_is_refused(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 8)
    with pytest.raises(SourceError, match="neither a spreadsheet that can be read here nor text"):
        Delimited(path).grid()


def test_the_width_is_that_of_most_rows() -> None:
    assert sniffed('Notes:\n"a, b"\n\nx,y,z\n1,2,3\n4,5,6\n') == (",", 3)
    assert sniffed("alone\n1\n") == (",", 1)


FIELD = st.text(alphabet="ab,;\"\n\r \t'é", max_size=5)


def agrees(text: str, width: int) -> None:
    """The fast way gives nothing, or what Python's own reader gives."""
    fast = delimited._fast(text.encode(), ",", width)
    slow = list(csv.reader(io.StringIO(text, newline="")))
    if fast is not None:
        widest = max(len(fast), *map(len, slow))
        rows = list(map(list, zip(*(column.to_pylist() for column in fast), strict=True)))
        assert rows == [row + [""] * (widest - len(row)) for row in slow]


@given(st.lists(st.lists(FIELD, min_size=1, max_size=4), min_size=1, max_size=6), st.integers(1, 4))
def test_the_fast_reader_agrees_with_the_slow(rows: list[list[str]], width: int) -> None:
    agrees(
        "\n".join(",".join('"' + field.replace('"', '""') + '"' for field in row) for row in rows) + "\n",
        width,
    )


@given(st.text(alphabet='ab,;" \n\r', min_size=1, max_size=30), st.integers(1, 4))
def test_the_fast_reader_agrees_with_the_slow_on_rubbish(text: str, width: int) -> None:
    agrees(text, width)


def test_a_comma_in_the_banner_is_no_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Bericht für Müller, GmbH\nDatum;Partner;Wert\n14.07.2025;Acme;1,5\n15.07.2025;Bell;2,5\n", "utf-8"
    )
    assert [column.tolist()[1] for column in Delimited(path).grid().columns] == ["Datum", "Partner", "Wert"]
