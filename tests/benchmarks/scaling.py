"""What measures cost as partners become more: 36 months of 100, 10,000 and 1,000,000 of them.

Run from the project's root::

    python tests/benchmarks/scaling.py sample PARTNERS     every measure, on a sample with all its tables
    python tests/benchmarks/scaling.py network PARTNERS    what a ready panel can say, of a network with a long tail
    python tests/benchmarks/scaling.py signals PARTNERS    its signals, in a process of their own

Its last line is a JSON object: CPU seconds of each measure, one after the other in one process.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

from cases import Case, growth
from measuring import Failed, Measured, command
from rows import FIRST, LAST, query

MONTHS = 36
ROWS_A_PARTNER = 10
"""Of a network: most of its partners did little in three years."""
MEMORY_MB, GUARD = 16 * 1024.0, 22 * 2**30
"""What a million partners should stay within; bytes that a process may reserve, so that the machine does not swap."""
USED_UP = ("MemoryError", "Out of Memory", "OutOfMemory", "bad_alloc", "malloc of size", "realloc of size")
"""How Python, NumPy, DuckDB and Arrow say that there is no more memory."""
ON_A_PANEL = ("rvi", "reciprocity", "running_balance", "vertical_performance", "j_curve")
ALONE = ("signals",)
"""After the others there is no memory left for them: what was freed is still theirs."""


def sample(partners: int) -> dict[str, float]:
    """Every measure of a sample of that size."""
    from measures import measures, portfolio_of, spent

    import partnership_analysis as pa
    from partnership_analysis.panel import panel_of

    portfolio = portfolio_of(partners, MONTHS)
    found = {"panel": spent(partial(panel_of, portfolio)), "rvi": spent(partial(pa.rvi, portfolio))}
    rest = measures(portfolio.names[0])
    return found | {name: spent(partial(rest[name], portfolio)) for name in rest if name != "rvi"}


def network(partners: int, names: tuple[str, ...] = ON_A_PANEL) -> dict[str, float]:
    """What a ready panel can say and fits into the memory, told after each measure."""
    from measures import spent

    resource.setrlimit(resource.RLIMIT_DATA, (GUARD, GUARD))

    import partnership_analysis as pa

    with tempfile.TemporaryDirectory() as name:
        _write_network(Path(name), partners)
        found: dict[str, float] = {}
        portfolio = pa.load(name)
        for measure in names:
            with suppress(MemoryError):
                found[measure] = spent(partial(getattr(pa, measure), portfolio))
            print(json.dumps(found), flush=True)
    return found


def _write_network(folder: Path, partners: int) -> None:
    """A panel file, and settings that assume a trust, as nobody rated a million partners."""
    import duckdb
    from pyarrow import Table

    from partnership_analysis.panels import About, write_panel

    rows = partners * ROWS_A_PARTNER
    (folder / "settings.toml").write_text("assumed_trust = 3\n", encoding="utf-8")
    with duckdb.connect() as connection:
        reduced = connection.sql(f"""
            select partner, date_trunc('month', date)::timestamp as month, kind, direction, sum(count)::bigint as count,
                sum(value) as value, null::double as commission, sum(hours) as hours, null::double as cost
            from ({query(rows, partners)}) group by all order by all""")
        parts = map(Table.from_batches, ([part] for part in reduced.to_arrow_reader(1 << 18)))
        write_panel(folder / "panel.parquet", parts, lambda: About(FIRST, LAST, rows))


def cases(sizes: tuple[int, int, int]) -> list[Case]:
    """Both at their sizes, and how fast the cost grows."""
    few, many, most = sizes
    every = {size: _of("sample", size) for size in (few, many)}
    panels = {size: _of("network", size) for size in (many, most)}
    made = [case for size, run in every.items() for case in _costs(f"{size:,} partners", *run)]
    for size, (done, found) in panels.items():
        lacking = [name for name in ON_A_PANEL if name not in found]
        note = f"no memory for {', '.join(lacking)}" if lacking else ""
        if lacking:
            print(f"{size:,} partners: {note}", file=sys.stderr)
        made += _costs(f"a ready panel of {size:,} partners", done, found, note, MEMORY_MB)
    return [*made, *_alone(many, most), *_grown("a sample", every), *_grown("a ready panel", panels)]


def _alone(many: int, most: int) -> list[Case]:
    """The signals of a ready panel, as the other measures are told; how they grow is left to the reader."""
    made = []
    for size in (many, most):
        done, found = _of("signals", size)
        what = f"signals of all months, a ready panel of {size:,} partners"
        seconds = found.get(ALONE[0], float("nan"))
        note = "" if ALONE[0] in found else "no memory"
        made.append(
            Case(
                f"Measures of {MONTHS} months, CPU",
                what,
                seconds,
                done.peak_mb,
                1,
                aim_mb=MEMORY_MB,
                note=note,
            )
        )
    return made


def _costs(
    what: str, done: Measured, found: dict[str, float], note: str = "", aim_mb: float | None = None
) -> list[Case]:
    group = f"Measures of {MONTHS} months, CPU"
    each = {
        f"RVI of all months, {what}": found.get("rvi"),
        f"{len(found)} measures of {what}": sum(found.values()) or None,
    }
    return [
        Case(group, name, seconds, done.peak_mb, 1, aim_mb=aim_mb, note=note)
        for name, seconds in each.items()
        if seconds is not None
    ]


def _grown(what: str, runs: dict[int, tuple[Measured, dict[str, float]]]) -> list[Case]:
    """How the costs of what both sizes have measured grow."""
    (less, (_, small)), (more, (_, large)) = runs.items()
    group, times = "Measures: growth with the number of partners", more / less
    told = f"{what}, {less:,} to {more:,}"
    both = small.keys() & large.keys()
    made = []
    if "rvi" in both:
        made.append(growth(group, f"RVI of all months, {told}", small["rvi"], large["rvi"], times, 1))
    if both:
        sums = [sum(found[name] for name in both) for found in (small, large)]
        made.append(growth(group, f"{len(both)} measures, {told}", *sums, times, 1))
    return made


def _of(what: str, partners: int) -> tuple[Measured, dict[str, float]]:
    """What was measured, or what was before the memory was used up."""
    try:
        done = command([sys.executable, __file__, what, str(partners)])
    except Failed as failed:
        if not any(word in failed.done.output for word in USED_UP):
            raise
        done = failed.done
    told = [line for line in done.output.splitlines() if line.startswith("{")]
    return done, json.loads(told[-1]) if told else {}


if __name__ == "__main__":
    asked = {"sample": sample, "network": network, "signals": partial(network, names=ALONE)}
    print(json.dumps(asked[sys.argv[1]](int(sys.argv[2]))))
