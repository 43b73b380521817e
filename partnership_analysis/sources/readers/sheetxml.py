"""How far the cells of an ``.xlsx`` sheet reach, found in its XML without making anything of it.

Most sheets are written in one plain way, and one search tells that every cell lies within bounds; a sheet
that is written in any other way is parsed. Both give at least what the reading library will find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from xml.parsers import expat

import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.safety import MAX_COLUMNS, MAX_ROWS, MB, Extent, damaged

_LONGEST = 64 * MB
"""Bytes between two tags from which on a part is no workbook's; a cell may hold 32,767 letters."""

_HEAD = 65_536
_COMMON_COLUMNS = 26


def first_piece(pieces: Iterable[bytes], name: str) -> tuple[bytes, Iterator[bytes]]:
    """The beginning of an XML part and the whole of it, unless the beginning shows a bomb.

    Raises
    ------
    SourceError
        If the part declares entities (no workbook does), or does not begin as XML.
    """
    pieces = iter(pieces)
    first = next(pieces, b"")
    head = first[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        damaged(name, "it declares entities, as no spreadsheet program does")
    if first and b"\0" not in head and not re.search(rb"<[A-Za-z_]", head):
        damaged(name, "a part is not the XML that it should be")
    return head, chain([first], pieces)


def has_cells(pieces: Iterable[bytes], name: str) -> bool:
    """Whether there can be cells in a part; the whole of it is unpacked.

    Raises
    ------
    SourceError
        If the part declares entities, does not begin as XML, or has no tag in many megabytes.
    """
    _, pieces = first_piece(pieces, name)
    return sum(b"sheetData" in piece for piece in whole_tags(pieces, name)) > 0


def extent_of(pieces: Iterable[bytes], name: str, limits: Limits) -> Extent | None:
    """The extent of a sheet that is written in the plain way; nothing if it must be parsed.

    The extent may be larger than the cells that hold something; it is never smaller.
    """
    head, pieces = first_piece(pieces, name)
    if b"\0" in head:
        # UTF-16, which the reading library does not know: there is no sheet in it.
        return Extent()
    rows, columns = _declared(head)
    if MAX_ROWS * max(columns, _COMMON_COLUMNS) <= limits.cells:
        # Many programs declare nothing, or one cell.
        rows, columns = MAX_ROWS, max(columns, _COMMON_COLUMNS)
    if rows * columns > limits.cells:
        # What is declared may be wrong, too: a whole sheet that was only formatted.
        rows, columns = MAX_ROWS, limits.cells // MAX_ROWS
        if not columns:
            return None
    other = cells_beyond(columns, rows)
    filled, before, last = 0, b"", b""
    for piece in whole_tags(pieces, name):
        if _holds(piece, other):
            return None
        filled += piece.count(b"</c>")
        before, last = last, piece
    end = before + last
    done = end.rfind(b"</sheetData>")
    known = done >= 0 and b"<mergeCell " not in end[done:]
    return Extent(0, 0, rows - 1, columns - 1, filled=filled if known else None)


def whole_tags(pieces: Iterable[bytes], name: str, mark: bytes = b">") -> Iterator[bytes]:
    """The same bytes in pieces that end with a tag, or with a certain tag.

    Raises
    ------
    SourceError
        If there is no tag in many megabytes.
    """
    rest = b""
    for piece in pieces:
        piece = rest + piece
        at = piece.rfind(mark)
        end = at + len(mark) if at >= 0 else 0
        rest = piece[end:]
        if len(rest) > _LONGEST:
            damaged(name, "a text of more than 64 MB in one cell")
        yield piece[:end]
    yield rest


def _declared(head: bytes) -> tuple[int, int]:
    """Rows and columns that the sheet says it has; one cell if it says nothing."""
    found = re.search(rb'<dimension ref="(?:[A-Z]{1,3}[0-9]{1,7}:)?([A-Z]{1,3})([0-9]{1,7})"', head)
    return (min(int(found[2]), MAX_ROWS), min(column_number(found[1]), MAX_COLUMNS)) if found else (1, 1)


def column_number(letters: bytes) -> int:
    """A column's letters as its number.

    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + (letter | 0x20) - 0x60
    return number


def _letters(number: int) -> bytes:
    """A column's number as its letters.

    >>> _letters(1), _letters(16384)
    (b'A', b'XFD')
    """
    letters = b""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = bytes([65 + rest]) + letters
    return letters


def cells_beyond(columns: int, rows: int) -> str:
    """A pattern for a cell that lies beyond a column or a row, or is not written ``<c r="A1"``.

    >>> pattern = re.compile(cells_beyond(3, 120))
    >>> [bool(pattern.search(f'<c r="{at}">')) for at in ("A1", "C120", "D1", "AA1", "C121", "A1000", "1")]
    [False, False, True, True, True, True, True]
    """
    last = _letters(columns).decode()
    wrong = ["[^A-Z]", "[A-Z]+[^A-Z0-9]", '[A-Z]+[0-9]+[^0-9"]']
    wrong += _beyond(last, "A", "Z") + [f"[A-Z]+{way}" for way in _beyond(str(rows), "0", "9")]
    return f'<c(?:[^ a-z]| [^r]| r[^=]| r=[^"]| r="(?:{"|".join(wrong)}))|:c[\\s/>]'


def _beyond(last: str, low: str, high: str) -> list[str]:
    """Patterns for the beginnings of texts after ``last``, as row and column numbers run: shorter ones come first."""
    span = f"[{low}-{high}]"
    ways = [span * (len(last) + 1)]
    for place, mark in enumerate(last):
        if mark < high:
            ways.append(f"{last[:place]}[{chr(ord(mark) + 1)}-{high}]{span * (len(last) - place - 1)}")
    return ways


def _holds(piece: bytes, pattern: str) -> bool:
    """Whether a pattern is in a piece; Arrow searches faster than Python, and lets other threads work meanwhile."""
    ends = pa.array([0, len(piece)], pa.int64()).buffers()[1]
    whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(piece)])
    return bool(pc.match_substring_regex(whole, pattern)[0].as_py())


class CellsSeen:
    """Collects the extent of the cells that hold something, as the parser meets them."""

    def __init__(self) -> None:
        self.extent = Extent()
        self.row, self.column = 0, 0
        self.inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self.inside = True
            found = re.match(r"([A-Za-z]+)([0-9]+)$", attributes.get("r", ""))
            if found:
                self.row = int(found[2][:12]) - 1
                self.column = column_number(found[1][:8].encode()) - 1
        elif self.inside:
            if tag in ("v", "is", "t"):
                self.extent.add(max(self.row, 0), self.column)
        elif tag == "row" and attributes.get("r", "").isdecimal():
            self.row = int(attributes["r"][:12]) - 1

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self.inside = False
            self.column += 1
        elif tag == "row":
            self.row += 1
            self.column = 0


def parsed_extent(pieces: Iterable[bytes], name: str, limits: Limits) -> Extent:
    """The extent of a sheet that is written in any way.

    Raises
    ------
    SourceError
        If it is no XML, declares entities, or has more cells than the limit.
    """
    cells = CellsSeen()
    parse(pieces, name, cells.start, cells.end)
    cells.extent.check(name, limits)
    return cells.extent


def parse(
    pieces: Iterable[bytes],
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> None:
    """Run a parser that expands nothing over an XML part.

    Raises
    ------
    SourceError
        If it is no XML or declares entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text

    def refuse(*_: object) -> None:
        damaged(name, "it declares entities, as no spreadsheet program does")

    parser.StartDoctypeDeclHandler = refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        damaged(name, f"a part is not XML: {error}")


def first_filled_row(pieces: Iterable[bytes]) -> int | None:
    """The number of the first row with a cell that holds something, if it is near the top and plainly written."""
    head = next(iter(pieces), b"")
    found = re.search(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"(?: [^>/]*)?><', head)
    return int(found[1]) if found and b"<!--" not in head[: found.end()] else None
