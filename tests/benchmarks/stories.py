"""How often each planted story is found, and how many others its measure accuses, over samples from many seeds.

Run from the project's root::

    python tests/benchmarks/stories.py [SAMPLES]

Writes ``stories.csv`` and ``alarms.csv`` in ``partnership_analysis/metrics/measured`` and prints them as Markdown tables. A partner
is falsely accused if neither the story nor one that implies it is planted; ``promised`` is the share that the measure's
own error rate allows: on one day, and for the alarms within a year.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from metrics.stories import alarmed_in_a_year, judged  # noqa: E402

from partnership_analysis.sample import END, sample  # noqa: E402

SAMPLES = 200
RESULTS = ROOT / "partnership_analysis" / "metrics" / "measured"

ON_A_DAY = 0.02
"""Share of months in which a steady partner is alarmed, one way: measured at 1.6 to 1.8% (``worlds.csv``)."""
IN_A_YEAR = 0.1
PROMISED = {
    # An exact test at 5%, two-sided: each direction takes half.
    "one-sided taker": 0.025,
    "one-sided giver": 0.025,
    **dict.fromkeys(("slow decline", "stopped", "riser"), ON_A_DAY),
}
"""What chance may accuse; every other measure counts what is on record and may accuse nobody."""


def of_seed(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Found and accused, in numbers, of one sample: by story, and by alarm within a year."""
    made = sample(seed=seed)
    table = judged(made, END)
    for name in ("planted", "found", "accused"):
        table[name] = table[name].map(len)
    return table, alarmed_in_a_year(made, END)


def measured(samples: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares found and accused with their standard errors: one row a story, and one row an alarm."""
    with ProcessPoolExecutor() as pool:
        days, years = zip(*pool.map(of_seed, range(1, samples + 1), chunksize=5), strict=True)
    sums = pd.concat(days).groupby("story", sort=False)[["planted", "found", "accused", "others"]].sum()
    stories = pd.DataFrame({"samples": samples}, index=sums.index)
    _add(stories, "found", sums["found"], sums["planted"])
    _add(stories, "accused", sums["accused"], sums["others"])
    stories["promised"] = [PROMISED.get(str(story), 0.0) for story in sums.index]
    sums = pd.concat(years).groupby("alarm", sort=False)[["accused", "others"]].sum()
    alarms = pd.DataFrame({"samples": samples, "partner_years": sums["others"]}, index=sums.index)
    _add(alarms, "accused", sums["accused"], sums["others"])
    return stories.reset_index(), alarms.assign(promised=IN_A_YEAR).reset_index()


def _add(table: pd.DataFrame, name: str, some: pd.Series, whole: pd.Series) -> None:
    share = some / whole
    table[name] = share.round(4)
    table[f"{name}_error"] = np.sqrt(share * (1 - share) / whole).round(4)


def main(samples: int) -> None:
    """Measure, write and print."""
    stories, alarms = measured(samples)
    stories.to_csv(RESULTS / "stories.csv", index=False, lineterminator="\n")
    alarms.to_csv(RESULTS / "alarms.csv", index=False, lineterminator="\n")
    print("| story | found | falsely accused on a day | promised at most |\n|---|---|---|---|")
    for row in stories.itertuples():
        print(f"| {row.story} | {row.found:.1%} | {row.accused:.2%} | {row.promised:.1%} |")
    print("\n| alarm | steady partner-years | falsely accused | promised at most |\n|---|---|---|---|")
    for row in alarms.itertuples():
        print(f"| {row.alarm} | {row.partner_years:,} | {row.accused:.1%} | {row.promised:.0%} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
