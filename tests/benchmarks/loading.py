"""How long a million rows take to become a portfolio, against the bare read of the same file.

Run from the project's root on a quiet machine::

    python tests/benchmarks/loading.py [ROWS]

Prints medians and peak memory as a Markdown table. Each measurement is a process of its own, so that the peaks are
its own; imports are not counted. Nothing here is asserted: a timing is a measurement, not a test.
"""

from __future__ import annotations

import dataclasses
import random
import sys
import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import xlsxwriter
from cases import Case, beside_rivals, table
from measuring import Measured, code, median

ROWS, REPEATS, PARTNERS = 1_000_000, 3, 200
COLUMNS = ("date", "partner", "kind", "direction", "count", "status", "value", "reference")

_WAYS = ("received", "given")

SLOW = "pandas with openpyxl"
PART = 10
"""The share of the rows that the slow way reads; its seconds are scaled, its peak is not."""
OURS = (
    "import partnership_analysis as pa; from partnership_analysis import portfolio",
    "made = pa.load({path!r})",
)
WAYS = {
    "xlsx": {
        "fastexcel, bare read into Arrow": (
            "import fastexcel",
            "made = fastexcel.read_excel({path!r}).load_sheet(0).to_arrow()",
        ),
        "portfolio from xlsx, every row accounted for": OURS,
        "pandas with calamine": (
            "import pandas as pd",
            "made = pd.read_excel({path!r}, engine='calamine')",
        ),
        SLOW: ("import pandas as pd", "made = pd.read_excel({part!r}, engine='openpyxl')"),
    },
    "csv": {
        "pyarrow, bare read": ("import pyarrow.csv as csv", "made = csv.read_csv({path!r})"),
        "portfolio from CSV": OURS,
    },
    "parquet": {
        "pyarrow, bare read of Parquet": (
            "import pyarrow.parquet as pq",
            "made = pq.read_table({path!r})",
        ),
        "portfolio from Parquet": OURS,
    },
}


def frame(rows: int) -> pd.DataFrame:
    """Rows as a referral system has them: few partners, kinds and days, every reference its own."""
    dice = random.Random(7)
    kinds = dice.choices(["referral", "event", "meeting", "cross_promotion"], k=rows)
    days = pd.date_range("2022-10-01", "2025-09-30")
    return pd.DataFrame(
        {
            "date": dice.choices(days, k=rows),
            "partner": dice.choices([f"Partner of ours {place}" for place in range(PARTNERS)], k=rows),
            "kind": kinds,
            "direction": ["mutual" if kind in ("event", "meeting") else dice.choice(_WAYS) for kind in kinds],
            "count": dice.choices([1, 1, 1, 2, 3], k=rows),
            "status": dice.choices(["open", "won", "lost"], k=rows),
            "value": [round(dice.lognormvariate(7, 1), 2) for _ in range(rows)],
            "reference": [f"REF-{place:07d}" for place in range(rows)],
        }
    )


def write(made: pd.DataFrame, folder: Path) -> None:
    """The same rows as xlsx, CSV and Parquet."""
    made.to_csv(folder / "rows.csv", index=False, date_format="%Y-%m-%d")
    made.to_parquet(folder / "rows.parquet", index=False)
    book = xlsxwriter.Workbook(
        str(folder / "rows.xlsx"), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    )
    sheet = book.add_worksheet("interactions")
    sheet.write_row(0, 0, COLUMNS)
    for row, cells in enumerate(made.itertuples(index=False), 1):
        sheet.write_datetime(row, 0, cells.date)
        for column, cell in enumerate(cells[1:], 1):
            (sheet.write_string if isinstance(cell, str) else sheet.write_number)(row, column, cell)
    book.close()


def cases(rows: int, runs: int, kinds: tuple[str, ...] = tuple(WAYS)) -> list[Case]:
    """Every way beside the bare read of the same file."""
    made = []
    with tempfile.TemporaryDirectory() as name:
        whole, part = Path(name), Path(name) / "part"
        part.mkdir()
        written = frame(rows)
        write(written, whole)
        write(written.head(rows // PART), part)
        for kind in kinds:
            group, rival = f"{rows:,} rows, {len(COLUMNS)} columns of {kind}", ""
            paths = {"path": str(whole / f"rows.{kind}"), "part": str(part / f"rows.{kind}")}
            for what, (setup, work) in WAYS[kind].items():
                if what == SLOW and find_spec("openpyxl") is None:
                    print("pandas with openpyxl is left out: pip install openpyxl", file=sys.stderr)
                    continue
                done = median(runs, partial(code, setup, work.format(**paths)))
                made.append(_case(group, what, done, rival, rows))
                rival = rival or what
    return made


def _case(group: str, what: str, done: Measured, rival: str, rows: int) -> Case:
    if what != SLOW:
        return Case.of(group, what, done, rival=rival)
    scaled = dataclasses.replace(done, seconds=done.seconds * PART)
    note = f"{rows // PART:,} rows, seconds times {PART}"
    return Case.of(group, what, scaled, rival=rival, note=note)


def main(rows: int) -> None:
    """Measure and print."""
    print(table(beside_rivals(cases(rows, REPEATS)), f"Medians of {REPEATS}."))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
