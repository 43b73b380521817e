"""How far the cells of ``.xls`` and ``.xlsb`` sheets reach, and their errors, read record by record."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from partnership_analysis.errors import SourceError
from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers.safety import ERROR_CODES, Extent, check_shared, damaged

_ROWS, _COLUMNS = 65_536, 256
"""The last row and column of an ``.xls`` sheet."""

_CELLS = frozenset((0x0203, 0x0204, 0x0205, 0x00D6, 0x027E, 0x00FD, 0x0006, 0x0206, 0x0406, 0x00BD))
_BOUND_SHEET, _DIMENSIONS, _END = 0x0085, 0x0200, 0x000A
_TEXTS, _CONTINUED, _TEXT_CELL = 0x00FC, 0x003C, 0x00FD
_BOOL_OR_ERROR, _FORMULAS, _SEVERAL = 0x0205, (0x0006, 0x0206, 0x0406), 0x00BD

_FREE, _MOST_CHAINED = 0xFFFF_FFF0, 1 << 22


def xls_extents(data: bytes, name: str, limits: Limits) -> list[Extent]:
    """The extent of every sheet of a compound file with a workbook in it, in its order.

    Raises
    ------
    SourceError
        If it is damaged, holds no workbook, a cell lies where no ``.xls`` sheet has any, or its texts are too long.
    """
    stream = _Compound(data, name).workbook()
    starts = [
        struct.unpack_from("<I", stream, at)[0]
        for kind, at, size in _records(stream, 0)
        if kind == _BOUND_SHEET and size >= 4
    ]
    if len(starts) > 10_000 or len(set(starts)) < len(starts):
        damaged(name, "two sheets in one place")
    extents = [_xls_extent(stream, start, name) for start in starts]
    check_shared(extents, xls_text_lengths(stream), name, limits)
    return extents


def xls_text_lengths(stream: bytes) -> list[int]:
    """Bytes of each of the texts that a workbook stores once, as far as its table of them can be followed."""
    parts: list[bytes] = []
    for kind, at, size in _records(stream, 0):
        if kind == _TEXTS or (parts and kind == _CONTINUED):
            parts.append(stream[at : at + size])
    lengths = []
    # The table begins with two counts. A text may go on in the next record, and then says again how wide it is.
    part, at = 0, 8
    try:
        while part < len(parts):
            if at >= len(parts[part]):
                part, at = part + 1, 0
                continue
            count, flags = struct.unpack_from("<HB", parts[part], at)
            at += 3
            runs = struct.unpack_from("<H", parts[part], at)[0] if flags & 8 else 0
            at += 2 if flags & 8 else 0
            extra = struct.unpack_from("<I", parts[part], at)[0] if flags & 4 else 0
            at += 4 if flags & 4 else 0
            wide = 1 + (flags & 1)
            lengths.append(count * wide)
            while count:
                fits = min(count, (len(parts[part]) - at) // wide)
                count, at = count - fits, at + fits * wide
                if count:
                    part, at, wide = part + 1, 1, 1 + (parts[part + 1][0] & 1)
            skipped = runs * 4 + extra
            while skipped:
                fits = min(skipped, len(parts[part]) - at)
                skipped, at = skipped - fits, at + fits
                if skipped:
                    part, at = part + 1, 0
    except (struct.error, IndexError):
        # Cut off: the texts after it count as the longest that there can be.
        return lengths
    return lengths


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of the records up to the end of a sheet."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        yield kind, at, min(size, len(stream) - at)
        if kind == _END:
            return
        at += size


def _xls_extent(stream: bytes, start: int, name: str) -> Extent:
    extent = Extent()
    for kind, at, size in _records(stream, start):
        if kind == _DIMENSIONS:
            shape = {14: "<IIHH", 10: "<HHHH"}.get(size)
            first, last, left, right = struct.unpack_from(shape, stream, at) if shape else (0, 0, 0, 0)
            if last > _ROWS or right > _COLUMNS or first > last or left > right:
                damaged(name, "a sheet larger than any")
        elif kind in _CELLS and size >= 6:
            row, column = struct.unpack_from("<HH", stream, at)
            width = max(1, (size - 6) // 6) if kind == _SEVERAL else 1
            if column + width > _COLUMNS:
                damaged(name, "a cell beyond the last column")
            extent.add(row, column, 1, width)
            if kind == _TEXT_CELL and size >= 10:
                extent.shared[struct.unpack_from("<I", stream, at + 6)[0]] += 1
            code = None
            if kind == _BOOL_OR_ERROR and size >= 8 and stream[at + 7]:
                code = stream[at + 6]
            elif kind in _FORMULAS and size >= 14 and stream[at + 12 : at + 14] == b"\xff\xff":
                code = stream[at + 8] if stream[at + 6] == 2 else None
            if code in ERROR_CODES:
                extent.overrides[row, column] = ERROR_CODES[code]
    return extent


class _Compound:
    """A compound file (OLE), of which one stream is the workbook."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        if len(data) < 512:
            damaged(name, "it is too small")
        self.shift, self.short_shift = struct.unpack_from("<HH", data, 30)
        if self.shift not in (9, 12) or self.short_shift != 6:
            damaged(name, "sectors of an impossible size")
        self.size = 1 << self.shift
        self.table = self._table()
        self.streams = self._directory(struct.unpack_from("<I", data, 48)[0])

    def _sector(self, number: int) -> bytes:
        at = (number + 1) << self.shift
        return self.data[at : at + self.size]

    def _table(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self.data, 76))
        after, seen = struct.unpack_from("<I", self.data, 68)[0], 0
        while after < _FREE and seen <= len(self.data) >> self.shift:
            more = self._sector(after)
            if len(more) < self.size:
                break
            *listed, after = struct.unpack(f"<{self.size // 4}I", more)
            sectors += listed
            seen += 1
        table: list[int] = []
        for sector in sectors:
            if sector < _FREE:
                part = self._sector(sector)
                table += struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4])
        return table

    def _chain(self, start: int, table: list[int]) -> list[int]:
        chain = []
        while start < _FREE:
            chain.append(start)
            if start >= len(table) or len(chain) > len(table) or len(chain) > _MOST_CHAINED:
                damaged(self.name, "its parts run in a circle or beyond its end")
            start = table[start]
        return chain

    def _stream(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._chain(start, self.table)))

    def _directory(self, start: int) -> dict[str, tuple[int, int, int]]:
        entries = self._stream(start)
        found: dict[str, tuple[int, int, int]] = {}
        for at in range(0, len(entries) - 127, 128):
            length = struct.unpack_from("<H", entries, at + 64)[0]
            title = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            kind = entries[at + 66]
            if kind in (2, 5):
                found.setdefault(
                    "" if kind == 5 else title.lower(), (kind, *struct.unpack_from("<II", entries, at + 116))
                )
        return found

    def workbook(self) -> bytes:
        for title in ("workbook", "book"):
            if title in self.streams:
                _, start, length = self.streams[title]
                if length >= 4096 or "" not in self.streams:
                    return self._stream(start)[:length]
                short = self._stream(self.streams[""][1])
                sectors = self._stream(struct.unpack_from("<I", self.data, 60)[0])
                table = list(struct.unpack(f"<{len(sectors) // 4}I", sectors[: len(sectors) // 4 * 4]))
                return b"".join(short[at << 6 : (at + 1) << 6] for at in self._chain(start, table))[:length]
        raise SourceError(self._refusal())

    def _refusal(self) -> str:
        for title, what in (
            ("encryptedpackage", "is protected by a password: save a copy without one."),
            (
                "worddocument",
                "is a text document (Word): copy its table into a spreadsheet and save that as .xlsx.",
            ),
            (
                "powerpoint document",
                "is a presentation: copy its table into a spreadsheet and save that as .xlsx.",
            ),
        ):
            if title in self.streams:
                return f"{self.name} {what}"
        return (
            f"{self.name} is an old Office file but no workbook: open it in the program that made it and save it "
            f"as .xlsx or .csv."
        )


_ROW, _CELL_KINDS, _ERROR_KINDS, _SHARED_KIND, _TEXT_ITEM = 0, range(2, 12), (3, 11), 7, 19


def xlsb_extent(data: bytes) -> Extent:
    """The extent of one sheet of an ``.xlsb`` workbook."""
    extent, row = Extent(), 0
    for kind, at, size in _xlsb_records(data):
        if kind < 12 and size >= 4 and at + 4 <= len(data):
            number = int.from_bytes(data[at : at + 4], "little")
            if kind == _ROW:
                row = number
            elif kind in _CELL_KINDS:
                extent.add(row, number)
                if kind == _SHARED_KIND and size >= 12:
                    extent.shared[int.from_bytes(data[at + 8 : at + 12], "little")] += 1
                if kind in _ERROR_KINDS and size >= 9 and at + 9 <= len(data) and data[at + 8] in ERROR_CODES:
                    extent.overrides[row, number] = ERROR_CODES[data[at + 8]]
    return extent


def xlsb_text_lengths(data: bytes) -> list[int]:
    """Bytes of each of the texts that an ``.xlsb`` workbook stores once."""
    return [
        2 * int.from_bytes(data[at + 1 : at + 5], "little")
        for kind, at, size in _xlsb_records(data)
        if kind == _TEXT_ITEM
    ]


def _xlsb_records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of the records of a part."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80 and at < end:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end and shift < 28:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield kind, at, size
        at += size


def xlsb_sheets(data: bytes) -> list[str]:
    """The relations (``rId1``) of an ``.xlsb`` workbook's sheets, in its order."""
    found = []
    at = 0
    mark = b"\x9c\x01"  # a sheet's record
    while (at := data.find(mark, at)) >= 0:
        body = at + 3
        length = int.from_bytes(data[body + 8 : body + 12], "little")
        if body <= len(data) and data[at + 2] < 0x80 and 0 < length < 60:
            found.append(data[body + 12 : body + 12 + 2 * length].decode("utf-16-le", "replace"))
        at += 2
    return found
