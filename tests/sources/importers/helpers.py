"""Reading results back."""

from __future__ import annotations

from typing import Any

import pandas as pd

import partnership_analysis as pa
from partnership_analysis.sources.ledger import RECOGNISED


def cells(frame: pd.DataFrame, *columns: str) -> list[list[Any]]:
    """Rows of some columns: days as text, nothing as None."""
    made = frame[list(columns)].copy()
    for name in made.select_dtypes("datetime"):
        made[name] = made[name].dt.strftime("%Y-%m-%d")
    return [
        [None if pd.isna(cell) else cell for cell in row] for row in made.astype(object).to_numpy().tolist()
    ]


def left_out(done: pa.Imported) -> dict[str, int]:
    """Reasons for which rows were left out, with their rows."""
    reasons = done.ledger.reasons(RECOGNISED)
    return dict(zip(reasons["reason"], reasons["rows"].tolist(), strict=True))


def account(done: pa.Imported) -> tuple[int, int, int, int]:
    """Rows read, accepted, rejected and recognised."""
    ledger = done.ledger
    return ledger.read, ledger.accepted, ledger.rejected, ledger.recognised
