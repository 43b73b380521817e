"""Files of any kind to a panel: every row used or rejected, and the same bytes from every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from adversarial import BY_HAND, FORMS, expected, row, table
from typer.testing import CliRunner

from partnership_analysis.cli import app
from partnership_analysis.errors import ColumnError, ParameterError, SourceError
from partnership_analysis.panel import reduction
from partnership_analysis.panels import about_panel, is_panel, is_rejected, read_panel
from partnership_analysis.scale import engines, reduce_files
from partnership_analysis.scale.inputs import Inputs
from partnership_analysis.scale.pieces import InFiles, Whole, reduced
from partnership_analysis.schema import KINDS

ENGINES = ("pandas", "polars", "duckdb")
CLEAN = [
    one for case in ("edges of months", "missing values", "ties and look-alikes") for one in BY_HAND[case]
]
CLEAN = [
    one
    for one in CLEAN
    if one["partner"] and one["date"].year >= 1970 and one["partner"] == one["partner"].strip()
]
NO_KIND = f"`kind` is none of {', '.join(f'`{kind}`' for kind in KINDS)}"
NO_DIRECTION = "`direction` is empty, and the kind does not say it"

TEXTS = [
    ("2025-01-31T23:30:00+05:45", " Ann ", "referral", "received", "2", "won", "10.5", "", None),
    ("2025-01-01", "Ann", "event", "", "", "", "-1", "2", None),
    ("2025-02-30", "Ann", "referral", "received", "1", "", "", "", "`date` is not a date"),
    ("2024-02-29", "Ann", "meeting", "", "3.0", "", "", "0", None),
    ("2023-02-29", "Ann", "meeting", "", "", "", "", "", "`date` is not a date"),
    ("14/07/2025", "Ann", "meeting", "", "", "", "", "", "`date` is not a date"),
    ("", "Ann", "meeting", "", "", "", "", "", "`date` is empty"),
    ("1969-12-31", "Ann", "meeting", "", "", "", "", "", "`date` is before 1970 or after 2100"),
    ("2025-01-01", " ", "meeting", "", "", "", "", "", "`partner` is empty"),
    ("2025-01-01", "Ann", "Lunch", "", "", "", "", "", NO_KIND),
    ("2025-01-01", "Ann", "referral", "", "", "", "", "", NO_DIRECTION),
    (
        "2025-01-01",
        "Ann",
        "referral",
        "up",
        "",
        "",
        "",
        "",
        "`direction` is none of `received`, `given`, `mutual`",
    ),
    ("2025-01-01", "Ann", "meeting", "", "0", "", "", "", "`count` is under 1"),
    ("2025-01-01", "Ann", "meeting", "", "1.5", "", "", "", "`count` is not a whole number"),
    ("2025-01-01", "Ann", "meeting", "", "many", "", "", "", "`count` is not a number"),
    ("2025-01-01", "Ann", "meeting", "", "", "", "1,5", "", "`value` is not a number"),
    ("2025-01-01", "Ann", "meeting", "", "", "", "", "-1", "`hours` is under 0"),
    (
        "2025-01-01",
        "Ann",
        "referral",
        "given",
        "",
        "maybe",
        "",
        "",
        "`status` is none of `open`, `won`, `lost`",
    ),
]
"""Cells as texts, and why the row is rejected."""


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(str(request.param))
    return str(request.param)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    columns = ["date", "partner", "kind", "direction", "count", "status", "value", "hours"]
    frame = pd.DataFrame([cells[:-1] for cells in TEXTS], columns=columns)
    frame["note"] = [f"line {place}, “x”" for place in range(len(frame))]
    frame.to_csv(tmp_path / "interactions.csv", index=False)
    return tmp_path / "interactions.csv"


@pytest.mark.parametrize("form", FORMS)
def test_every_engine_writes_the_panel_of_plain_python(engine: str, form: str, tmp_path: Path) -> None:
    pq.write_table(FORMS[form](table(CLEAN)), tmp_path / "rows.parquet", row_group_size=7)
    done = reduce_files(tmp_path / "rows.parquet", tmp_path / "out" / "panel.parquet", engine=engine)  # type: ignore[arg-type]
    wanted = expected(CLEAN)
    pd.testing.assert_frame_equal(read_panel(done.panel), wanted)
    about = about_panel(done.panel)
    days = [one["date"].date() for one in CLEAN]
    assert (about.first_date, about.last_date, about.read) == (min(days), max(days), len(CLEAN))
    assert (about.used, done.rows, dict(about.rejected)) == (len(CLEAN), len(wanted), {})
    assert [file.name for file in done.panel.parent.iterdir()] == ["panel.parquet"]


def test_every_row_of_a_csv_is_used_or_rejected_for_a_reason(engine: str, csv: Path) -> None:
    done = reduce_files(csv, csv.with_name("panel.parquet"), engine=engine)  # type: ignore[arg-type]
    reasons = [cells[-1] for cells in TEXTS if cells[-1]]
    assert dict(done.about.rejected) == {reason: reasons.count(reason) for reason in reasons}
    assert (done.about.used, done.about.read) == (len(TEXTS) - len(reasons), len(TEXTS))
    assert (done.about.first_date, done.about.last_date) == (dt.date(2024, 2, 29), dt.date(2025, 1, 31))
    rejected = pd.read_parquet(done.rejected)
    assert rejected["reason"].tolist() == reasons
    assert rejected["note"].tolist() == [f"line {n}, “x”" for n, cells in enumerate(TEXTS) if cells[-1]]
    assert rejected["date"].fillna("").tolist() == [cells[0] for cells in TEXTS if cells[-1]]
    made = read_panel(done.panel)
    assert made[["partner", "kind", "direction", "count"]].to_numpy().tolist() == [
        ["Ann", "meeting", "mutual", 3],
        ["Ann", "event", "mutual", 1],
        ["Ann", "referral", "received", 2],
    ]
    assert made["value"].fillna(0).tolist() == [0, -1, 10.5]


def test_engines_write_the_same_bytes(csv: Path, tmp_path: Path) -> None:
    rows = [row("2025-01-01", partner=f"P{n % 7}", value=0.1 * (n % 13), hours=n / 3) for n in range(500)]
    rows += [row("2025-01-01", count=0), row("2025-01-01", hours=float("inf")), row("2025-01-01", hours=-0.5)]
    pq.write_table(table(rows), tmp_path / "rows.parquet")
    for source in (csv, tmp_path / "rows.parquet"):
        made = [reduce_files(source, tmp_path / name / "panel.parquet", engine=name) for name in ENGINES]  # type: ignore[arg-type]
        assert len({one.panel.read_bytes() for one in made}) == 1
        assert len({tuple(pd.read_parquet(one.rejected)["reason"]) for one in made}) == 1
    assert len(pd.read_parquet(made[0].rejected)) == 3


def test_typed_columns_are_judged_alike(engine: str, tmp_path: Path) -> None:
    rows = pa.table(
        {
            "date": pa.array([dt.date(2025, 1, 1)] * 5 + [None], pa.date32()),
            "partner": ["A", "A", "A", "", None, "A"],
            "kind": pa.array(["event", "event", "event", "event", "event", "event"]).dictionary_encode(),
            "count": pa.array([1.0, 1.5, float("nan"), 1, 1, 1], pa.float64()),
            "value": pa.array([1, None, 2, None, None, None], pa.int32()),
            "reason": ["x"] * 6,
        }
    )
    pq.write_table(rows, tmp_path / "rows.parquet")
    done = reduce_files(tmp_path / "rows.parquet", tmp_path / "panel.parquet", engine=engine)  # type: ignore[arg-type]
    assert dict(done.about.rejected) == {
        "`count` is not a whole number": 1,
        "`partner` is empty": 2,
        "`date` is empty": 1,
    }
    assert read_panel(done.panel)[["direction", "count", "value"]].to_numpy().tolist() == [["mutual", 2, 3.0]]
    assert pd.read_parquet(done.rejected)["reason_in_file"].tolist() == ["x"] * 4


def test_folders_partitions_and_patterns_are_the_same_files(engine: str, tmp_path: Path) -> None:
    whole = table(CLEAN)
    folder = tmp_path / "lake"
    for place, direction in enumerate(("received", "given", "mutual")):
        part = whole.filter(pa.compute.equal(whole["direction"], direction)).drop_columns(["direction"])
        (folder / f"direction={direction}").mkdir(parents=True)
        pq.write_table(part, folder / f"direction={direction}" / f"part-{place}.parquet")
    (folder / "_SUCCESS").touch()
    for given in (folder, f"{folder}/**/*.parquet", sorted(folder.rglob("*.parquet"))):
        done = reduce_files(given, tmp_path / "panel.parquet", engine=engine)  # type: ignore[arg-type]
        pd.testing.assert_frame_equal(read_panel(done.panel), expected(CLEAN))


@pytest.fixture
def rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has DuckDB take so many rows at a time."""
    return lambda most: monkeypatch.setattr(engines, "most_rows", lambda limit: most)


