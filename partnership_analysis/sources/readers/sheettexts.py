"""The texts of an ``.xlsx``: how large they are all together, and the errors that are taken for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import numpy as np

from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.safety import MB, damaged, too_large
from partnership_analysis.sources.readers.sheetxml import (
    CellsSeen,
    column_number,
    first_piece,
    parse,
    whole_tags,
)


def check_texts(
    sheets: Iterable[Iterable[bytes]], strings: Iterable[bytes], name: str, limits: Limits
) -> None:
    """Refuse a few long texts that very many cells repeat: they are stored once and read many times.

    Raises
    ------
    SourceError
        If the texts of all cells together are larger than a workbook may unpack to.
    """
    lengths = np.array(_lengths(strings), dtype=np.float64)
    total = 0.0
    for pieces in sheets:
        for piece in whole_tags(pieces, name):
            marks = re.findall(rb"""t\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*([0-9]{1,9})""", piece)
            places = np.array(marks, dtype=np.int64) if marks else np.array([], dtype=np.int64)
            total += lengths[places[places < len(lengths)]].sum()
            if total > limits.unpacked_mb * MB:
                too_large(name, limits)


def _lengths(pieces: Iterable[bytes]) -> list[int]:
    lengths: list[int] = []
    rest = 0
    for piece in pieces:
        parts = re.split(rb"</(?:\w+:)?si\s*>", piece)
        parts_lengths = list(map(len, parts))
        parts_lengths[0] += rest
        rest = parts_lengths.pop()
        lengths += parts_lengths
    return lengths


def any_longer(pieces: Iterable[bytes], name: str, most: int) -> bool:
    """Whether one of the texts that a workbook stores once for all sheets may be of more bytes than these.

    Looks only at every ``most`` bytes, from the far end of what one text may take.

    Raises
    ------
    SourceError
        If the part declares entities, does not begin as XML, has no tag in many megabytes, or is a sheet.
    """
    room, longer = most, False
    for piece in whole_tags(first_piece(pieces, name)[1], name):
        if b"sheetData" in piece and _CELLS.search(piece):
            damaged(name, "its texts are a sheet")
        at = 0
        while not longer and len(piece) - at > room:
            end = piece.rfind(_TEXT_END, at, at + room)
            longer = end < 0
            at, room = end + len(_TEXT_END), most
        room -= len(piece) - at
    return longer


_TEXT_END = b"</si>"
_CELLS = re.compile(rb"<([^<>\s/]*:)?sheetData")
_ERROR_MARK = re.compile(rb"""\st\s*=\s*["']e["']""")
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*?\st="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]{1,20})</v>'
)


def errors_of(pieces: Callable[[], Iterable[bytes]], name: str) -> dict[tuple[int, int], str]:
    """Error cells (``#REF!``), which the reading library gives as empty: row and column from 0, and text."""
    marks = 0
    for piece in whole_tags(pieces(), name):
        # The pattern alone would be slow where there is no error at all.
        if b'"e"' in piece or b"'e'" in piece:
            marks += len(_ERROR_MARK.findall(piece))
    if not marks:
        return {}
    found = {}
    for piece in whole_tags(pieces(), name, b"</c>"):
        if b't="e"' in piece:
            for letters, number, text in _ERROR.findall(piece):
                found[int(number) - 1, column_number(letters) - 1] = text.decode("utf-8", "replace")
    if len(found) == marks:
        return found
    cells = _Errors()
    parse(pieces(), name, cells.start, cells.end, cells.text)
    return cells.errors


class _Errors(CellsSeen):
    """Collects the error cells of a sheet that is written in any way."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: dict[tuple[int, int], str] = {}
        self.wrong = self.value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self.wrong = attributes.get("t") == "e"
        self.value = tag == "v" and self.inside

    def text(self, text: str) -> None:
        if self.wrong and self.value:
            place = max(self.row, 0), self.column
            self.errors[place] = self.errors.get(place, "") + text
