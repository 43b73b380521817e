"""The report before this one: found beside it or named, and read for what it said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from partnership_analysis.errors import ParameterError
from partnership_analysis.metrics.review import Review
from partnership_analysis.metrics.since import Since, changes_since
from partnership_analysis.reports.manifest import is_report
from partnership_analysis.sources.paths import resolved


def changes_since_report(review: Review, folder: str | Path) -> Since | None:
    """What changed since an earlier report; None if no folder is given.

    Parameters
    ----------
    review : Review
    folder : str or Path
        Of the earlier report; a relative one is looked for as :func:`partnership_analysis.load` looks for tables.

    Returns
    -------
    Since or None
        ``moved``, ``promised`` and ``revised`` are frames, ``came`` and ``went`` lists; see
        :class:`partnership_analysis.metrics.since.Since`. None without a folder.

    Raises
    ------
    ParameterError
        If there is no report in the folder, or it is of no earlier quarter.

    Notes
    -----
    Source: article 001 (weak, weakening and non-producing partnerships).

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"date": ["2025-07-02"], "partner": "Ann", "kind": "referral", "direction": "received"})
    >>> review = pa.quarter_review(pa.Portfolio.from_frames(interactions=rows), "2025Q3")
    >>> changes_since_report(review, "") is None
    True
    """
    if not str(folder):
        return None
    place = resolved(folder)
    said = content_of(place).get("said")
    if not said:
        raise ParameterError([f"{place} holds no report that says what it said. Make that report again."])
    return changes_since(review, said)


def earlier_report(target: Path, *, portfolio: str, quarter: str, vertical: str) -> Path | None:
    """The latest report of an earlier quarter of the same portfolio and vertical, beside the one that is made.

    Parameters
    ----------
    target : Path
        Folder of the report that is made.
    portfolio : str
        Name of the portfolio's file or folder.
    quarter, vertical : str
        Of the report that is made.
    """
    found: list[tuple[str, str, Path]] = []
    beside = sorted(target.parent.iterdir()) if target.parent.is_dir() else []
    for folder in beside:
        if folder.name.startswith(".") or folder == target or not folder.is_dir() or not is_report(folder):
            continue
        content = content_of(folder)
        about: Mapping[str, Any] = content.get("parameters", {})
        same = (
            Path(str(about.get("portfolio", ""))).name == portfolio and about.get("vertical", "") == vertical
        )
        before = str(content.get("said", {}).get("quarter", ""))
        if same and before and before < quarter:
            found.append((before, folder.name, folder))
    return max(found)[2] if found else None


def content_of(folder: Path) -> dict[str, Any]:
    """The manifest of a report folder.

    Raises
    ------
    ParameterError
        If there is none, or none of ours.
    """
    if not is_report(folder):
        raise ParameterError(
            [f"{folder} is no report of ours: it has no manifest.json. Choose another folder."]
        )
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content
