"""How good the measures are, as the benchmarks found: tables that reports and notebooks state.

``tests/benchmarks/early_warning.py`` and ``stories.py`` write them; nothing else may.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

from partnership_analysis.errors import ParameterError

TUNED = ", tuned"
"""Mark of a rule whose threshold was set so that it errs as often as the others."""
TABLES = ("alarms", "early_warning", "stories", "worlds")


def measured(name: str) -> pd.DataFrame:
    """A table of what was measured by simulation.

    Parameters
    ----------
    name : {"early_warning", "worlds", "stories", "alarms"}
        ``early_warning``: share of real changes found. ``worlds``: false alarms where the assumptions hold and where
        they fail. ``stories``: planted stories found, and partners falsely accused. ``alarms``: false alarms in a year
        of samples.

    Returns
    -------
    DataFrame
        ``early_warning``: ``detector``, ``drop`` (share by which the rate fell; under 0 it rose), ``months`` within which
        ``found`` (share, with ``standard_error``), at ``false_alarms`` (share of steady partner-years).
        ``worlds``: ``world``, ``alarm``, ``false_alarms`` (share of steady partner-years, with ``standard_error``),
        ``months_alarmed`` (share of months). ``stories``, ``alarms``: shares ``found`` and ``accused`` with their errors
        (``found_error``, ``accused_error``), and what is ``promised`` at most.

    Raises
    ------
    ParameterError
        If there is no such table.

    Examples
    --------
    >>> measured("alarms")["promised"].tolist()
    [0.1, 0.1]
    """
    if name not in TABLES:
        raise ParameterError([f"there is no measured table {name!r}; choose one of {', '.join(TABLES)}."])
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    with files(__name__).joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


def detection_shares() -> pd.DataFrame:
    """What each rule finds of partners whose rate fell, all at about the same rate of false alarms.

    Returns
    -------
    DataFrame
        Rows of ``early_warning``: the signals as they are used, every other rule tuned to one false alarm in ten
        partner-years; the rule that finds most first.

    Examples
    --------
    >>> detection_shares()["detector"].unique().tolist()[:2]
    ['best possible', 'signals']
    """
    table = _read("early_warning")
    own = table["detector"].isin(["signals", "best possible"])
    shown = table[(table["drop"] > 0) & (own | table["detector"].str.endswith(TUNED))]
    shown = shown[shown["detector"] != f"signals{TUNED}"]
    shown = shown.assign(detector=shown["detector"].str.removesuffix(TUNED))
    order = shown.groupby("detector")["found"].mean().sort_values(ascending=False).index
    rank = shown["detector"].map({name: place for place, name in enumerate(order)})
    return (
        shown.assign(rank=rank)
        .sort_values(["rank", "drop", "months"], kind="stable", ignore_index=True)
        .drop(columns="rank")
    )


def false_alarms() -> float:
    """Share of years in which a steady partner is called silent or weakening, where the assumptions hold.

    >>> 0.05 < false_alarms() <= 0.1
    True
    """
    table = _read("worlds")
    return float(table.loc[table["alarm"] == "weakening or silent", "false_alarms"].iloc[0])
