"""A real export that nobody here wrote, loaded with the mapping that ships."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import partnership_analysis as pa

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared/data/getground"
MAPPING = ROOT / "data/mappings/getground.toml"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside the repository")


@pytest.fixture(scope="module")
def portfolio() -> pa.Portfolio:
    return pa.load(DATA, MAPPING)


def test_every_row_is_in(portfolio: pa.Portfolio) -> None:
    assert (len(portfolio.interactions), len(portfolio.partners)) == (1470, 522)
    assert (portfolio.ledger.rejected, portfolio.ledger.recognised) == (0, 0)
    assert portfolio.missing == ("ratings", "actions")
    assert portfolio.settings.us == "GetGround"
    assert portfolio.settings.assumed_trust is None


def test_only_unread_columns_are_noted(portfolio: pa.Portfolio) -> None:
    # Above all: no referral is older than its partner's registration, and every partner is described.
    reasons = portfolio.ledger.notes["reason"].tolist()
    assert all(reason.startswith("columns that the mapping does not read") for reason in reasons)


def test_both_directions(portfolio: pa.Portfolio) -> None:
    counts = portfolio.interactions.groupby(["partner", "direction"]).size().unstack(fill_value=0)
    assert counts.loc["Partner 7"].to_dict() == {"given": 0, "received": 253}
    assert counts.loc["Partner 191"].to_dict() == {"given": 130, "received": 0}
    assert len(counts) == 110
    assert int((counts > 0).all(axis=1).sum()) == 4


def test_statuses_references_and_dates(portfolio: pa.Portfolio) -> None:
    rows = portfolio.interactions
    assert rows["status"].value_counts().to_dict() == {"won": 878, "open": 535, "lost": 57}
    assert int(rows["reference"].isna().sum()) == 176
    assert (portfolio.first_date, portfolio.last_date) == (
        pd.Timestamp("2020-09-01"),
        pd.Timestamp("2021-05-05"),
    )
    assert rows.iloc[0][["partner", "kind", "direction", "reference", "owner"]].tolist() == [
        *("Partner 4", "referral", "received", "385", "Potato")
    ]


def test_partners(portfolio: pa.Portfolio) -> None:
    partners = portfolio.partners
    assert len(portfolio.verticals) == 8
    assert partners["vertical"].value_counts()["Agent"] == 351
    assert int(partners["owner"].isna().sum()) == 5
    assert partners["relationship"].isna().all()
    assert partners["started"].notna().all()


def test_one_vertical(portfolio: pa.Portfolio) -> None:
    lenders = portfolio.select(vertical="Lender")
    assert len(lenders.partners) == 17
    assert set(lenders.interactions["partner"]) <= set(lenders.partners["partner"])
