"""A portfolio of which one partner may see everything."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import REFERRAL_KINDS, TABLES
from partnership_analysis.settings import Settings
from partnership_analysis.sharing.naming import Names
from partnership_analysis.sharing.tables import linked, meant, only, parts
from partnership_analysis.sources.ledger import Ledger
from partnership_analysis.sources.names import NameBook

HANDED_OUT: dict[str, tuple[str, ...]] = {
    "interactions": ("date", "partner", "kind", "direction", "count", "status", "value", "reference"),
    "partners": ("partner", "started"),
    "ratings": (),
    "actions": ("partner", "action", "created", "due", "done"),
}
"""The columns that a partner may see; a column that is not named here is not handed out.

``reference`` keeps only which rows are one referral, ``status`` and ``value`` only those of referrals. ``ended`` may lie
ahead of what the partner has been told; ``wiifm_us`` and ``wiifm_them`` are what we say among ourselves.
"""
SETTINGS_HANDED_OUT = ("us", "currency", "fiscal_year_start")
"""The settings that a partner may see; all others are as if nobody had set them."""


def for_partner(portfolio: Portfolio, name: str = "", *, values: bool = True) -> Portfolio:
    """A portfolio that holds nothing but what may be handed to one partner.

    Parameters
    ----------
    portfolio : Portfolio
    name : str
        The partner's name or an alias; case does not matter. Empty: the one with most on record, which is the only
        one where the portfolio has been made by this function.
    values : bool
        Whether the partner may see what referrals won, in either direction.

    Returns
    -------
    Portfolio
        This partner's rows with the columns :data:`HANDED_OUT`, all others empty; the actions that :func:`kept_back`
        does not name; no rating; the settings :data:`SETTINGS_HANDED_OUT`; a ledger of nothing. Made of its result,
        it is the same again.

    Raises
    ------
    ParameterError
        If there is no such partner; the message names the nearest.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-08-12"], "partner": ["Ann", "Bo"], "kind": "meeting",
    ...                      "hours": [2, 3], "note": ["wants more money", "tired"]})
    >>> theirs = for_partner(pa.Portfolio.from_frames(interactions=rows, settings={"hour_rate": 95}), "ann")
    >>> theirs.names, theirs.interactions["hours"].tolist(), theirs.settings.hour_rate
    (['Ann'], [<NA>], None)
    """
    own = portfolio.select(partners=_chosen(portfolio, name))
    frames = {table: getattr(own, table) for table in TABLES}
    told = frames["interactions"]
    referral = told["kind"].isin(REFERRAL_KINDS)
    frames["interactions"] = told.assign(
        reference=linked(told["reference"].where(referral)),
        status=told["status"].where(referral),
        value=told["value"].where(referral & values),
    )
    frames["actions"] = frames["actions"][_reasons(portfolio, own).isna()]
    frames["ratings"] = frames["ratings"].head(0)
    frames = {table: only(TABLES[table], frame, HANDED_OUT[table]) for table, frame in frames.items()}
    # Rows that are equal now have been told apart by what is left out.
    chosen = {setting: getattr(portfolio.settings, setting) for setting in SETTINGS_HANDED_OUT}
    return shared(frames, Settings(**chosen, repeats="each"))


def kept_back(portfolio: Portfolio, name: str = "") -> pd.DataFrame:
    """The actions with a partner that :func:`for_partner` leaves out, for us to read before a page is handed out.

    Parameters
    ----------
    portfolio, name
        As in :func:`for_partner`.

    Returns
    -------
    DataFrame
        ``action``, ``reason`` (string), in the order of the table.

    Notes
    -----
    An action is handed out if it was agreed on a day (``created``) and names nobody else. Whom it names is decided in
    the partner's favour: a full name or alias of another partner, a firm that ``competes_with`` or ``delegate_to``
    names, or a word of such a name with a capital. A nickname is not found: read the page before you hand it out.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": "2025-07-02", "partner": ["Ann Hill", "Bo Finch"], "kind": "meeting"})
    >>> tasks = pd.DataFrame({"partner": "Ann Hill", "action": ["Ask Finch first", "Seminar", "Ask for more"],
    ...                       "created": ["2025-07-02", "2025-07-02", None]})
    >>> kept_back(pa.Portfolio.from_frames(interactions=rows, actions=tasks), "Ann Hill")["reason"].tolist()
    ['it may name Bo Finch', 'no day on which it was agreed']
    """
    own = portfolio.select(partners=_chosen(portfolio, name))
    reasons = _reasons(portfolio, own)
    told = reasons.notna()
    return pd.DataFrame({"action": own.actions.loc[told, "action"], "reason": reasons[told]}).reset_index(
        drop=True
    )


def shared(frames: Mapping[str, pd.DataFrame], settings: Settings) -> Portfolio:
    """A portfolio of tables that may leave the house: without a ledger, and as it is read back once it is written."""
    missing = tuple(table for table, frame in frames.items() if frame.empty and not TABLES[table].required)
    days = frames["interactions"]["date"].drop_duplicates().sort_values(ignore_index=True)
    interactions, partners, ratings, actions = (frames[table] for table in TABLES)
    return Portfolio(
        interactions,
        partners,
        ratings,
        actions,
        settings=settings,
        ledger=Ledger.empty(),
        missing=missing,
        days=days,
    )


def _chosen(portfolio: Portfolio, name: str) -> str:
    """The partner as the tables write it, or the name itself for an error that names the nearest."""
    wanted = name.strip()
    if wanted:
        return (
            wanted
            if wanted in portfolio.names
            else meant(NameBook.of(portfolio.described()), wanted) or wanted
        )
    counts = portfolio.interactions.groupby("partner")["count"].sum().sort_index(kind="stable")
    return str(counts.idxmax()) if len(counts) else next(iter(portfolio.names), wanted)


def _reasons(portfolio: Portfolio, own: Portfolio) -> pd.Series:
    """Why each of a partner's actions stays here; ``NA`` for what may be handed out."""
    names = _others(portfolio, own)
    found = [names.hinted(str(text)) for text in own.actions["action"]]
    reasons = pd.Series(
        [f"it may name {name}" if name else None for name in found], own.actions.index, "string"
    )
    return reasons.mask(own.actions["created"].isna(), "no day on which it was agreed")


def _others(portfolio: Portfolio, own: Portfolio) -> Names:
    """Every other partner, under all its names, and firms that are no partner."""
    about, mine = portfolio.described(), own.described()
    known = {*mine["partner"], *_parts_of(mine["aliases"])}
    lists = [about["aliases"], about["competes_with"], portfolio.actions["delegate_to"]]
    every = [*about["partner"], *(name for cells in lists for name in _parts_of(cells))]
    return Names(
        (name for name in dict.fromkeys(every) if name not in known), but={*known, portfolio.settings.us}
    )


def _parts_of(cells: pd.Series) -> list[str]:
    return [name for cell in cells.dropna().unique() for name in parts(cell)]
