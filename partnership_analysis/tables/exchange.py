"""Tables and sentences of the exchange: balance, conversion, patterns, trade, what is in it for both."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from partnership_analysis.metrics.exchange import advice
from partnership_analysis.metrics.exchange.patterns import (
    DORMANT,
    MEETS_ONLY,
    WE_GIVE_ONLY,
    WE_RECEIVE_ONLY,
    WORKING,
)
from partnership_analysis.metrics.names import by_name
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.tables.blocks import Sentences
from partnership_analysis.tables.display import DASH, NO_BREAK, Shown, both_ends, look, ranges
from partnership_analysis.wording import count_of, money, shortened

FIRST = {"us": "we", "them": "they", "same day": "both, one day"}
PATTERN_MARKS = {
    WORKING: "⇄ working",
    WE_GIVE_ONLY: "◀ we give",
    WE_RECEIVE_ONLY: "▶ they give",
    MEETS_ONLY: "○ meets only",
    DORMANT: "· dormant",
}


def balance_table(balance: pd.DataFrame, firsts: pd.DataFrame, *, rows: int | None = None) -> Shown:
    """How every exchange stands since the beginning, who gave first, and who waits for an answer.

    Parameters
    ----------
    balance : DataFrame
        As :func:`partnership_analysis.running_balance` gives it.
    firsts : DataFrame
        As :func:`partnership_analysis.first_giver` gives it.
    rows : int, optional
        Show only so many, from both ends of the balance.
    """
    last = balance.groupby("partner", sort=True).tail(1)[["partner", "balance"]]
    whole = firsts.merge(last, on="partner", how="inner")
    whole = whole[whole["first"].notna()].sort_values(
        ["balance", "partner"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )
    shown = both_ends(whole, rows)
    waits = [
        DASH
        if pd.isna(side)
        else f"{'they wait' if side == 'us' else 'we wait'}, {count_of(int(days), 'day')}".replace(
            " ", NO_BREAK
        )
        for side, days in zip(shown["waiting_for"], shown["waiting_days"], strict=True)
    ]
    table = pd.DataFrame(
        {
            "partner": shown["partner"],
            "balance": shown["balance"],
            "first": [
                FIRST[str(side)] + " *" * (older is True)
                for side, older in zip(shown["first"], shown["partial"].astype(object), strict=True)
            ],
            "days": shown["days"],
            "waits": waits,
        }
    ).reset_index(drop=True)
    labels = {
        "balance": "received less given",
        "first": "gave first",
        "days": "days to the answer",
        "waits": "no answer yet",
    }
    built = look(table, "balance", labels, text=("partner", "first", "waits"))
    if any(text.endswith("*") for text in table["first"]):
        built = built.tab_source_note("* The partnership is older than the record: as far as it goes.")
    return Shown(built.fmt_integer("balance", force_sign=True), table, "No referral is on record.")


def conversion_table(conversion: pd.DataFrame, *, currency: str = "", rows: int | None = None) -> Shown:
    """From meetings to referrals to business won, with the intervals of both shares.

    Parameters
    ----------
    conversion : DataFrame
        As :func:`partnership_analysis.conversion` gives it.
    currency : str
        ISO code of the value.
    rows : int, optional
        Show only the first so many.
    """
    by = str(conversion.columns[0])
    shown = conversion if rows is None else conversion.head(rows)
    table = shown[[by, "meetings", "received", "given", "per_meeting"]].copy()
    table["per_interval"] = ranges(shown["per_meeting_low"], shown["per_meeting_high"])
    for name in ("won", "lost", "open", "won_share"):
        table[name] = shown[name]
    table["won_interval"] = ranges(shown["won_low"], shown["won_high"], "{:.0%}".format)
    if conversion["won_value"].notna().any():
        table["won_value"] = [money(value, currency) for value in shown["won_value"]]
    if conversion["days"].notna().any():
        table["days"] = shown["days"]
    labels = {
        by: by if by != "portfolio" else "",
        "per_meeting": "each",
        "per_interval": "interval",
        "won_share": "of decided",
        "won_interval": "interval",
        "won_value": "value",
        "days": "days to outcome",
    }
    built = look(table, f"conversion-{by}", labels, text=(by,))
    built = built.tab_spanner("referrals", ["received", "given"])
    built = built.tab_spanner("for each meeting", ["per_meeting", "per_interval"])
    built = built.tab_spanner(
        "what became of those received",
        [name for name in ("won", "lost", "open", "won_share", "won_interval", "won_value") if name in table],
    )
    built = built.fmt_number("per_meeting", decimals=1).fmt_percent("won_share", decimals=0)
    if "days" in table.columns:
        built = built.fmt_number("days", decimals=0)
    built = built.tab_source_note("Referrals and introductions; one that stands on several rows counts once.")
    return Shown(built, table, "There is no meeting and no referral in the window.")


def patterns_table(patterns: pd.DataFrame, *, quarters: int = 4, rows: int | None = 12) -> Shown:
    """The last quarters of everybody who was not working in one of them, those most often so first.

    Parameters
    ----------
    patterns : DataFrame
        As :func:`partnership_analysis.exchange_patterns` gives it.
    quarters : int
        How many quarters stand beside each other.
    rows : int, optional
        Show only so many partners.
    """
    ends = sorted(patterns["end"].unique())[-quarters:]
    last = patterns[patterns["end"].isin(ends)]
    count = last["pattern"].ne(WORKING).groupby(last["partner"]).sum()
    here = last.loc[last["end"] == ends[-1], "partner"] if ends else last["partner"]
    odd = count[(count > 0) & count.index.isin(here)].rename_axis("partner").reset_index(name="odd")
    chosen = odd.sort_values(["odd", "partner"], ascending=[False, True], key=by_name, kind="stable")[
        "partner"
    ]
    shown = list(chosen if rows is None else chosen.head(rows))
    names = [str(name) for name in last.sort_values("end")["quarter"].unique()]
    wide = last.pivot(index="partner", columns="quarter", values="pattern").reindex(
        index=shown, columns=names
    )
    table = pd.DataFrame({"partner": shown})
    for name in names:
        table[name] = [DASH if pd.isna(mark) else PATTERN_MARKS[str(mark)] for mark in wide[name]]
    labels = {name: f"{name[:4]} {name[4:]}" for name in names}
    built = look(table, "patterns", labels, text=("partner", *names))
    if len(chosen) > len(shown):
        built = built.tab_source_note(f"and {len(chosen) - len(shown):,} more")
    return Shown(built, table, "Every exchange worked in these quarters.")


def barter_table(barter: pd.DataFrame) -> Shown:
    """Those with whom we trade services: hours in trade, their share with its interval, and the limit.

    Parameters
    ----------
    barter : DataFrame
        As :func:`partnership_analysis.barter` gives it.
    """
    by = str(barter.columns[0])
    shown = barter[barter["trades"] > 0].reset_index(drop=True)
    table = shown[[by, "trades", "trade_hours", "hours", "share"]].copy()
    table["interval"] = ranges(shown["low"], shown["high"], "{:.0%}".format)
    table["limit"] = shown["limit"]
    table["verdict"] = [
        "too little on record" if pd.isna(over) else "over the limit" if over else "within the limit"
        for over in shown["over"]
    ]
    labels = {"trade_hours": "hours in trade", "hours": "of all hours", "verdict": ""}
    built = look(table, f"barter-{by}", labels, text=(by, "verdict"))
    built = built.fmt_number(["trade_hours", "hours"], decimals=0)
    return Shown(
        built.fmt_percent(["share", "limit"], decimals=0), table, "No trade is on record in the window."
    )


def commission_table(commission: pd.DataFrame, *, currency: str = "") -> Shown:
    """Those for whom commission is all that comes back.

    Parameters
    ----------
    commission : DataFrame
        As :func:`partnership_analysis.commission_only` gives it.
    currency : str
        ISO code of the amounts.
    """
    table = commission[["partner", "side", "referrals"]].copy()
    for name in ("value", "commission"):
        table[name] = [money(value, currency) for value in commission[name]]
    table["evidence"] = commission["evidence"]
    labels = {"side": "", "value": "won from them"}
    built = look(table, "commission", labels, text=("partner", "side", "evidence"))
    return Shown(built, table, "For nobody is commission all that comes back, as far as it is on record.")


def wiifm_table(wiifm: pd.DataFrame, *, currency: str = "", rows: int | None = None) -> Shown:
    """What each side says it gets beside what it got: first where a statement is missing or nothing arrived.

    Parameters
    ----------
    wiifm : DataFrame
        As :func:`partnership_analysis.wiifm` gives it.
    currency : str
        ISO code of the amounts.
    rows : int, optional
        Show only the first so many.
    """
    calm = (wiifm["missing"] == "none") & (wiifm["nothing_for"] == "none")
    ordered = pd.concat([wiifm[~calm], wiifm[calm]])
    shown = ordered if rows is None else ordered.head(rows)
    table = pd.DataFrame({"partner": shown["partner"]})
    for side, way, commission in (("us", "received", "earned"), ("them", "given", "paid")):
        table[f"said_{side}"] = [
            DASH if pd.isna(text) else shortened(str(text), 44) for text in shown[f"wiifm_{side}"]
        ]
        table[f"got_{side}"] = [_got(row, way, commission, currency) for row in shown.to_dict("records")]
    table = table.reset_index(drop=True)
    labels = {"said_us": "we say", "got_us": "we got", "said_them": "they say", "got_them": "they got"}
    built = look(table, "wiifm", labels, text=tuple(table.columns))
    built = built.tab_spanner("in it for us", ["said_us", "got_us"])
    built = built.tab_spanner("in it for them", ["said_them", "got_them"])
    if len(ordered) > len(shown):
        built = built.tab_source_note(f"and {len(ordered) - len(shown):,} more")
    return Shown(built, table, "No partnership is on record.")


def _got(row: dict[Any, Any], way: str, commission: str, currency: str) -> str:
    """What one side measurably got, in words."""
    parts = [count_of(int(row[way]), "referral")] if row[way] else []
    if not pd.isna(row[f"value_{way}"]) and row[f"value_{way}"] > 0:
        parts.append(f"{money(row[f'value_{way}'], currency)} won")
    amount = row[f"commission_{commission}"]
    if not pd.isna(amount) and amount > 0:
        parts.append(f"{money(amount, currency)} commission")
    other = int(row[f"other_{way}"] + row["joint"])
    if other:
        parts.append(count_of(other, "other activity", "other activities"))
    if row["trades"]:
        parts.append(count_of(int(row["trades"]), "trade"))
    return ", ".join(parts) or "nothing on record"


def one_sided_sentences(sided: pd.DataFrame, *, rows: int = 8) -> Sentences:
    """Who is one-sided beyond chance, and how sure that is, a sentence each.

    Parameters
    ----------
    sided : DataFrame
        As :func:`partnership_analysis.one_sided` gives it.
    rows : int
        Name only so many, the surest.
    """
    words = [f"{row.partner}: {row.evidence}." for row in sided.head(rows).itertuples()]
    if len(sided) > rows:
        words.append(f"And {len(sided) - rows:,} more.")
    return Sentences(words or ["Nobody is one-sided beyond chance."])


def exchange_advice(portfolio: Portfolio, day: dt.date) -> Sentences:
    """What to do about the exchange, by :func:`partnership_analysis.metrics.exchange.advice.exchange_advice`."""
    return Sentences(advice.exchange_advice(portfolio, as_of=day))