@pytest.mark.parametrize(("form", "most"), [("plain", 9), ("zone", 30)])
def test_in_pieces_the_panel_is_the_same(
    form: str, most: int, tmp_path: Path, rows_at_a_time: Callable[[int], None]
) -> None:
    whole = FORMS[form](
        table(
            [
                *CLEAN,
                row("2025-01-01", count=0),
                row("2025-01-02", hours=-1.0),
                row("2025-01-03", partner=None),
            ]
        )
    )
    folder = tmp_path / "it's a lake"
    folder.mkdir()
    for place, (first, end) in enumerate(pairwise((0, 1, 3, len(whole) - 2, len(whole)))):
        pq.write_table(whole.slice(first, end - first), folder / f"part-{place}.parquet", row_group_size=2)
    at_once = reduce_files(folder, tmp_path / "at once" / "panel.parquet", engine="duckdb")
    rows_at_a_time(most)
    said: list[tuple[int, int]] = []
    done = reduce_files(
        folder,
        tmp_path / "panel.parquet",
        engine="duckdb",
        progress=lambda _, done, total: said.append((done, total)),
    )
    assert done.panel.read_bytes() == at_once.panel.read_bytes()
    assert (done.about, done.rows) == (at_once.about, at_once.rows)
    pd.testing.assert_frame_equal(pd.read_parquet(done.rejected), pd.read_parquet(at_once.rejected))
    assert {total for _, total in said} == {0, len(whole)}
    steps = [0, *(done for done, total in said if total)]
    assert steps[-1] == len(whole)
    assert max(end - start for start, end in pairwise(steps)) <= most


