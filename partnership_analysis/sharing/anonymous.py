"""A portfolio without names, for outsiders, and the key that only we keep."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pandas as pd

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import TABLES
from partnership_analysis.settings import Settings
from partnership_analysis.sharing.folder import KEY_COLUMNS
from partnership_analysis.sharing.naming import Names
from partnership_analysis.sharing.partner import shared
from partnership_analysis.sharing.tables import linked, meant, only, parts
from partnership_analysis.sources.names import NameBook, name_key

LABELS = {"partner": "Partner", "person": "Person", "firm": "Firm", "group": "Group", "action": "Action"}
"""What an alias begins with, by what it stands for."""
NOT_SHOWN = "not shown"
"""Stands where a text was, if it matters that there was one."""
EMPTIED = {"interactions": ("note",), "partners": ("aliases",), "ratings": (), "actions": ()}
"""Columns in which nothing is left: any name could be in them."""

Renamed = Callable[[str], str]


def anonymised(portfolio: Portfolio, key: pd.DataFrame | None = None) -> tuple[Portfolio, pd.DataFrame]:
    """A portfolio with an alias in place of every name, and the key to them.

    Parameters
    ----------
    portfolio : Portfolio
    key : DataFrame, optional
        The key of last time. Whoever is in it keeps the alias; whoever is new gets the next number.

    Returns
    -------
    portfolio : Portfolio
        All rows and numbers, and every measure as it was. Partners, people, firms that are no partner and actions have
        aliases; a vertical, stakeholder group, market or offer that names one of them is a ``Group``; notes and other
        names are gone; a reference keeps only which rows are one referral; of what is in it for both stands only that
        it was stated; we are ``us``. A ledger of nothing.
    key : DataFrame
        ``alias``, ``name``, ``what`` (string: partner, person, firm, group, action): who is who, last time's first.

    Raises
    ------
    SourceError
        If the key that is given holds an alias that none is.

    Notes
    -----
    Numbers follow the first day on record (of a partner also the day on which it ``started``), ties in an order that
    says nothing of the name. So a portfolio that grows keeps its aliases even without its key; rows of the past that
    arrive late can change them, and then the key keeps them. A hash of the name would keep them, too, but everybody
    who can guess a name could check the guess. Dates and amounts stay: who knows them knows the partner.

    Examples
    --------
    >>> import partnership_analysis as pa
    >>> rows = pd.DataFrame({"date": ["2025-07-02", "2025-01-12"], "partner": ["Ann", "Bo"], "kind": "meeting",
    ...                      "owner": "Cy", "note": ["met Bo", None]})
    >>> shown, key = anonymised(pa.Portfolio.from_frames(interactions=rows))
    >>> shown.interactions[["partner", "owner", "note"]].values.tolist()
    [['Partner 02', 'Person 01', <NA>], ['Partner 01', 'Person 01', <NA>]]
    >>> key.values.tolist()
    [['Partner 01', 'Bo', 'partner'], ['Partner 02', 'Ann', 'partner'], ['Person 01', 'Cy', 'person']]
    """
    book = NameBook.of(portfolio.described())
    found = _found(portfolio, book)
    found = pd.concat([found, _groups(portfolio, found)], ignore_index=True)
    key = _numbered(found, _checked(key), book)
    return _renamed(portfolio, key, book), key


def _found(portfolio: Portfolio, book: NameBook) -> pd.DataFrame:
    """Who and what is named, with the first day on record: ``what``, ``name``, ``day``, each once."""
    told, about, acts = portfolio.interactions, portfolio.described(), portfolio.actions
    since = [(table, day) for table, day in ((told, "date"), (about, "started"), (acts, "created"))]
    seen = [frame[["partner", day]].set_axis(["name", "day"], axis=1) for frame, day in since]
    seen.append(portfolio.ratings[["partner", "date"]].set_axis(["name", "day"], axis=1))
    first = _first_days(pd.concat(seen)).set_index("name")["day"]
    people = [frame[["owner", day]].set_axis(["name", "day"], axis=1) for frame, day in since]
    owners = _strangers(pd.concat(people), book)
    named = about.assign(name=about["competes_with"].map(parts, na_action="ignore")).explode("name")
    firms = [
        pd.DataFrame({"name": named["name"].astype("string"), "day": first.reindex(named["partner"]).array})
    ]
    firms.append(acts[["delegate_to", "created"]].set_axis(["name", "day"], axis=1))
    known = {name_key(name) for name in owners["name"]}
    others = _strangers(pd.concat(firms), book)
    others = others[~others["name"].map(name_key).isin(known)]
    return pd.concat(
        [
            first.reset_index().assign(what="partner"),
            owners.assign(what="person"),
            others.assign(what="firm"),
            _first_days(acts[["action", "created"]].set_axis(["name", "day"], axis=1)).assign(what="action"),
        ],
        ignore_index=True,
    )


def _strangers(rows: pd.DataFrame, book: NameBook) -> pd.DataFrame:
    """Those that are no partner, each with the first day."""
    days = _first_days(rows)
    return days[days["name"].map(lambda name: meant(book, name) is None).astype(bool)]


def _first_days(rows: pd.DataFrame) -> pd.DataFrame:
    """``name``, ``day``: each name once, with its first day; without any it comes last."""
    rows = rows[rows["name"].notna()]
    return rows.groupby("name", sort=True)["day"].min().reset_index()


def _groups(portfolio: Portfolio, found: pd.DataFrame) -> pd.DataFrame:
    """Verticals, stakeholder groups, markets and offers that name somebody."""
    about, settings = portfolio.described(), portfolio.settings
    aliases = [name for cell in about["aliases"].dropna() for name in parts(cell)]
    us = [] if settings.us == Settings().us else [settings.us]
    names = Names([*found.loc[found["what"] != "action", "name"], *aliases, *us])
    cells = [*about["vertical"].dropna(), *about["stakeholder"].dropna()]
    lists = [
        part for column in ("market", "offer") for cell in about[column].dropna() for part in parts(cell)
    ]
    every = dict.fromkeys([*cells, *lists, *(text for texts in _texts(settings).values() for text in texts)])
    named = [text for text in every if names.in_full(text)]
    return pd.DataFrame(
        {"name": named, "day": pd.Series(pd.NaT, range(len(named)), "datetime64[us]"), "what": "group"}
    )


def _checked(key: pd.DataFrame | None) -> pd.DataFrame:
    """Last time's key, or one without rows."""
    if key is None:
        return pd.DataFrame({column: pd.Series(dtype="string") for column in KEY_COLUMNS})
    label = key["what"].map(LABELS).fillna("")
    odd = [
        alias
        for alias, word in zip(key["alias"], label, strict=True)
        if not re.fullmatch(rf"{word} \d+", alias)
    ]
    if odd:
        raise SourceError(
            f"the key holds {listed(odd)}: not an alias as `what` says. Mend the row, or take it out of the key."
        )
    return key[list(KEY_COLUMNS)].astype("string").reset_index(drop=True)


