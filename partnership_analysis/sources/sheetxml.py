"""How far the cells of an ``.xlsx`` sheet reach, found in its XML without making anything of it.

Most sheets are written in one plain way, and one search tells that every cell lies within bounds; a sheet
that is written in any other way is parsed. Both give at least what the reading library will find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from xml.parsers import expat

from partnership_analysis.settings import Limits
from partnership_analysis.sources.safety import MAX_COLUMNS, MAX_ROWS, MB, Extent, damaged

_LONGEST = 64 * MB
"""Bytes between two tags from which on a part is no workbook's; a cell may hold 32,767 letters."""

_HEAD = 65_536
_COMMON_COLUMNS = 26
_NAMED_SPACE = re.compile(rb":c[\s/>]")
_CHUNK = 4 * MB


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
    # Two searches: a pattern with two beginnings is five times slower.
    other = re.compile(
        rb'<c(?! r="(?:%b)(?:%b)"|[a-z])'
        % (_up_to(_letters(columns), b"A", b"Z"), _up_to(str(rows).encode(), b"0", b"9"))
    )
    for piece in whole_tags(pieces, name):
        if other.search(piece) or _NAMED_SPACE.search(piece):
            return None
    return Extent(0, 0, rows - 1, columns - 1, plain=True)


def filled_cells(pieces: Iterable[bytes], name: str) -> int | None:
    """How many cells of a plainly written sheet hold something; nothing if some may be merged."""
    filled = 0
    last = b""
    for piece in whole_tags(pieces, name):
        filled += piece.count(b"</c>")
        last = last[-_CHUNK:] + piece
    end = last.rfind(b"</sheetData>")
    return None if end < 0 or b"<mergeCell " in last[end:] else filled


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


def _up_to(last: bytes, low: bytes, high: bytes) -> bytes:
    """A pattern for the texts up to ``last``, shorter ones first, as row and column numbers run.

    >>> pattern = re.compile(_up_to(b"120", b"0", b"9"))
    >>> [bool(pattern.fullmatch(text)) for text in (b"7", b"99", b"119", b"120", b"121", b"1000")]
    [True, True, True, True, False, False]
    """
    span = b"[%b-%b]" % (low, high)
    ways = [span + b"{1,%d}" % (len(last) - 1)] if len(last) > 1 else []
    for place in range(len(last)):
        under = bytes([last[place] - 1])
        if under >= low:
            rest = len(last) - place - 1
            ways.append(last[:place] + b"[%b-%b]" % (low, under) + (span + b"{%d}" % rest if rest else b""))
    # The pattern is followed by a digit or a quotation mark, so that a longer text never passes for a short one.
    return b"|".join([*ways, last])


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