def test_a_long_csv_is_taken_in_pieces(csv: Path, rows_at_a_time: Callable[[int], None]) -> None:
    at_once = reduce_files(csv, csv.with_name("at once.parquet"), engine="duckdb")
    before = at_once.panel.read_bytes(), at_once.rejected.read_bytes()
    rows_at_a_time(4)
    told: list[int] = []
    done = reduce_files(
        csv, csv.with_name("panel.parquet"), engine="duckdb", progress=lambda *step: told.append(step[1])
    )
    assert [*range(4, len(TEXTS), 4), len(TEXTS)] == [rows for rows in told if rows]
    assert (done.panel.read_bytes(), done.rejected.read_bytes()) == before
    assert done.about == at_once.about


def test_pieces_hold_each_row_once_and_never_too_many(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    lengths = {"a": 3, "b": 0, "c": 4, "d's": 11, "e": 5, "f": 1}
    for name, length in lengths.items():
        rows = pa.table({"id": pa.array([f"{name}{number}" for number in range(length)], pa.string())})
        pq.write_table(rows, tmp_path / name, row_group_size=2)
    with duckdb.connect() as connection:
        files = InFiles(connection, [str(tmp_path / name) for name in lengths], hive=False)
        assert files.length == sum(lengths.values())
        for most in (1, 2, 5, 7, 11, 100):
            found: list[list[str]] = []
            first = 0
            while first < files.length:
                end = files.cut(first, most)
                found.append([one for (one,) in files.piece(first, end).fetchall()])
                assert len(found[-1]) == end - first <= most
                first = end
            every = [f"{name}{number}" for name, length in lengths.items() for number in range(length)]
            assert sorted(one for piece in found for one in piece) == sorted(every)


def test_where_memory_does_not_do_pieces_become_smaller(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pq.write_table(
        table([row("2025-01-01", partner=f"P{n % 9}") for n in range(8_000)]), tmp_path / "rows.parquet"
    )
    asked: list[int] = []

    def reduce(relation: Any) -> Any:
        asked.append(relation.count("*").fetchall()[0][0])
        if asked[-1] > 2_500:
            raise duckdb.OutOfMemoryException("too many")
        return reduction(nw.from_native(relation), tally=True)

    with duckdb.connect() as connection:
        files = InFiles(connection, [str(tmp_path / "rows.parquet")], hive=False)
        told: list[int] = []
        made = reduced(connection, files, reduce, tmp_path, 8_000, told.append)
        assert asked == [8_000, 4_000, 2_000, 2_000, 2_000, 2_000]
        assert told == [2_000, 4_000, 6_000, 8_000]
        assert sorted(made.project("partner, count").fetchall()) == [
            (f"P{n}", 8_000 // 9 + (n < 8_000 % 9)) for n in range(9)
        ]
        with pytest.raises(duckdb.OutOfMemoryException):
            reduced(
                connection,
                Whole(connection.sql("select 1")),
                lambda _: reduce(files.piece(0, 8_000)),
                tmp_path,
                8,
            )


def test_addresses_are_opened_by_the_engine(tmp_path: Path, rows_at_a_time: Callable[[int], None]) -> None:
    (tmp_path / "data").mkdir()
    pq.write_table(table(CLEAN), tmp_path / "data" / "rows.parquet", row_group_size=7)
    for name in ("polars", "auto"):
        done = reduce_files(f"file://{tmp_path}/data/rows.parquet", tmp_path / "panel.parquet", engine=name)  # type: ignore[arg-type]
        pd.testing.assert_frame_equal(read_panel(done.panel), expected(CLEAN))
    rows_at_a_time(20)
    done = reduce_files(f"file://{tmp_path}/data/*.parquet", tmp_path / "panel.parquet")
    pd.testing.assert_frame_equal(read_panel(done.panel), expected(CLEAN))
    with pytest.raises(ColumnError, match=r"missing column date\. Found: partner, month"):
        reduce_files(f"file://{done.panel}", tmp_path / "other.parquet")


def test_auto_takes_pandas_while_it_fits(csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = csv.with_name("panel.parquet")
    assert reduce_files(csv, to).engine == "pandas"
    monkeypatch.setattr(Inputs, "memory_needed", lambda self: 10**9 + 1)
    assert reduce_files(csv, to, memory="1GB").engine == "duckdb"
    assert reduce_files(csv, to, memory="2 GB").engine == "pandas"


def test_what_cannot_be_read_is_one_sentence_and_leaves_the_old_panel(csv: Path, engine: str) -> None:
    to = csv.with_name("panel.parquet")
    reduce_files(csv, to, engine=engine)  # type: ignore[arg-type]
    before = to.read_bytes()
    damaged = csv.with_name("damaged.parquet")
    damaged.write_bytes(b"PAR1 nothing PAR1")
    other = csv.with_name("other.csv")
    other.write_text("Date,partner,kind\n2025-01-01,Ann,event\n", encoding="utf-8")
    cases: list[tuple[Any, type[Exception], str]] = [
        (damaged, SourceError, "damaged.parquet"),
        (other, ColumnError, "Rename it"),
        (csv.with_name("nowhere.csv"), SourceError, "is not there"),
        ([csv, damaged], SourceError, "one format"),
    ]
    for given, kind, words in cases:
        with pytest.raises(kind, match=words):
            reduce_files(given, to, engine=engine)  # type: ignore[arg-type]
    assert to.read_bytes() == before


def test_what_is_not_installed_or_no_size_is_said(csv: Path) -> None:
    to = csv.with_name("panel.parquet")
    with pytest.raises(ParameterError, match="256MB"):
        reduce_files(csv, to, memory="much")
    for engine in ("dask", "spark"):
        try:
            __import__({"dask": "distributed", "spark": "pyspark"}[engine])
        except ModuleNotFoundError:
            with pytest.raises(ParameterError, match=r"pip install -e '\.\[cluster\]'"):
                reduce_files(csv, to, engine=engine)  # type: ignore[arg-type]


def test_the_command_counts_and_exits(csv: Path, tmp_path: Path) -> None:
    to, lost = tmp_path / "p" / "panel.parquet", tmp_path / "lost.parquet"
    run = CliRunner().invoke(app, ["panel", str(csv), "--to", str(to), "--rejected", str(lost)])
    assert run.exit_code == 1, run.output
    assert "18 rows read with pandas: 3 used, 15 rejected" in run.stdout
    assert "3 rows: `date` is not a date" in run.stdout
    assert str(lost) in run.stdout
    assert is_panel(to)
    assert run.stderr == ""
    pq.write_table(table(CLEAN), tmp_path / "clean.parquet")
    run = CliRunner().invoke(
        app, ["panel", str(tmp_path / "clean.parquet"), "--to", str(to), "--rejected", str(lost)]
    )
    assert (run.exit_code, lost.exists()) == (0, False), run.output
    run = CliRunner().invoke(app, ["panel", str(tmp_path / "no.parquet"), "--to", str(to)])
    assert run.exit_code == 2
    assert run.stderr.startswith("Error: ")


def test_no_rows_make_a_panel_without_rows(engine: str, tmp_path: Path) -> None:
    pq.write_table(table([]), tmp_path / "rows.parquet")
    done = reduce_files(tmp_path / "rows.parquet", tmp_path / "panel.parquet", engine=engine)  # type: ignore[arg-type]
    assert (done.rows, done.about.first_date, done.about.read) == (0, None, 0)
    pd.testing.assert_frame_equal(read_panel(done.panel), expected([]))


def test_only_what_is_ours_is_overwritten(csv: Path, tmp_path: Path) -> None:
    to, mine = tmp_path / "out" / "panel.parquet", tmp_path / "mine.parquet"
    reduce_files(csv, to)
    done = reduce_files(csv, to)
    assert is_panel(to) and is_rejected(done.rejected) and not is_rejected(to)
    pq.write_table(table(CLEAN), mine)
    before = mine.read_bytes(), csv.read_bytes()
    for given, where, away, words in (
        (mine, mine, None, "among the inputs"),
        (csv, csv.with_suffix(".parquet"), csv, "among the inputs"),
        (csv, mine, None, "is no panel"),
        (mine, to, mine, "among the inputs"),
        (csv, to, mine, "is no file of rejected rows"),
        (csv, to, to, "name two files"),
    ):
        with pytest.raises(ParameterError, match=words):
            reduce_files(given, where, rejected=away)
    assert (mine.read_bytes(), csv.read_bytes()) == before


def test_a_panel_in_the_folder_that_is_read_is_not_read_again(tmp_path: Path) -> None:
    pq.write_table(table(CLEAN), tmp_path / "rows.parquet")
    to = tmp_path / "panel.parquet"
    before = reduce_files(tmp_path, to).panel.read_bytes()
    with pytest.raises(ParameterError, match="among the inputs"):
        reduce_files(tmp_path, to)
    assert to.read_bytes() == before


def test_a_disk_that_refuses_is_not_taken_for_the_inputs(
    engine: str, csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = csv.with_name("file")
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match="could not be written"):
        reduce_files(csv, blocked / "panel.parquet", engine=engine)  # type: ignore[arg-type]
    to = csv.with_name("panel.parquet")
    reduce_files(csv, to, engine=engine)  # type: ignore[arg-type]
    files = {path.name: path.read_bytes() for path in csv.parent.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(SourceError, match=r"panel\.parquet could not be written: No space left"):
        reduce_files(csv, to, engine=engine)  # type: ignore[arg-type]
    assert {path.name: path.read_bytes() for path in csv.parent.iterdir()} == files
