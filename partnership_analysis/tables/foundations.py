"""Tables of what a partnership rests on, and of the groups of stakeholders that are covered."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.tables.blocks import Block
from partnership_analysis.tables.display import DASH, NO_BREAK, Shown, look, ranges
from partnership_analysis.wording import joined, signed


def foundation_table(foundations: pd.DataFrame) -> Shown | Block:
    """The seven foundations of one partner: both ratings, how each changed, and whether it is out of date.

    Nothing where nobody rated any: the chart beside it says so.

    Parameters
    ----------
    foundations : DataFrame
        One partner's rows of :func:`partnership_analysis.foundations`.
    """
    sides = {
        rater: foundations[foundations["rater"] == rater].reset_index(drop=True) for rater in ("us", "them")
    }
    table = pd.DataFrame({"factor": sides["us"]["factor"].astype("string").str.replace("_", " ")})
    for rater, rows in sides.items():
        table[rater] = rows["score"]
        table[f"{rater}_change"] = rows["change"]
    table["gap"] = table["us"] - table["them"]
    old = {rater: rows["stale"].fillna(False) for rater, rows in sides.items()}
    table["note"] = [
        " and ".join(side for side, late in (("ours", one), ("theirs", other)) if late) + " out of date"
        if one or other
        else pd.NA
        for one, other in zip(old["us"], old["them"], strict=True)
    ]
    if table["note"].isna().all():
        table = table.drop(columns="note")
    labels = {
        "us": "ours",
        "us_change": "change",
        "them": "theirs",
        "them_change": "change",
        "factor": "foundation",
    }
    built = look(table, "foundations", labels, text=("factor", "note"))
    built = built.fmt_number(["us", "them"], decimals=1)
    built = built.fmt_number(["us_change", "them_change", "gap"], decimals=1, force_sign=True)
    if table[["us", "them"]].isna().all(axis=None) and len(table):
        return Block("")
    return Shown(built, table)


def foundation_summary_table(summary: pd.DataFrame, *, rows: int = 10) -> Shown:
    """Both sides' mean of each partner, where they differ most, and what is not rated.

    Parameters
    ----------
    summary : DataFrame
        Rows in the order to show, as :func:`partnership_analysis.foundation_summary` gives them.
    rows : int
        Show only so many.
    """
    shown = summary.head(rows)
    table = shown[["partner", "us", "them", "mean_gap"]].copy()
    table["widest"] = [
        DASH if pd.isna(gap) else f"{str(factor).replace('_', ' ')} {signed(gap, 1)}".replace(" ", NO_BREAK)
        for factor, gap in zip(shown["widest"], shown["widest_gap"], strict=True)
    ]
    table["rated"] = [
        f"{us} / {them}" for us, them in zip(shown["us_rated"], shown["them_rated"], strict=True)
    ]
    labels = {
        "us": "ours",
        "them": "theirs",
        "mean_gap": "gap",
        "widest": "widest gap",
        "rated": "rated of 7, by us / them",
    }
    built = look(table, "foundation-summary", labels, text=("partner", "widest"))
    built = built.fmt_number(["us", "them"], decimals=1).fmt_number("mean_gap", decimals=1, force_sign=True)
    return Shown(built, table, "Nobody has rated a partnership.")


def agreement_table(agreement: pd.DataFrame) -> Shown:
    """How far both sides agree on each foundation over all partners.

    Parameters
    ----------
    agreement : DataFrame
        As :func:`partnership_analysis.rater_agreement` gives it.
    """
    table = agreement[["factor", "pairs", "us", "them", "gap", "kappa"]].copy()
    table["factor"] = table["factor"].str.replace("_", " ")
    table["interval"] = ranges(agreement["kappa_low"], agreement["kappa_high"])
    labels = {
        "pairs": "partners",
        "us": "ours",
        "them": "theirs",
        "kappa": "agreement",
        "factor": "foundation",
    }
    built = look(table, "agreement", labels, text=("factor",)).fmt_number(["us", "them", "kappa"], decimals=1)
    return Shown(built.fmt_number("gap", decimals=1, force_sign=True), table)


def stakeholder_table(found: pd.DataFrame) -> Shown:
    """Groups of stakeholders: who is there, what they brought, who introduced us and who could.

    Parameters
    ----------
    found : DataFrame
        As :func:`partnership_analysis.stakeholder_map` gives it.
    """
    table = found[["stakeholder", "partners", "rvi", "received", "introduced", "could_introduce"]].copy()
    table["through"] = [
        DASH if pd.isna(names) else joined(str(names).split("; ")) for names in found["through"]
    ]
    if not found["covered"].all():
        table.insert(1, "state", [DASH if mark else "▲ nobody" for mark in found["covered"]])
    labels = {
        "state": "",
        "rvi": "mean RVI",
        "received": "referrals",
        "introduced": "introductions",
        "could_introduce": "could introduce us to it",
        "through": "first among them",
    }
    built = look(table, "stakeholders", labels, text=("stakeholder", "state", "through"))
    return Shown(built.fmt_number("rvi", decimals=1), table, "Nobody is described.")
