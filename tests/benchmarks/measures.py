"""What every measure costs on 10,000 partners and 60 months, and the RVI beside the rolling sums that it replaces.

Run from the project's root on a quiet machine::

    python tests/benchmarks/measures.py [PARTNERS]

Prints a Markdown table: CPU seconds of each measure, one after the other in one process as a review asks for them, so that
the steps that they share (the panel, the grid of months) are paid by the first. Nothing here is asserted.
"""

from __future__ import annotations

import dataclasses
import inspect
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import partnership_analysis as pa
from partnership_analysis.panel import panel
from partnership_analysis.sample import sample
from partnership_analysis.sources.ledger import Ledger, joined_entries, sources_frame

PARTNERS, MONTHS = 10_000, 60
WITH: dict[str, dict[str, Any]] = {
    "lunch_plan": {"quarter": "2025Q4"},
    "partner_profile": {"quarter": "2025Q3"},
    "quarter_change": {"quarter": pa.Quarter(2025, 3)},
    "quarter_review": {"quarter": "2025Q3"},
}
"""What a measure must be told beside the portfolio; of a partner it is the first."""


def portfolio_of(partners: int, months: int = MONTHS) -> pa.Portfolio:
    """A sample of that size, without the time that reading takes."""
    made = sample(partners=partners, months=months, seed=5)
    ledger = Ledger(sources_frame([]), joined_entries([]))
    return pa.Portfolio(**made.tables, settings=made.settings, ledger=ledger)


def measures(partner: str) -> dict[str, Callable[..., Any]]:
    """Every public function of a portfolio that measures, with what it must be told."""
    found = {name: getattr(pa, name) for name in pa.__all__ if name != "explore"}
    asked = {
        name: (measure, set(inspect.signature(measure).parameters))
        for name, measure in found.items()
        if inspect.isfunction(measure)
    }
    return {
        name: partial(measure, **({"partner": partner} if "partner" in takes else {}), **WITH.get(name, {}))
        for name, (measure, takes) in asked.items()
        if "portfolio" in takes
    }


def spent(work: Callable[[], Any]) -> float:
    """CPU seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(partners: int) -> None:
    """Measure and print."""
    portfolio = portfolio_of(partners)
    print(f"{partners:,} partners, {MONTHS} months, {len(portfolio.interactions):,} interactions\n")
    print("| measure | CPU seconds |\n|---|---|")
    print(f"| the panel | {spent(lambda: panel(portfolio.interactions)):.2f} |")
    total = 0.0
    for name, measure in measures(portfolio.names[0]).items():
        seconds = spent(partial(measure, portfolio))
        total += seconds
        print(f"| `{name}` | {seconds:.2f} |", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| **together** | **{total:.1f}**, peak {peak:,.0f} MB |")
    table = pa.rvi_components(portfolio).pivot(index=["partner", "month"], columns="kind", values="count")
    frame = table.astype("int64").reset_index()
    kinds = list(frame.columns[2:])
    rolling = spent(lambda: [frame.groupby("partner")[kind].rolling(12).sum() for kind in kinds])
    anew = dataclasses.replace(portfolio)
    pa.rvi_components(anew)  # pays for the panel and the grid
    index = spent(lambda: pa.rvi(anew))
    print(
        f"\nRVI of all months, with trust, interval and band: {index:.2f} s; five bare rolling sums: {rolling:.2f} s."
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PARTNERS)
