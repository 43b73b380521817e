"""Every sheet of a workbook measured before the library that reads cells may open it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from partnership_analysis.errors import SourceError
from partnership_analysis.settings import Limits
from partnership_analysis.sources.readers import opendocument, sheettexts, sheetxml
from partnership_analysis.sources.readers.archive import Archive
from partnership_analysis.sources.readers.binary import (
    xls_extents,
    xlsb_extent,
    xlsb_sheets,
    xlsb_text_lengths,
)
from partnership_analysis.sources.readers.safety import (
    MB,
    Extent,
    check_shared,
    check_size,
    damaged,
    too_many_cells,
)

Kind = Literal["xlsx", "xlsb", "ods", "xls"]

_SMALL = 16 * MB
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class Listed:
    """A sheet as the list of a workbook has it."""

    name: str
    visible: bool
    worksheet: bool


@dataclass(eq=False)
class Measured:
    """What is known of a workbook without reading its cells.

    Parameters
    ----------
    path : Path
    kind : {"xlsx", "xlsb", "ods", "xls"}
    archive : Archive, optional
        Its parts, unless it is ``.xls``.
    extents : list of Extent
        By the place of the sheet in the workbook; empty where the places are not known.
    parts : list of str
        The part of each sheet of an ``.xlsx``, by its place.
    listing : list of Listed, optional
        The sheets of an ``.xlsx`` whose list is written as spreadsheet programs write it.
    """

    path: Path
    kind: Kind
    archive: Archive | None = None
    extents: list[Extent] = field(default_factory=list)
    parts: list[str | None] = field(default_factory=list)
    listing: list[Listed] | None = None

    def extent(self, place: int) -> Extent:
        """What is known of a sheet."""
        return self.extents[place] if place < len(self.extents) else Extent()

    def part(self, place: int) -> Part | None:
        """The part that holds a sheet of an ``.xlsx``."""
        name = self.parts[place] if place < len(self.parts) else None
        return None if self.archive is None or name is None else Part(self.archive, name)

    @cached_property
    def epoch_1904(self) -> bool:
        """Whether the days of an ``.xlsx`` count from 1904."""
        book = _book_part(self.archive) if self.kind == "xlsx" and self.archive is not None else None
        if self.archive is None or book is None:
            return False
        properties = (
            each
            for each in _parsed(self.archive, book).iter()
            if re.search(r"(^|\})workbookPr$", str(each.tag))
        )
        return any(each.get("date1904") in ("1", "true", "on") for each in properties)

    def errors(self, place: int) -> dict[tuple[int, int], str]:
        """The error cells of a sheet of an ``.xlsx``: their places, from 0, and what they say."""
        part = self.part(place)
        return {} if part is None else sheettexts.errors_of(part.pieces, self.path.name)


@dataclass(frozen=True)
class Part:
    """One part of an archive."""

    archive: Archive
    name: str

    @property
    def size(self) -> int:
        """Bytes, unpacked."""
        return self.archive.parts[self.name].file_size

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, from the beginning."""
        return self.archive.chunks(self.name)


def measured(path: Path, limits: Limits) -> Measured:
    """Measure a workbook: a ZIP archive or a compound file.

    Raises
    ------
    SourceError
        If it is damaged, protected, no workbook, a bomb, or larger than the limits.
    """
    check_size(path.name, path.stat().st_size, limits)
    with path.open("rb") as file:
        zipped = file.read(4).startswith(b"PK")
    if not zipped:
        found = Measured(path, "xls", extents=xls_extents(path.read_bytes(), path.name, limits))
        _check_together(found, limits)
        return found
    archive = Archive(path, limits)
    kind = _kind(archive)
    if archive.encrypted:
        raise SourceError(f"{path.name} is protected by a password: save a copy without one.")
    if kind == "ods":
        return _ods(archive, limits)
    return _xlsx(archive, limits) if kind == "xlsx" else _xlsb(archive, limits)


def _kind(archive: Archive) -> Kind:
    for kind, name in (("xlsb", "xl/workbook.bin"), ("ods", "content.xml")):
        if archive.find(name):
            return kind  # type: ignore[return-value]
    return "xlsx"


def _check_together(found: Measured, limits: Limits) -> None:
    """All sheets of these formats are read when the workbook is opened."""
    for extent in found.extents:
        extent.check(found.path.name, limits)
    total = sum(extent.cells for extent in found.extents)
    if total > limits.cells:
        too_many_cells(found.path.name, total, limits)


def _ods(archive: Archive, limits: Limits) -> Measured:
    name = archive.path.name
    mimetype = archive.find("mimetype")
    if mimetype and b"spreadsheet" not in archive.read(mimetype):
        raise SourceError(
            f"{name} is an OpenDocument file but no spreadsheet: copy its table into one and save that."
        )
    manifest = archive.find("META-INF/manifest.xml")
    if manifest and b"encryption-data" in archive.read(manifest):
        raise SourceError(f"{name} is protected by a password: save a copy without one.")
    content = archive.find("content.xml") or ""
    # The library reads no other part of it.
    extents = opendocument.extents(archive.chunks(content), name, limits)
    return Measured(archive.path, "ods", archive, extents)


