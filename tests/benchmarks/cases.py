"""What was measured: a case beside its rival, and the table of all cases."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from measuring import Measured

MARK = "<!-- bench -->"
"""Stands before and after the table."""
GROWTH = 1.05
"""What an exponent should stay under."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One line of the table.

    Parameters
    ----------
    group, what : str
        The table that it belongs to, and its name there.
    seconds, peak_mb : float
        Medians of `runs`; of the peak nothing where it was not measured.
    rival : str
        The case of the same group whose seconds are the measure of these.
    ratio : float, optional
        Seconds by the rival's; a growth exponent where there is no rival.
    aim, aim_mb : float, optional
        What the ratio and the peak should stay under.
    note : str
        What a reader must know to read the numbers right.
    """

    group: str
    what: str
    seconds: float
    peak_mb: float | None
    runs: int
    rival: str = ""
    ratio: float | None = None
    aim: float | None = None
    aim_mb: float | None = None
    note: str = ""

    @classmethod
    def of(cls, group: str, what: str, done: Measured, **more: Any) -> Case:
        """A case of what was measured."""
        return cls(group, what, done.seconds, done.peak_mb or None, done.runs, **more)

    @property
    def missed(self) -> list[str]:
        """Which aims it does not reach, in words."""
        time = self.aim and self.ratio and self.ratio > self.aim
        memory = self.aim_mb and self.peak_mb and self.peak_mb > self.aim_mb
        return [*([f"{self.aim:g}"] if time else []), *([f"{self.aim_mb:g} MB"] if memory else [])]


def beside_rivals(cases: Iterable[Case]) -> list[Case]:
    """The cases with their ratios."""
    cases = list(cases)
    seconds = {(case.group, case.what): case.seconds for case in cases}
    return [
        dataclasses.replace(case, ratio=case.seconds / seconds[case.group, case.rival])
        if case.rival
        else case
        for case in cases
    ]


def growth(
    group: str,
    what: str,
    small: float,
    large: float,
    times: float,
    runs: int,
    *,
    aim: float | None = GROWTH,
    note: str = "",
) -> Case:
    """How the seconds grow from one size to another: 1 is as the size does, 2 with its square."""
    exponent = math.log(large / small) / math.log(times)
    return Case(group, what, large, None, runs, ratio=exponent, aim=aim, note=note)


def table(cases: Iterable[Case], machine: str) -> str:
    """The cases as Markdown tables."""
    parts = [machine]
    for group, some in groupby(cases, key=lambda case: case.group):
        grows = "growth" in group
        head = ["seconds", "exponent" if grows else "times the rival", "peak MB", "aim"]
        lines = [f"| {group} | {' | '.join(head)} |", "|---" * 5 + "|"]
        parts.append("\n".join([*lines, *map(_line, some)]))
    return "\n\n".join(parts)


def _line(case: Case) -> str:
    aims = [*([f"{case.aim:g}"] if case.aim else []), *([f"{case.aim_mb:g} MB"] if case.aim_mb else [])]
    told = " and ".join(f"{aim}: **missed**" if aim in case.missed else aim for aim in aims)
    what = f"{case.what} ({case.note})" if case.note else case.what
    ratio = "" if case.ratio is None else f"{case.ratio:.2f}"
    peak = "" if case.peak_mb is None else f"{case.peak_mb:,.0f}"
    seconds = f"{case.seconds:.2f}" if case.seconds < 10 else f"{case.seconds:,.0f}"
    return f"| {what} | {seconds} | {ratio} | {peak} | {told} |"


def write(cases: list[Case], machine: dict[str, Any], path: Path) -> None:
    """The cases as JSON."""
    found = {"machine": machine, "cases": [dataclasses.asdict(case) for case in cases]}
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def insert(page: Path, text: str) -> bool:
    """Put the table between the page's two marks; whether it has them."""
    parts = page.read_text(encoding="utf-8").split(MARK)
    if len(parts) != 3:
        return False
    page.write_text(f"{parts[0]}{MARK}\n\n{text}\n\n{MARK}{parts[2]}", encoding="utf-8")
    return True
