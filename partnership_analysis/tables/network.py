"""Tables of a group: its members, its connections, and how far it returns what it is given."""

from __future__ import annotations

from typing import Any

import pandas as pd

from partnership_analysis.metrics.names import by_name, member_said
from partnership_analysis.metrics.network.members import GIVES, RECEIVES
from partnership_analysis.tables.display import DASH, Shown, both_ends, look, ranges
from partnership_analysis.wording import money, one_time_in, shortened

LABELS = {GIVES: "◀ gives more", RECEIVES: "▶ receives more"}


def members_table(
    totals: pd.DataFrame, reciprocity: pd.DataFrame, *, currency: str = "", rows: int | None = 20
) -> Shown:
    """What every member gave and received, the largest surplus of received first.

    Parameters
    ----------
    totals : DataFrame
        As :func:`partnership_analysis.member_totals` gives it.
    reciprocity : DataFrame
        As :func:`partnership_analysis.member_reciprocity` gives it, of the same pairs.
    currency : str
        ISO code of the values.
    rows : int, optional
        Show only so many, from both ends of the balance.
    """
    shown = both_ends(reciprocity, rows)
    known = totals.set_index("member").reindex(shown["member"])
    table = pd.DataFrame({"member": shown["member"].map(member_said).to_numpy()})
    for name in ("received", "given"):
        table[name] = shown[name].to_numpy()
        table[f"{name}_partners"] = known[f"{name}_partners"].to_numpy()
    table["share"] = shown["share"].to_numpy()
    table["interval"] = ranges(shown["low"], shown["high"], "{:.0%}".format)
    table["met"] = known["met"].to_numpy()
    if totals["value_received"].notna().any():
        table["value"] = [money(value, currency) for value in known["value_received"]]
    table["label"] = [LABELS.get(label, label) for label in shown["label"]]
    labels = {
        "received_partners": "from",
        "given_partners": "to",
        "share": "share received",
        "met": "others met",
        "value": "won",
        "label": "exchange",
    }
    built = look(table, "members", labels, text=("member", "label")).fmt_percent("share", decimals=0)
    if len(reciprocity) > len(shown):
        built = built.tab_source_note(f"and {len(reciprocity) - len(shown):,} more between")
    return Shown(built, table, "Nobody is on record in this group.")


def missing_connections_table(missing: pd.DataFrame, *, rows: int = 10) -> Shown:
    """Who should meet next, the most promising pair first.

    Parameters
    ----------
    missing : DataFrame
        As :func:`partnership_analysis.missing_connections` gives it.
    rows : int
        Show only so many.
    """
    table = missing.head(rows)[["member", "other", "shared", "through"]].copy()
    table["through"] = [DASH if pd.isna(names) else shortened(str(names), 60) for names in table["through"]]
    for side in ("member", "other"):
        table[side] = table[side].map(member_said).astype("string")
    labels = {"other": "should meet", "shared": "both work with", "through": "introduced by"}
    built = look(table, "missing-connections", labels, text=("member", "other", "through"))
    return Shown(built, table, "Everybody has something with everybody else.")


def combinations_table(counts: pd.DataFrame, *, rows: int | None = 20) -> Shown:
    """With how many others each member did both, one, or neither; who is connected least last.

    Parameters
    ----------
    counts : DataFrame
        As :func:`partnership_analysis.combination_counts` gives it, by member.
    rows : int, optional
        Show only so many, from both ends.
    """
    ordered = counts.sort_values(
        ["share_connected", "member"], ascending=[False, True], key=by_name, na_position="last", kind="stable"
    )
    table = both_ends(ordered, rows).reset_index(drop=True)
    table["member"] = table["member"].map(member_said).astype("string")
    labels = {
        "both": "● referred and met",
        "referral_only": "▲ referred only",
        "meeting_only": "○ met only",
        "share_connected": "connected with",
    }
    built = look(table, "combinations", labels, text=("member",)).fmt_percent("share_connected", decimals=0)
    if len(counts) > len(table):
        built = built.tab_source_note(f"and {len(counts) - len(table):,} more between")
    return Shown(built, table, "Nobody is on record in this group.")


def group_table(reciprocity: pd.DataFrame, concentration: pd.DataFrame) -> Shown:
    """How the group as a whole stands: returned ties, and whether giving and getting hang on few.

    Parameters
    ----------
    reciprocity : DataFrame
        As :func:`partnership_analysis.group_reciprocity` gives it.
    concentration : DataFrame
        As :func:`partnership_analysis.group_concentration` gives it.
    """
    row: Any = next(reciprocity.itertuples(index=False))
    rows = [
        ("pairs of members who refer, of all", _share(row.density), DASH, ""),
        (
            "referral ties that are returned",
            _share(row.returned),
            f"{_share(row.expected)} by chance",
            row.label,
        ),
    ]
    side: Any
    for side in concentration.itertuples(index=False):
        top = "" if pd.isna(side.top) else f", {shortened(member_said(side.top), 30)}"
        chance = (
            DASH
            if pd.isna(side.chance)
            else f"so uneven by chance {one_time_in(max(float(side.chance), 1e-9))}"
        )
        rows.append((f"largest share of {side.side}{top}", _share(side.top_share), chance, side.label))
    table = pd.DataFrame(rows, columns=["what", "share", "beside", "finding"])
    table["finding"] = [DASH if pd.isna(words) or not words else words for words in table["finding"]]
    return Shown(look(table, "group", {"what": "", "beside": ""}, text=("what", "beside", "finding")), table)


def _share(value: Any) -> str:
    return DASH if pd.isna(value) else f"{value:.0%}"
