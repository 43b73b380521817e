"""What to do because of what meetings come to, and of who serves the clients that we serve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership_analysis.charts.compared import apart_ways, whole_of
from partnership_analysis.charts.steps.exchange import counted_in
from partnership_analysis.metrics.exchange.conversion import MEETINGS
from partnership_analysis.metrics.exchange.reciprocity import WE_GIVE
from partnership_analysis.sources.names import name_key
from partnership_analysis.wording import count_of, joined, shortened, spelled

NAMED, FEWER = 3, 2
"""Names in a part of a sentence: of one part, and of more."""
_LINE = "the line in the left panel"


def after_conversion(
    data: pd.DataFrame,
    period: str = "",
    overall: pd.DataFrame | None = None,
    exchange: pd.DataFrame | None = None,
) -> str:
    """Whom to meet more, and with whom to agree an aim: those apart from the line, and on which side.

    Parameters
    ----------
    data : DataFrame
        As the chart takes it.
    period, overall
        As the chart takes them.
    exchange : DataFrame, optional
        ``partner`` and ``label``, as :func:`partnership_analysis.reciprocity` gives them: to whom we give without return, to
        meet more often is no advice.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["Ann", "Bo"], "received": [9, 1], "per_meeting": [3.0, 0.1],
    ...                      "per_meeting_apart": True, "won_share": [None, None], "won_apart": [None, None]})
    >>> after_conversion(rows, overall=pd.DataFrame({"per_meeting": [0.7], "won_share": [None]}))
    'meet Ann more often (filled, right of the line in the left panel); agree an aim with Bo (left of it), or meet less.'
    """
    whole = whole_of(data, overall)
    by = "vertical" if "vertical" in data.columns and "partner" not in data.columns else "partner"
    above, below = apart_ways(data, "per_meeting", whole)
    sending = data["received"].gt(0).to_numpy(dtype=bool) & ~_taking(data, by, exchange)
    wins, losses = apart_ways(data, "won_share", whole)
    # Where most lie on one side, the line is made by one, and says nothing of them; of whose most are won, few are enough.
    most = below.sum() > data["per_meeting"].notna().sum() / 2
    aimless = below & ~wins & (not most)
    more = _chosen(data, by, above & sending & (not most), "per_meeting", down=True)
    less = _chosen(data, by, aimless, "per_meeting")
    won, lost = (_chosen(data, by, wins, "won_share", down=True), _chosen(data, by, losses, "won_share"))
    parts = [_made_by_one(data, by)] if most else []
    parts += [f"meet {more} more often (filled, right of {_LINE})"] if more else []
    # A filled dot on the good side that is left out must not look forgotten.
    kept = _chosen(data, by, above & ~sending, "per_meeting", down=True, counts=True)
    parts += [f"not {kept}"] if kept and more else []
    parts += (
        [
            f"agree an aim with {less} ({'' if more else 'filled, '}left of {'it' if more else _LINE}), or meet less"
        ]
        if less
        else []
    )
    parts += [f"ask {won} for more like theirs (most are won)"] if won else []
    parts += [f"tell {lost} which clients you can help (few of theirs are won)"] if lost else []
    if parts:
        return f"{'; '.join(parts)}."
    if above.any():
        only = _chosen(data, by, above, "per_meeting", down=True, counts=True)
        return f"nothing; right of {_LINE} only {only}, and more of the same is no aim."
    return _nobody_apart(data, whole)


def _taking(data: pd.DataFrame, by: str, exchange: pd.DataFrame | None) -> NDArray[np.bool_]:
    """Who gets more from us than chance explains."""
    if exchange is None or by != "partner":
        return np.zeros(len(data), dtype=bool)
    return data["partner"].isin(exchange.loc[exchange["label"] == WE_GIVE, "partner"]).to_numpy(dtype=bool)


def _chosen(
    data: pd.DataFrame,
    by: str,
    rows: NDArray[np.bool_],
    name: str,
    *,
    down: bool = False,
    counts: bool = False,
) -> str:
    """Those chosen in words, the farthest from the line first, if wanted with what went both ways; nothing where nobody is."""
    if not rows.any():
        return ""
    found = data[rows].sort_values(name, ascending=not down, kind="stable")
    names = [shortened(str(each)) for each in found[by]]
    if counts:
        pairs = zip(names, found["given"], found["received"], strict=True)
        names = [f"{each} ({given:,} given, {came:,} received)" for each, given, came in pairs]
    return joined(names, limit=FEWER)


def _made_by_one(data: pd.DataFrame, by: str) -> str:
    """Why nobody is to be met less where most are: whoever met most makes the line."""
    row = data.sort_values("meetings", ascending=False, kind="stable").iloc[0]
    if row["meetings"] * 2 > data["meetings"].sum():
        return (
            f"leave the meetings as they are: {shortened(str(row[by]))} "
            f"({count_of(int(row['meetings']), 'meeting')}) alone makes {_LINE}"
        )
    return f"leave the meetings as they are: most lie left of {_LINE}, which a few make"


def _nobody_apart(data: pd.DataFrame, whole: pd.Series | None) -> str:
    """Why nobody is to be met more or less."""
    if data["per_meeting"].isna().all():
        return (
            f"nothing yet; it takes {spelled(MEETINGS)} meetings with one partner. Write each with its day into the "
            "interactions table, kind meeting."
        )
    if whole is None:
        return (
            "nothing yet; there is no other partner to compare with."
            if len(data) == 1
            else "nothing; nobody is compared here."
        )
    return "nothing; nobody differs from the line by more than chance explains. Look again next quarter."


def after_overlap(
    data: pd.DataFrame,
    ours: Sequence[str] = (),
    of: str = "market",
    exchange: pd.DataFrame | None = None,
    period: str = "",
) -> str:
    """Whom to ask for the clients that we want; of offers, with whom to agree who sells what.

    Parameters
    ----------
    data : DataFrame
        As the chart takes it.
    ours : sequence of str
    of : {"market", "offer"}
    exchange : DataFrame, optional
        ``partner`` and ``received``: what each has sent in the window; who is not in it has sent nothing.
    period : str
        That window in words.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["Ann", "Bo"], "tags": ["shops", "banks"], "shared": ["shops", None],
    ...                      "overlap": [1.0, 0.0]})
    >>> after_overlap(rows, ours=["shops"])
    'ask Ann (100%) for an introduction to a client; expect no client of your kind from Bo (0%).'
    """
    known = data[data["overlap"].notna()]
    if known.empty:
        return f"write your own into the settings, {of}: without them nobody has anything in common with you."
    common, none = known[known["overlap"] > 0], known[known["overlap"] == 0]
    if of == "offer":
        return _agree(common)
    if unserved := _unserved(data, ours):
        tags = joined([shortened(tag) for tag in unserved], limit=NAMED)
        start = f"look for a partner who serves {tags}: {'an empty column' if len(unserved) == 1 else 'empty columns'}"
        return f"{start}." if common.empty else f"{start}. {_capital(_introduced(common, exchange, period))}."
    # Who serves none of ours is nobody to ask for them.
    if common.empty:
        return "look for partners who serve a kind of client of yours: nobody here does."
    return f"{_introduced(common, exchange, period)}{_none_of_ours(none)}."


def _agree(common: pd.DataFrame) -> str:
    """Of offers: with whom to agree who sells what."""
    if common.empty:
        return "nothing; nobody offers what you offer, so that any client can be sent on."
    return f"agree with {joined(_with_share(common), limit=FEWER)} who offers what: they sell most of what you sell."


def _unserved(data: pd.DataFrame, ours: Sequence[str]) -> list[str]:
    """Which of ours no partner has."""
    theirs = {name_key(part) for value in data["tags"].dropna() for part in str(value).split(";")}
    return [tag for tag in ours if name_key(tag) not in theirs]


def _introduced(common: pd.DataFrame, exchange: pd.DataFrame | None, period: str) -> str:
    """Whom to ask for a client: who serves ours and has sent none, where those are the few."""
    if exchange is not None:
        sent = exchange.loc[exchange["received"] > 0, "partner"]
        quiet = common[~common["partner"].isin(sent)]
        if 0 < len(quiet) <= len(common) / 2:
            return (
                f"ask {joined(_with_share(quiet), limit=FEWER)} for an introduction: they {_shared(quiet)} and sent nobody "
                f"{counted_in(period)}"
            )
    first = " first" if len(common) > FEWER else ""
    return f"ask {joined(_with_share(common), limit=FEWER)}{first} for an introduction to a client"


def _shared(rows: pd.DataFrame) -> str:
    """That those of whom a sentence speaks serve as we do, and which kinds of client; not each serves all of several."""
    if "shared" not in rows.columns:
        return "serve the same kinds of client"
    named = rows.head(len(rows) if len(rows) <= FEWER + 1 else FEWER)
    tags = {name_key(tag): tag.strip() for value in named["shared"].dropna() for tag in str(value).split(";")}
    if not tags:
        return "serve the same kinds of client"
    together = "together " if len(tags) > 1 and len(named) > 1 else ""
    return f"{together}serve {joined([shortened(tag) for tag in tags.values()], limit=NAMED)}, as you do,"


def _none_of_ours(none: pd.DataFrame) -> str:
    """What nothing in common means for those of whom it is so."""
    return (
        f"; expect no client of your kind from {joined(_with_share(none), limit=FEWER)}" if len(none) else ""
    )


def _with_share(rows: pd.DataFrame) -> list[str]:
    """Names with what they have in common with us, said of the last of those who have as much."""
    shares = [f"{share:.0%}" for share in rows["overlap"]]
    names = [shortened(str(name)) for name in rows["partner"]]
    shown = len(rows) if len(rows) <= FEWER + 1 else FEWER
    for place, share in enumerate(shares[:shown]):
        if place + 1 == shown or shares[place + 1] != share:
            each = " each" if place and shares[place - 1] == share else ""
            names[place] += f" ({share}{each})"
    return names


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