def _xlsx(archive: Archive, limits: Limits) -> Measured:
    elements = _sheet_elements(archive)
    parts = [part for _, part in elements]
    by_part: dict[str, Extent] = {}
    strings = [part for part in archive.parts if part.lower().endswith("sharedstrings.xml")]
    for part in archive.parts:
        if part in parts or (part not in strings and part.lower().endswith((".xml", ".rels"))):
            by_part[part] = _xml_extent(archive, part, limits, part in parts)
        elif part not in strings:
            for _ in archive.chunks(part):
                """Only its size is looked at."""
    for part in strings:
        _check_texts(archive, part, by_part, limits)
    extents = [by_part.get(part or "", Extent()) for part in parts]
    # The library looks for the list nowhere else.
    listing = _listing(elements) if _book_part(archive) == "xl/workbook.xml" else None
    return Measured(archive.path, "xlsx", archive, extents, parts, listing)


def _xml_extent(archive: Archive, part: str, limits: Limits, is_sheet: bool) -> Extent:
    """How far the cells of a part reach; one that is in no list may still be what the library takes for a sheet."""
    name = archive.path.name
    if not is_sheet and not sheetxml.has_cells(archive.chunks(part), name):
        return Extent()
    extent = sheetxml.extent_of(archive.chunks(part), name, limits)
    if extent is None and sheetxml.has_cells(archive.chunks(part), name):
        extent = sheetxml.parsed_extent(archive.chunks(part), name, limits)
    return extent or Extent()


def _check_texts(archive: Archive, strings: str, extents: dict[str, Extent], limits: Limits) -> None:
    # A cell that points to a text takes some twenty bytes.
    cells = sum(archive.parts[part].file_size / 20 for part, extent in extents.items() if extent.cells)
    most = int(limits.unpacked_mb * MB / max(cells, 1))
    if sheettexts.any_longer(archive.chunks(strings), archive.path.name, most):
        sheets = [archive.chunks(part) for part in extents]
        sheettexts.check_texts(sheets, archive.chunks(strings), archive.path.name, limits)


def _xlsb(archive: Archive, limits: Limits) -> Measured:
    name = archive.path.name
    by_part: dict[str, Extent] = {}
    for part in archive.parts:
        if part.lower().endswith(".bin") and not part.lower().endswith("vbaproject.bin"):
            by_part[part] = xlsb_extent(archive.read(part))
            if "sheets/" in part.lower():
                by_part[part].check(name, limits)
        else:
            for _ in archive.chunks(part):
                """Only its size is looked at."""
    strings = archive.find("xl/sharedStrings.bin")
    if strings:
        check_shared(by_part.values(), xlsb_text_lengths(archive.read(strings)), name, limits)
    relations = _relations(archive, "xl/_rels/workbook.bin.rels")
    sheets = [
        relations.get(each) for each in xlsb_sheets(archive.read(archive.find("xl/workbook.bin") or ""))
    ]
    for part in filter(None, sheets):
        by_part[part].check(name, limits) if part in by_part else damaged(
            name, "a sheet is in no usual place"
        )
    return Measured(archive.path, "xlsb", archive, [by_part.get(part or "", Extent()) for part in sheets])


def _book_part(archive: Archive) -> str | None:
    """The part that lists the sheets of an ``.xlsx``; it need not be in its usual place."""
    for target in _relations(archive, "_rels/.rels", "officeDocument").values():
        return target
    return archive.find("xl/workbook.xml")


def _sheet_elements(archive: Archive) -> list[tuple[Any, str | None]]:
    """The sheets in the list of an ``.xlsx``, and the part of each."""
    book = _book_part(archive)
    if book is None:
        return []
    folder, _, file = book.rpartition("/")
    relations = _relations(archive, f"{folder}/_rels/{file}.rels")
    sheets = [each for each in _parsed(archive, book).iter() if re.search(r"(^|\})sheet$", str(each.tag))]
    return [(each, relations.get(each.get(_RELATION) or each.get(_STRICT_RELATION) or "")) for each in sheets]


def _listing(elements: list[tuple[Any, str | None]]) -> list[Listed] | None:
    """The sheets as the reading library lists them, or nothing where it may list them in another way."""
    listing = []
    for sheet, part in elements:
        name, state = sheet.get("name"), sheet.get("state", "visible")
        folder = re.fullmatch(r"xl/(worksheets|chartsheets|dialogsheets)/[^/]+", part or "")
        if not name or folder is None or state not in ("visible", "hidden", "veryHidden"):
            return None
        listing.append(Listed(name, state == "visible", folder[1] == "worksheets"))
    return listing or None


def _relations(archive: Archive, name: str, kind: str = "") -> dict[str, str | None]:
    """The parts that a part refers to, by their marks."""
    part = archive.find(name)
    if part is None:
        return {}
    folder = posixpath.dirname(posixpath.dirname("/" + name.lstrip("/")))
    return {
        each.get("Id", ""): archive.find(posixpath.normpath(posixpath.join(folder, each.get("Target", ""))))
        for each in _parsed(archive, part)
        if each.get("Type", "").endswith(kind)
    }


def _parsed(archive: Archive, part: str):  # type: ignore[no-untyped-def]
    if archive.parts[part].file_size > _SMALL:
        damaged(archive.path.name, "a list of sheets of many megabytes")
    try:
        return fromstring(archive.read(part))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        damaged(archive.path.name, "its list of sheets cannot be read")