def _numbered(found: pd.DataFrame, before: pd.DataFrame, book: NameBook) -> pd.DataFrame:
    """The key: last time's, and whoever is new with the next number."""
    rows = [before]
    for what, label in LABELS.items():
        mine = before[before["what"] == what]
        taken = {
            _identity(what, name, book): alias
            for name, alias in zip(mine["name"], mine["alias"], strict=True)
        }
        last = max((int(alias.rpartition(" ")[2]) for alias in mine["alias"]), default=0)
        new = found[found["what"] == what]
        new = new[~new["name"].isin(mine["name"])]
        new = new.assign(lot=[_lot(name) for name in new["name"]]).sort_values(["day", "lot"], kind="stable")
        aliases = []
        for name in new["name"]:
            one = _identity(what, name, book)
            if one not in taken:
                last += 1
                taken[one] = f"{label} {last:02d}"
            aliases.append(taken[one])
        rows.append(
            pd.DataFrame({"alias": aliases, "name": new["name"].tolist(), "what": what}, dtype="string")
        )
    return pd.concat(rows, ignore_index=True)[list(KEY_COLUMNS)]


def _identity(what: str, name: str, book: NameBook) -> str:
    """Who is meant, under whatever name; a partner who was renamed is known by an alias."""
    return name_key((meant(book, name) or name) if what == "partner" else name)


def _lot(name: str) -> str:
    return hashlib.sha256(name_key(name).encode()).hexdigest()


def _renamed(portfolio: Portfolio, key: pd.DataFrame, book: NameBook) -> Portfolio:
    alias = {what: dict(zip(rows["name"], rows["alias"], strict=True)) for what, rows in key.groupby("what")}
    groups, actions = alias.get("group", {}), alias.get("action", {})

    def group(text: str) -> str:
        return groups.get(text, text)

    def who(name: str) -> str:
        partner = meant(book, name)
        if partner is not None:
            return alias["partner"][partner]
        return (
            alias.get("person", {}).get(name) or _same(alias.get("person", {}), name) or alias["firm"][name]
        )

    frames = {table: getattr(portfolio, table) for table in TABLES}
    frames = {table: frame.assign(partner=_each(frame["partner"], who)) for table, frame in frames.items()}
    told, about, acts = frames["interactions"], frames["partners"], frames["actions"]
    frames["interactions"] = told.assign(owner=_each(told["owner"], who), reference=linked(told["reference"]))
    frames["partners"] = about.assign(
        **{column: _each(about[column], group) for column in ("vertical", "stakeholder")},
        **{column: _lists(about[column], group) for column in ("market", "offer")},
        **{column: _each(about[column], lambda text: NOT_SHOWN) for column in ("wiifm_us", "wiifm_them")},
        owner=_each(about["owner"], who),
        competes_with=_lists(about["competes_with"], who),
    )
    frames["actions"] = acts.assign(
        action=_each(acts["action"], actions.__getitem__),
        owner=_each(acts["owner"], who),
        delegate_to=_each(acts["delegate_to"], who),
    )
    kept = {table: set(TABLES[table].names).difference(EMPTIED[table]) for table in TABLES}
    frames = {table: only(TABLES[table], frame, kept[table]) for table, frame in frames.items()}
    return shared(frames, _settings(portfolio.settings, group))


def _same(names: dict[str, str], name: str) -> str | None:
    """The alias of a name that is written otherwise here."""
    return next((alias for other, alias in names.items() if name_key(other) == name_key(name)), None)


def _settings(settings: Settings, group: Renamed) -> Settings:
    renamed = {name: tuple(map(group, texts)) for name, texts in _texts(settings).items()}
    return settings.model_copy(update={**renamed, "us": Settings().us, "repeats": "each"})


def _texts(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The settings that are lists of texts, whichever there are."""
    lists = {name: value for name, value in settings if isinstance(value, tuple)}
    return {name: texts for name, texts in lists.items() if all(isinstance(text, str) for text in texts)}


def _each(column: pd.Series, renamed: Renamed) -> pd.Series:
    """A column with each text replaced, where there is one."""
    names = {text: renamed(text) for text in column.dropna().unique()}
    return column.map(names, na_action="ignore").astype("string")


def _lists(column: pd.Series, renamed: Renamed) -> pd.Series:
    return _each(column, lambda cell: "; ".join(dict.fromkeys(map(renamed, parts(cell)))))
