"""Millions of interactions to their panel: by each engine through us, beside what a person writes for that engine.

In memory: a Parquet folder in, a pandas frame out; imports are not counted. As a command: a folder in, a file out, with
all that a process costs; ours checks every row, and the hand-written one checks none.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from cases import Case
from measuring import ROOT, Measured, code, command, median

CLUSTER = ROOT / ".venv-cluster" / "bin" / "python"
MEMORY = ("1GB", "256MB")
AIM, AIM_MB = 1.2, 400.0

_KEYS = '"partner", "month", "kind", "direction"'
_SQL = """
select partner, year(date) * 12 + month(date) - 1 as month, kind, direction, sum(count) as count,
    sum(value) filter (status is null or status = 'won') as value, sum(hours) as hours
from read_parquet('{folder}/*.parquet') group by all order by all
"""
_PANDAS = f"""
frame = pd.read_parquet("{{folder}}")
frame["month"] = frame["date"].dt.year * 12 + frame["date"].dt.month - 1
frame["value"] = frame["value"].where(frame["status"].isna() | (frame["status"] == "won"))
made = frame.groupby([{_KEYS}])[["count", "value", "hours"]].sum(min_count=1).reset_index()
"""
_POLARS = f"""
won = pl.col("status").is_null() | (pl.col("status") == "won")
frame = pl.scan_parquet("{{folder}}/*.parquet")
frame = frame.with_columns(month=pl.col("date").dt.year() * 12 + pl.col("date").dt.month() - 1)
sums = [pl.col("count").sum(), pl.col("value").filter(won).sum(), pl.col("hours").sum()]
made = frame.group_by({_KEYS}).agg(sums).sort({_KEYS}).collect().to_pandas()
"""
_LIMIT = "duckdb.sql(\"set memory_limit = '{memory}'; set temp_directory = '{scratch}/spill'\")"
_OURS = "import partnership_analysis as pa; from partnership_analysis.panel import panel"
_SPARK = """
from pyspark.sql import SparkSession
settings = {{"spark.driver.memory": "4g", "spark.driver.maxResultSize": "4g", "spark.ui.enabled": "false"}}
builder = SparkSession.builder.master("local[2]").config(map=settings | {{"spark.driver.host": "127.0.0.1"}})
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("OFF")
"""
ENGINES = {
    "pandas": {
        "pandas by hand": ("import pandas as pd", _PANDAS),
        "pandas": (f"{_OURS}; import pandas as pd", 'panel(pd.read_parquet("{folder}"))'),
    },
    "polars": {
        "Polars by hand": ("import polars as pl, pandas", _POLARS),
        "Polars, lazy": (f"{_OURS}; import polars as pl", 'panel(pl.scan_parquet("{folder}/*.parquet"))'),
    },
    "duckdb": {
        "SQL in DuckDB by hand": (
            f"import duckdb, pandas; {_LIMIT}",
            f'made = duckdb.sql("""{_SQL}""").df()',
        ),
        "DuckDB": (
            f"{_OURS}; import duckdb; {_LIMIT}",
            "panel(duckdb.sql(\"from read_parquet('{folder}/*.parquet')\"))",
        ),
    },
}
"""Of each engine what a person writes, and us: what is not timed, and what is."""
CLUSTERS = {
    "Dask": (f"{_OURS}; import dask.dataframe as dd", 'panel(dd.read_parquet("{folder}"))'),
    "Spark, started before": (f"{_OURS}{_SPARK}", 'panel(spark.read.parquet("{folder}"))'),
}
_COPY = f"""
import duckdb
{_LIMIT}
duckdb.sql("set preserve_insertion_order = false")
duckdb.sql(\"\"\"copy ({_SQL}) to '{{scratch}}/by-hand.parquet' (format parquet)\"\"\")
"""


def _run(
    parts: tuple[str, str], folder: Path, scratch: Path, python: str | Path = sys.executable
) -> Measured:
    setup, work = (part.format(folder=folder, scratch=scratch, memory=MEMORY[0]) for part in parts)
    return code(setup, work, python=python)


def in_memory(group: str, folder: Path, scratch: Path, runs: int) -> list[Case]:
    """Folder to frame, by each engine beside its rival; once by Dask and Spark where their environment is."""
    made = []
    for engine, ways in ENGINES.items():
        (rival, theirs), (ours, parts) = ways.items()
        done = median(runs, partial(_run, theirs, folder, scratch))
        made.append(Case.of(group, rival, done))
        done = median(runs, partial(_run, parts, folder, scratch))
        aim = None if engine == "pandas" else AIM
        made.append(Case.of(group, named(ours), done, rival=rival, aim=aim))
    for name, parts in CLUSTERS.items() if CLUSTER.exists() else ():
        done = _run(parts, folder, scratch, CLUSTER)
        made.append(Case.of(group, f"`pa.panel`, {name}", done, rival="SQL in DuckDB by hand"))
    return made


def as_command(group: str, folder: Path, scratch: Path, runs: int) -> list[Case]:
    """Folder to file on DuckDB, by our command beside the same by hand."""
    made, to = [], scratch / "panel.parquet"
    ours = [sys.executable, "-m", "partnership_analysis", "panel", folder, "--engine", "duckdb", "--to", to]
    for memory in MEMORY:
        by_hand = _COPY.format(folder=folder, scratch=scratch, memory=memory)
        rival = f"SQL in DuckDB by hand, {memory}"
        done = median(runs, partial(command, [sys.executable, "-c", by_hand]))
        made.append(Case.of(group, rival, done))
        done = median(runs, partial(command, [*ours, "--memory", memory]))
        aim_mb = AIM_MB if memory == "256MB" else None
        what = f"`panel --engine duckdb --memory {memory}`, every row checked"
        made.append(Case.of(group, what, done, rival=rival, aim=AIM, aim_mb=aim_mb))
    return made


def named(way: str) -> str:
    """A way of :data:`ENGINES` as the tables call it."""
    return way if way.endswith("by hand") else f"`pa.panel`, {way}"


def seconds(engine: str, way: str, folder: Path, scratch: Path, runs: int) -> float:
    """Of a panel on an engine, by hand or ours."""
    return median(runs, partial(_run, ENGINES[engine][way], folder, scratch)).seconds
