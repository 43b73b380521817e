"""What a workbook holds beside the values of its cells, which would be lost when it is written again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from partnership_analysis.schema import PAIRS, READABLE, UNASSIGNED
from partnership_analysis.settings import Limits
from partnership_analysis.sheets import AUTHOR, UNKNOWN_COLUMN, heading_comment
from partnership_analysis.sources.readers.archive import Archive

_SHEET = re.compile(r"(?i)^xl/worksheets/[^/]+\.xml$")
_FORMULA = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_LONGEST = 400
"""Bytes that the beginning of a cell may take up to its formula."""

_SHOWN = (
    (re.compile(r"(?i)^xl/charts/chart[^/]*\.xml$"), "charts"),
    (re.compile(r"(?i)^xl/media/"), "pictures"),
    (re.compile(r"(?i)^xl/pivottables/"), "pivot tables"),
)
_DRAWING, _SHAPE = (
    re.compile(r"(?i)^xl/drawings/drawing[^/]*\.xml$"),
    re.compile(rb"<(?:\w+:)?(?:sp|cxnSp)[\s>]"),
)
_COMMENTS = re.compile(r"(?i)^xl/(?:.*/)?comments[^/]*\.xml$")


def lost_parts(path: Path, limits: Limits) -> list[str]:
    """Formulas, charts, pictures, shapes and comments that are not ours, each as words for a message.

    Raises
    ------
    SourceError
        If the workbook is damaged.
    """
    if path.suffix.casefold() != ".xlsx":
        return []
    archive = Archive(path, limits)
    lost = [word for shape, word in _SHOWN if any(map(shape.match, archive.parts))]
    drawings = [part for part in archive.parts if _DRAWING.match(part)]
    lost += ["shapes"] if any(_SHAPE.search(archive.read(part)) for part in drawings) else []
    formula = next(
        (cell for part in archive.parts if _SHEET.match(part) for cell in _formulas(archive, part)), ""
    )
    lost += [f"formulas (for example in cell {formula})"] if formula else []
    comment = next(
        (cell for part in archive.parts if _COMMENTS.match(part) for cell in _comments(archive.read(part))),
        "",
    )
    lost += [f"comments (for example at cell {comment})"] if comment else []
    return lost


def _formulas(archive: Archive, part: str) -> Iterator[str]:
    rest = b""
    for piece in archive.chunks(part):
        text = rest + piece
        for found in _FORMULA.finditer(text):
            yield found[1].decode()
        rest = text[-_LONGEST:]


@cache
def _ours() -> frozenset[str]:
    tables = (*READABLE.values(), PAIRS, UNASSIGNED)
    columns = [UNKNOWN_COLUMN, *(column for table in tables for column in table.columns)]
    return frozenset("".join(heading_comment(column).split()) for column in columns)


def _comments(data: bytes) -> Iterator[str]:
    """Cells with a comment that our own headings do not have.

    Some programs keep the text of a comment and not its author.
    """
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        yield "unknown"
        return
    authors = [each.text or "" for each in root.iter() if str(each.tag).endswith("}author")]
    for each in root.iter():
        if str(each.tag).endswith("}comment"):
            cell, place = each.get("ref", ""), each.get("authorId", "")
            author = authors[int(place)] if place.isdecimal() and int(place) < len(authors) else ""
            ours = author == AUTHOR or "".join("".join(each.itertext()).split()) in _ours()
            if not ours or not re.fullmatch("[A-Z]+1", cell):
                yield cell
