"""Files of interactions to a panel file: one pass that reduces what fits and counts what does not."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from partnership_analysis.errors import ParameterError, SourceError
from partnership_analysis.panel import AMOUNTS, reduction
from partnership_analysis.panels import REJECTED_KEY, About, is_panel, is_rejected, whole_file, write_panel
from partnership_analysis.periods import month_stamps
from partnership_analysis.scale.engines import Engine, Name, Wishes, opened, scratch
from partnership_analysis.scale.inputs import Inputs
from partnership_analysis.scale.rules import checked, countable
from partnership_analysis.schema import KINDS
from partnership_analysis.sources.progress import Steps, silent

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


@dataclass(frozen=True)
class Reduced:
    """What a run did.

    Parameters
    ----------
    panel, rejected : Path
        The files; ``rejected`` is there only where a row was rejected.
    about : About
        Rows read, used and rejected by reason.
    rows : int
        Rows of the panel.
    engine : str
        The engine that ran.
    """

    panel: Path
    rejected: Path
    about: About
    rows: int
    engine: str


def reduce_files(
    inputs: str | Path | Sequence[str | Path],
    to: str | Path,
    *,
    engine: Name = "auto",
    memory: str = "1GB",
    rejected: str | Path | None = None,
    master: str = "",
    scheduler: str = "",
    progress: Steps = silent,
) -> Reduced:
    """Reduce files of interactions to a panel file, whatever their size.

    Parameters
    ----------
    inputs : str, Path or sequence of them
        Parquet or CSV files with the columns of the `interactions` table; folders of them, partitioned too
        (``year=2025/``); patterns (``data/*.parquet``); for Spark, Dask, DuckDB and Polars also addresses.
    to : str or Path
        The panel file (:mod:`partnership_analysis.panels`). The same rows give the same bytes on every engine.
    engine : {"auto", "pandas", "polars", "duckdb", "dask", "spark"}
        ``auto``: pandas where the rows fit into ``memory``, else DuckDB.
    memory : str
        What DuckDB keeps to, spilling to disk beyond; such as ``256MB``.
    rejected : str or Path, optional
        Where rows go that do not fit, with all their columns and a ``reason``. Default: ``rejected.parquet`` beside
        the panel. Where none is rejected there is no such file.
    master, scheduler : str
        Addresses of a Spark and of a Dask cluster.
    progress : callable
        Told each step's name.

    Returns
    -------
    Reduced

    Raises
    ------
    SourceError
        If the inputs are not there or cannot be read, or the panel cannot be written.
    ColumnError
        If a column that every row must have is missing.
    ParameterError
        If the engine is not installed, ``memory`` is no size, or ``to`` or ``rejected`` is an input or a file that is
        none of ours.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> rows = {"date": ["2025-07-14", "2025-07-32"], "partner": "Acme", "kind": "meeting"}
    >>> pd.DataFrame(rows).to_csv(folder / "interactions.csv", index=False)
    >>> done = reduce_files(folder / "interactions.csv", folder / "panel.parquet")
    >>> done.about.used, dict(done.about.rejected), done.rows
    (1, {'`date` is not a date': 1}, 1)
    """
    found = Inputs.of([inputs] if isinstance(inputs, (str, Path)) else inputs)
    to = Path(to)
    away = Path(rejected) if rejected is not None else to.with_name("rejected.parquet")
    size = bytes_of(memory)
    _check_outputs(found, to, away)
    if not found.remote:
        found.check_columns(found.schema.names)
    chosen = _chosen(found, size) if engine == "auto" else engine
    tally = Tally()
    with scratch() as folder, opened(chosen, found, Wishes(size, folder, master, scheduler)) as running:
        progress(f"Reducing with {chosen}", 0, 0)
        parts = tally.count(running.in_order(partial(_reduce, found), progress))
        rows = write_panel(to, _told(parts, progress), tally.about)
        away.unlink(missing_ok=True)
        if tally.rejected:
            progress("Writing the rejected rows", 0, 0)
            _write_rejected(away, running, tally)
    return Reduced(to, away, tally.about(), rows, chosen)


def _reduce(inputs: Inputs, frame: Any) -> Any:
    """The rows that fit reduced, the others counted by reason; of an address only here are the columns known."""
    inputs.check_columns(frame.collect_schema().names())
    return reduction(countable(checked(frame)), tally=True)


@dataclass
class Tally:
    """Rows used and rejected, and the first and last day, found while the panel goes by."""

    used: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    days: list[dt.date] = field(default_factory=list)

    def count(self, parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The panel's rows of each part; what was rejected stays here."""
        for part in parts:
            fits = pc.fill_null(pc.is_in(part["kind"], pa.array(KINDS)), False)
            if not pc.all(fits).as_py():
                lost = part.filter(pc.invert(fits)).group_by("kind").aggregate([("rows", "sum")])
                self.rejected.update(
                    dict(zip(lost["kind"].to_pylist(), lost["rows_sum"].to_pylist(), strict=True))
                )
            kept = part.filter(fits)
            if len(kept):
                self.used += pc.sum(kept["rows"]).as_py()
                self.days += [_day(kept, "first", min), _day(kept, "last", max)]
                self.days = [min(self.days), max(self.days)]
                yield _as_panel(kept)

    def about(self) -> About:
        """What has gone by so far."""
        first, last = self.days or (None, None)
        return About(first, last, self.used, dict(self.rejected))


def _day(part: pa.Table, days: str, extreme: Callable[[Iterable[int]], int]) -> dt.date:
    """The first or last day of all: that of the first or last month."""
    month = extreme(pc.unique(part["month"]).to_pylist())
    there = part.filter(pc.equal(part["month"], month))[days]
    return dt.date(month // 12, month % 12 + 1, extreme(pc.unique(there).to_pylist()))


def _as_panel(part: pa.Table) -> pa.Table:
    """Months as days, and amounts that nobody knows as missing."""
    months = pa.array(month_stamps(part["month"].to_numpy()))
    part = part.set_column(part.schema.get_field_index("month"), "month", months)
    for name in AMOUNTS:
        known = pc.if_else(pc.greater(part[f"{name}_known"], 0), part[name], None)
        part = part.set_column(part.schema.get_field_index(name), name, known)
    return part


def _told(parts: Iterable[pa.Table], progress: Steps) -> Iterator[pa.Table]:
    done = 0
    for part in parts:
        progress(f"Writing the panel: {done:,} rows", 0, 0)
        yield part
        done += len(part)


def _write_rejected(path: Path, running: Engine, tally: Tally) -> None:
    """All that does not fit; as many as were counted, or the files have changed meanwhile."""
    parts = iter(running.rejected())
    first = next(parts, pa.table({}))
    written = 0
    with whole_file(path, first.schema, lambda: {REJECTED_KEY: "1"}) as add:
        for part in chain([first], parts):
            add(part.cast(first.schema))
            written += len(part)
        if written != tally.rejected.total():
            raise SourceError(
                f"{tally.rejected.total():,} rows were rejected and {written:,} found again: the inputs changed "
                "while they were read. Run it again when nobody writes to them."
            )


def _check_outputs(inputs: Inputs, to: Path, away: Path) -> None:
    """Nothing is overwritten or removed but a panel and rejected rows that this suite wrote, and no input at all."""
    read = set() if inputs.remote else {Path(file).resolve() for file in inputs.files}
    findings = [
        f"{path} is among the inputs and would be overwritten: write it elsewhere."
        for path in (to, away)
        if path.resolve() in read
    ]
    if to.resolve() == away.resolve():
        findings.append(f"{to} cannot hold the panel and the rejected rows: name two files.")
    for path, ours, what in ((to, is_panel, "panel"), (away, is_rejected, "file of rejected rows")):
        if not findings and path.exists() and not ours(path):
            findings.append(f"{path} is there and is no {what} of this suite's: write it elsewhere.")
    if findings:
        raise ParameterError(findings)


def _chosen(inputs: Inputs, memory: int) -> str:
    return "duckdb" if inputs.remote or inputs.memory_needed() > memory else "pandas"


def bytes_of(text: str) -> int:
    """A size as people write it.

    Raises
    ------
    ParameterError
        If it is none, or too small to work in.

    Examples
    --------
    >>> bytes_of("1.5 GB"), bytes_of("256MB"), bytes_of("512MiB")
    (1500000000, 256000000, 512000000)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*", text, re.IGNORECASE)
    size = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if size < 64 * 10**6:
        raise ParameterError([f"--memory {text}: write a size of 64MB or more, such as 256MB or 4GB."])
    return size
