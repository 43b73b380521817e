"""What the inputs are: Parquet or CSV, which files, which columns, how large."""

from __future__ import annotations

import csv
import glob
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from partnership_analysis.errors import ColumnError, SourceError, listed
from partnership_analysis.schema import INTERACTIONS

READ = ("date", "partner", "kind", "direction", "count", "status", "value", "commission", "hours", "cost")
"""Columns of the interactions that the panel is made of; others are only kept beside rejected rows."""
BYTES_A_ROW = 450
"""What pandas takes of memory for a row while it reduces, measured on all ten columns."""
CSV_GROWTH = 8
"""What pandas takes of memory for a byte of CSV, measured as above."""
BYTES_A_LINE = 40
"""What a line of a CSV file takes at least, or nearly."""

_ENDINGS = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv"}


@dataclass(frozen=True)
class Inputs:
    """Files of one format with the same columns.

    Parameters
    ----------
    files : tuple of str
        Sorted within each input; or addresses such as ``s3://bucket/folder/``, which only the engine opens.
    format : {"parquet", "csv"}
    base : str
        Folder above partitions such as ``year=2025/``; empty for none.
    """

    files: tuple[str, ...]
    format: str
    base: str = ""

    @classmethod
    def of(cls, given: Sequence[str | Path]) -> Inputs:
        """The files that are meant: files, folders (partitioned, too), patterns with ``*``, addresses.

        Raises
        ------
        SourceError
            If an input is not there, or the formats differ.
        """
        files = list(dict.fromkeys(file for one in given for file in _files(str(one))))
        formats = sorted({_format(file) for file in files})
        if len(formats) != 1:
            raise SourceError(
                f"The inputs are {' and '.join(formats) or 'none'}: give files of one format, and make a panel of each."
            )
        folders = [str(one) for one in given if Path(one).is_dir()]
        return cls(tuple(files), formats[0], folders[0] if len(given) == len(folders) == 1 else "")

    @property
    def remote(self) -> bool:
        """Whether only an engine can open them."""
        return any("://" in file for file in self.files)

    @cached_property
    def partitions(self) -> tuple[str, ...]:
        """Columns that are folders' names, such as ``year`` of ``year=2025``."""
        parts = Path(self.files[0]).parts[:-1]
        return tuple(part.partition("=")[0] for part in parts if "=" in part)

    @cached_property
    def separator(self) -> str:
        """What stands between the cells of a CSV file; of an address, a comma."""
        if self.remote:
            return ","
        with Path(self.files[0]).open(encoding="utf-8-sig", errors="replace") as lines:
            first = lines.readline()
        return max(",;\t|", key=first.count)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The first line of the first CSV file."""
        with Path(self.files[0]).open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            return tuple(next(csv.reader(lines, delimiter=self.separator), ()))

    @cached_property
    def schema(self) -> pa.Schema:
        """Columns and types; those of a CSV file are all texts."""
        return self.dataset().schema

    @property
    def zone(self) -> str:
        """The time zone whose clock the dates show: UTC where the file keeps none, and of an address."""
        if self.remote:
            return "UTC"
        kind = self.schema.field("date").type if "date" in self.schema.names else None
        return getattr(kind, "tz", None) or "UTC"

    def dataset(self) -> ds.Dataset:
        """The files for Arrow, read a batch at a time.

        Raises
        ------
        SourceError
            If a file cannot be read.
        """
        hive = ds.partitioning(pa.schema([(name, pa.string()) for name in self.partitions]), flavor="hive")
        how: Any = "parquet"
        if self.format == "csv":
            texts = dict.fromkeys(self.header, pa.string())
            how = ds.CsvFileFormat(
                parse_options=pa_csv.ParseOptions(delimiter=self.separator, newlines_in_values=True),
                convert_options=pa_csv.ConvertOptions(
                    column_types=texts, strings_can_be_null=True, null_values=[""]
                ),
            )
        try:
            return ds.dataset(list(self.files), format=how, partitioning=hive if self.partitions else None)
        except (OSError, pa.ArrowException) as error:
            raise SourceError(f"{self.files[0]} cannot be read: {error}") from None

    def check_columns(self, found: Sequence[str]) -> None:
        """Say which required column is not among those found.

        Raises
        ------
        ColumnError
        """
        needed = [column.name for column in INTERACTIONS.columns if column.required]
        lacking = [name for name in needed if name not in found]
        doubled = sorted({name for name in found if found.count(name) > 1})
        if lacking:
            hints = [
                f"`{name}`: is it `{other}`? Rename it"
                for name in lacking
                for other in found
                if other.strip().casefold() == name
            ]
            raise ColumnError.missing(self.files[0], lacking, found, hints)
        if doubled:
            raise ColumnError(
                f"{self.files[0]}: columns {listed(doubled)} are there more than once: rename one."
            )

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(Path(file).stat().st_size for file in self.files)

    def memory_needed(self) -> int:
        """Bytes that pandas takes to reduce them."""
        if self.format == "csv":
            return self.bytes * CSV_GROWTH
        try:
            return sum(pq.read_metadata(file).num_rows for file in self.files) * BYTES_A_ROW
        except (OSError, pa.ArrowException) as error:
            raise SourceError(f"A file cannot be read as Parquet: {error}") from None


def _files(given: str) -> list[str]:
    if "://" in given:
        return [given]
    path = Path(given).expanduser()
    if path.is_dir():
        found = [str(file) for file in path.rglob("*") if _is_data(file.relative_to(path)) and file.is_file()]
    elif path.is_file():
        found = [str(path)]
    else:
        found = [file for file in glob.glob(str(path), recursive=True) if Path(file).is_file()]  # noqa: PTH207
    if not found:
        what = "holds no Parquet or CSV file" if path.is_dir() else "is not there"
        raise SourceError(
            f"{given} {what}. Give Parquet or CSV files, folders of them, or a pattern in quotes."
        )
    return sorted(found)


def _is_data(inside: Path) -> bool:
    """Engines leave notes of their own beside the data, under names that begin with a point or a line."""
    return inside.suffix.casefold() in _ENDINGS and not any(part[0] in "._" for part in inside.parts)


def _format(file: str) -> str:
    ending = Path(file.rstrip("/*")).suffix.casefold()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if "://" in file:
        return "parquet"
    raise SourceError(
        f"{file} is neither .parquet nor .csv. For workbooks, `partnership-analysis report` reads them."
    )
