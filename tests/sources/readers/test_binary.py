"""Old workbooks measured record by record: a few long texts repeated by very many cells."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership_analysis.errors import SourceError
from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.binary import xls_text_lengths, xlsb_extent, xlsb_text_lengths
from partnership_analysis.sources.readers.measure import measured
from sources.readers.makers import xls

TEXTS, CONTINUED, TEXT_CELL = 0x00FC, 0x003C, 0x00FD


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def item(text: str, wide: bool, runs: int = 0, extra: int = 0) -> tuple[bytes, bytes, bytes]:
    """Head, letters and tail of a text as the table stores it."""
    flags = wide | (8 if runs else 0) | (4 if extra else 0)
    head = struct.pack("<HB", len(text), flags)
    head += (struct.pack("<H", runs) if runs else b"") + (struct.pack("<I", extra) if extra else b"")
    return head, text.encode("utf-16-le" if wide else "latin-1"), b"r" * 4 * runs + b"e" * extra


def table(items: list[tuple[str, bool, int, int]], room: int) -> bytes:
    """The table of texts in records of at most so many bytes, cut as a spreadsheet program cuts them."""
    parts = [bytearray(struct.pack("<II", len(items), len(items)))]
    for text, wide, runs, extra in items:
        head, letters, tail = item(text, wide, runs, extra)
        if len(parts[-1]) + len(head) > room:
            parts.append(bytearray())
        parts[-1] += head
        size = 2 if wide else 1
        while letters:
            fits = max(0, (room - len(parts[-1])) // size * size)
            parts[-1] += letters[:fits]
            letters = letters[fits:]
            if letters:
                parts.append(bytearray([wide]))
        while tail:
            fits = max(0, room - len(parts[-1]))
            parts[-1] += tail[:fits]
            tail = tail[fits:]
            if tail:
                parts.append(bytearray())
    return b"".join(record(CONTINUED if place else TEXTS, bytes(part)) for place, part in enumerate(parts))


@given(
    st.lists(
        st.tuples(st.text("abcß", max_size=40), st.booleans(), st.integers(0, 3), st.integers(0, 9)),
        max_size=12,
    ),
    st.integers(16, 60),
)
def test_lengths_of_texts_are_those_that_were_written(
    items: list[tuple[str, bool, int, int]], room: int
) -> None:
    assert xls_text_lengths(table(items, room)) == [len(text) * (1 + wide) for text, wide, _, _ in items]


def test_a_long_text_that_many_cells_repeat_is_refused(tmp_path: Path) -> None:
    texts = table([("x" * 30_000, False, 0, 0), ("short", False, 0, 0)], 8_000)
    cells = [(TEXT_CELL, struct.pack("<HHHI", row, 0, 0, 0)) for row in range(40)]
    path = tmp_path / "a.xls"
    xls(path, *cells, before=texts)
    assert measured(path, Limits()).extents[0].shared == {0: 40}
    measured(path, Limits(unpacked_mb=1.21))
    with pytest.raises(SourceError, match="unpacks to more than settings allow"):
        measured(path, Limits(unpacked_mb=1.19))


def test_a_table_that_is_cut_off_is_taken_at_its_worst(tmp_path: Path) -> None:
    cells = [(TEXT_CELL, struct.pack("<HHHI", row, 0, 0, 7)) for row in range(40)]
    xls(tmp_path / "a.xls", *cells, before=record(TEXTS, struct.pack("<II", 9, 9) + b"\x05"))
    with pytest.raises(SourceError, match="unpacks to more"):
        measured(tmp_path / "a.xls", Limits(unpacked_mb=5))


def test_texts_of_an_xlsb_are_counted() -> None:
    cell = bytes([7, 12]) + struct.pack("<III", 3, 0, 2)
    assert xlsb_extent(bytes([0, 4]) + struct.pack("<I", 5) + cell + cell).shared == {2: 2}
    items = b"".join(
        bytes([19, 5 + 2 * size]) + b"\0" + struct.pack("<I", size) + bytes(2 * size) for size in (3, 0, 7)
    )
    assert xlsb_text_lengths(items) == [6, 0, 14]
