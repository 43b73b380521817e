"""What to do because of who gives and gets in a group, and of who has never met there."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from partnership_analysis.metrics.exchange.reciprocity import MINIMUM, TOO_FEW
from partnership_analysis.metrics.names import member_said
from partnership_analysis.metrics.network.members import GIVES, RECEIVES
from partnership_analysis.wording import count_of, joined, shortened, spelled

NAMED, FEWER = 3, 2
"""Names in a part of a sentence: of one part, and of more."""


def after_members(data: pd.DataFrame, period: str = "") -> str:
    """To whom to refer somebody, and whom to ask, where chance does not explain it.

    Examples
    --------
    >>> after_members(pd.DataFrame({"member": ["Ann"], "label": [GIVES]}))
    'refer somebody to Ann (gives more than chance explains).'
    """
    owed, asked = (
        [said_of(name) for name in data.loc[data["label"] == label, "member"]] for label in (GIVES, RECEIVES)
    )
    limit = NAMED if not (owed and asked) else FEWER
    # The largest surplus stands first in the frame, the largest debt last.
    parts = (
        [
            f"refer somebody to {joined(owed[::-1], limit=limit)} ({_verb(owed, 'give')} more than chance explains)"
        ]
        if owed
        else []
    )
    parts += (
        [f"ask {joined(asked, limit=limit)} for a referral ({_verb(asked, 'get')} more)"] if asked else []
    )
    if parts:
        return f"{'; '.join(parts)}."
    if (data["label"] == TOO_FEW).all():
        return (
            f"nothing yet; it takes {spelled(MINIMUM)} referrals of one member. Write each into the pair table: from, to "
            "and kind."
        )
    return _largest(data)


def _largest(data: pd.DataFrame) -> str:
    """Why nobody is to be called: of those whose line is clear of the middle the least even, which chance explains all the same."""
    clear = clear_of_half(data)
    if not clear.any():
        return "nothing; nobody gives or gets more than chance explains. Look again next quarter."
    rows = data[clear]
    # The least likely of an even exchange, near enough.
    surprise = (rows["received"] - rows["given"]).abs() / (rows["received"] + rows["given"]) ** 0.5
    row = rows.iloc[int(surprise.to_numpy("float64").argmax())]
    compared = int((data["label"] != TOO_FEW).sum())
    counts = f"{row['given']:,} given, {row['received']:,} received"
    ends = "those at both ends" if clear.sum() > 1 else "them"
    return (
        f"decide nothing by one line: with {compared:,} compared at once even {said_of(row['member'])} ({counts}), the least "
        f"even for so many, may be chance. When you meet {ends}, ask whether the exchange suits them."
    )


def clear_of_half(data: pd.DataFrame) -> pd.Series:
    """Whose range of the share lies on one side of the middle, though nobody would say so of chance."""
    if "low" not in data.columns:
        return pd.Series(False, index=data.index)
    clear = (data["low"] > 0.5) | (data["high"] < 0.5)
    return clear.fillna(False).astype(bool) & ~data["label"].isin([GIVES, RECEIVES, TOO_FEW])


def _verb(names: list[str], verb: str) -> str:
    return f"{verb}s" if len(names) == 1 else verb


def after_missing_connections(data: pd.DataFrame) -> str:
    """Whom to introduce first, and through whom.

    Examples
    --------
    >>> rows = pd.DataFrame({"member": ["Ann"], "other": ["Bo"], "shared": [1], "through": ["Cy"], "promise": [1.4]})
    >>> after_missing_connections(rows)
    'going by the members they share, ask Cy to introduce Ann to Bo.'
    """
    first, *rest = data.head(FEWER).itertuples()
    start = "going by the members they share, " if first.shared else ""
    why = "" if first.shared else " (they share nobody: ask each whom they look for)"
    then = "".join(f", then {_introduce(row)}, too" for row in rest)
    return f"{start}{_introduce(first)}{why}{then}."


def _introduce(row: Any) -> str:
    """How two come to know each other: through somebody, or through ourselves."""
    pair = f"introduce {said_of(row.member)} to {said_of(row.other)}"
    if not row.shared:
        return pair
    names = go_betweens(row)
    if any(member_said(name) != name for name in names):
        return f"{pair} yourself, as you know both"
    if names:
        return f"ask {shortened(names[0])} to {pair}"
    return f"{pair} ({count_of(row.shared, 'member')} {'works' if row.shared == 1 else 'work'} with both)"


def go_betweens(row: Any) -> list[str]:
    """The shared members that a row of missing connections names; none where a name holds a comma, so that nobody knows where one ends."""
    if not row.shared or pd.isna(row.through):
        return []
    whole = str(row.through)
    tail = re.search(r" and (\d+) others$", whole)
    named = row.shared - (int(tail[1]) if tail else 0)
    if named == 1:
        return [whole[: tail.start()] if tail else whole]
    names = re.split(", ", whole[: tail.start()]) if tail else re.split(", | and (?!.* and )", whole)
    return names if len(names) == named else []


def said_of(name: object) -> str:
    """A member as a sentence names it.

    >>> said_of("us"), said_of("Ann")
    ('your firm', 'Ann')
    """
    said = member_said(name)
    return "your firm" if said != str(name) else shortened(said)
