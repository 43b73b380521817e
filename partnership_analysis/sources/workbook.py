"""Workbooks (xlsx, xlsm, xlsb, xls, ods) by calamine: cells with their types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.sources.raw import RawTable, from_rows, label_of


@dataclass(eq=False)
class Workbook:
    """An open workbook.

    Parameters
    ----------
    path : Path
    """

    path: Path
    _book: CalamineWorkbook = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open it, or say why it cannot be opened."""
        with _refusals(self.path.name):
            self._book = CalamineWorkbook.from_path(self.path)

    @property
    def sheets(self) -> list[str]:
        """Visible worksheets in order."""
        return self._sheets(SheetVisibleEnum.Visible)

    @property
    def hidden(self) -> list[str]:
        """Worksheets that a reader of the workbook does not see."""
        return [name for name in self._sheets(None) if name not in self.sheets]

    def _sheets(self, visible: SheetVisibleEnum | None) -> list[str]:
        return [
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and visible in (None, sheet.visible)
        ]

    def read(self, sheet: str) -> RawTable:
        """One sheet as a raw table; blank rows at its end are not part of it.

        Raises
        ------
        SourceError
            If there is no such sheet, or it is empty or damaged.
        """
        if sheet not in self._sheets(None):
            raise SourceError(f"{self.path.name} has no sheet {sheet!r}. It has: {listed(self.sheets)}.")
        with _refusals(self.path.name):
            opened = self._book.get_sheet_by_name(sheet)
            rows = opened.to_python(skip_empty_area=True)
            first = (opened.start or (0, 0))[0] + 1
        while rows and not any(map(label_of, rows[-1])):
            rows.pop()
        return from_rows(rows, self.path.name, sheet, first)


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    try:
        yield
    except PasswordError:
        raise SourceError(f"{name} is protected by a password: save a copy without one.") from None
    except (CalamineError, OSError, ValueError) as error:
        detail = str(error).strip().splitlines()
        raise SourceError(
            f"{name} cannot be read as a workbook ({detail[0] if detail else type(error).__name__}): open it "
            f"in a spreadsheet program and save it as .xlsx."
        ) from None
    except BaseException as error:
        # calamine's own crash (a Rust panic) is no Exception; it says that the file is damaged.
        if type(error).__name__ != "PanicException":
            raise
        raise SourceError(
            f"{name} is a damaged workbook: open it in a spreadsheet program and save it as .xlsx."
        ) from None
