"""What to do because of who gives and who takes."""

from __future__ import annotations

import pandas as pd

from partnership_analysis.metrics.about import NOT_DESCRIBED
from partnership_analysis.metrics.exchange.reciprocity import MINIMUM, THEY_GIVE, TOO_FEW, WE_GIVE
from partnership_analysis.metrics.names import by_name
from partnership_analysis.wording import joined, shortened, signed, spelled

NAMED, FEWER = 3, 2
"""Names in a part of a sentence, and where both parts are long; the rest are counted."""
COLOURED = 3
"""Partners at either end of the running balance whose line is coloured and named."""
MANY = 4
"""Names in both parts together from which fewer are said of each."""
_RECORD = (
    f"nothing yet; it takes {spelled(MINIMUM)} referrals with one {{}}. Write each into the interactions table, with "
    "received or given in the column direction."
)


def after_reciprocity(data: pd.DataFrame, period: str = "", behind: pd.DataFrame | None = None) -> str:
    """To whom to send a client and with whom to agree; by vertical, with whom in it.

    Parameters
    ----------
    data : DataFrame
        As the chart takes it.
    period : str
    behind : DataFrame, optional
        By vertical: the same by partner, with the column ``vertical``.

    Examples
    --------
    >>> after_reciprocity(pd.DataFrame({"partner": ["Ann"], "label": [THEY_GIVE]}))
    'send a client to Ann.'
    """
    by = "vertical" if "vertical" in data.columns and "partner" not in data.columns else "partner"
    if by == "vertical" and (data["vertical"] == NOT_DESCRIBED).all():
        return "write each partner's vertical into the column vertical of the partners table."
    found = _by_vertical(data, behind) if by == "vertical" else _one_sided(data)
    if found:
        return found
    if (data["label"] == TOO_FEW).all():
        return _RECORD.format(by)
    if (data["label"] == TOO_FEW).mean() > 0.5:
        return "nothing yet; most have too few to say."
    return "nothing; no exchange is one-sided beyond chance."


def _one_sided(data: pd.DataFrame) -> str:
    """Whom to give to, and with whom to agree; nothing where nobody is one-sided."""
    owed, asked = (_names(data.loc[data["label"] == label, "partner"]) for label in (THEY_GIVE, WE_GIVE))
    # The largest surplus stands first in the frame, the largest debt last.
    return _sentence(owed, asked[::-1])


def _sentence(owed: list[str], asked: list[str]) -> str:
    limit = NAMED if len(owed) + len(asked) <= MANY else FEWER
    parts = [f"send a client to {joined(owed, limit=limit)}"] if owed else []
    parts += [f"agree with {joined(asked, limit=limit)} what each side gets"] if asked else []
    return f"{'; '.join(parts)}." if parts else ""


def _names(names: pd.Series) -> list[str]:
    return [shortened(str(name)) for name in names]


def _by_vertical(data: pd.DataFrame, behind: pd.DataFrame | None) -> str:
    """Of each one-sided vertical the partners behind it; of none, the partners who are one-sided all the same."""
    found = {label: data.loc[data["label"] == label, "vertical"].tolist() for label in (THEY_GIVE, WE_GIVE)}
    flagged = [(str(name), THEY_GIVE) for name in found[THEY_GIVE]]
    flagged += [(str(name), WE_GIVE) for name in found[WE_GIVE][::-1]]
    if not flagged:
        inside = "" if behind is None else _one_sided(behind)
        return f"no vertical is one-sided, but partners in them are: {inside}" if inside else ""
    most = FEWER if len(flagged) == 1 else 1
    parts = [_in_vertical(name, _behind(name, label, behind, most), label) for name, label in flagged[:FEWER]]
    rest = [shortened(name) for name, _ in flagged[FEWER:]]
    parts += [f"then look at {joined(rest, limit=FEWER)}"] if rest else []
    return f"{'; '.join(parts)}."


def _in_vertical(name: str, people: list[str], label: str) -> str:
    """What to do in a one-sided vertical, and with whom."""
    where = "without a vertical" if name == NOT_DESCRIBED else f"in {shortened(name)}"
    if label == THEY_GIVE:
        return f"{where} send a client to {joined(people) if people else 'whoever sent you most'}"
    return (
        f"{where} agree with {joined(people) if people else 'whoever got most from you'} what each side gets"
    )


def _behind(name: str, label: str, behind: pd.DataFrame | None, most: int) -> list[str]:
    """Who is one-sided in a vertical, or where nobody is alone, who leans most to that side; with their counts."""
    if behind is None:
        return []
    there = behind[behind["vertical"].fillna(NOT_DESCRIBED) == name]
    sign = 1 if label == THEY_GIVE else -1
    columns = (there[column].tolist() for column in ("partner", "received", "given", "label"))
    leaning = [row for row in zip(*columns, strict=True) if sign * (row[1] - row[2]) > 0]
    leaning = [row for row in leaning if row[3] == label] or leaning
    leaning.sort(key=lambda row: sign * (row[2] - row[1]))
    return [
        f"{shortened(str(partner))} ({_count(received)} received, {_count(given)} given)"
        for partner, received, given, _ in leaning[:most]
    ]


def _count(value: int) -> str:
    return f"{value:,}" if value else "none"


def after_running_balance(data: pd.DataFrame, exchange: pd.DataFrame | None = None, period: str = "") -> str:
    """Whose line asks for something: who is one-sided lately, with the balance that the line ends at.

    Parameters
    ----------
    data : DataFrame
        As the chart takes it.
    exchange : DataFrame, optional
        Who is one-sided beyond chance lately, as :func:`partnership_analysis.reciprocity` gives it.
    period : str
        The window that those are judged by, in words.

    Examples
    --------
    >>> rows = pd.DataFrame({"partner": ["Ann", "Bo"], "balance": [9, -1]})
    >>> after_running_balance(rows, exchange=pd.DataFrame({"partner": ["Ann", "Bo"], "label": [THEY_GIVE, TOO_FEW]}))
    'send a client to Ann (+9). Nothing to do about Bo: no more uneven than chance makes it.'
    """
    ends = data.drop_duplicates("partner", keep="last")
    ends = ends.sort_values(
        ["balance", "partner"], ascending=[False, True], key=by_name, kind="stable", ignore_index=True
    )
    if (ends["balance"] == 0).all():
        return "nothing; you are even with everybody."
    if exchange is None:
        return _farthest(ends)
    label = ends["partner"].map(exchange.set_index("partner")["label"])
    theirs, ours = label == THEY_GIVE, label == WE_GIVE
    above, below = ends["balance"] > 0, ends["balance"] < 0
    owed, asked = _ends(ends[theirs & above]), _ends(ends[ours & below])[::-1]
    turned = _ends(ends[(theirs & ~above) | (ours & ~below)])
    if turned:
        ask = f"ask {joined(turned, limit=NAMED)} if the turn of the line suits both"
        return (
            " ".join(
                filter(None, [_sentence(owed, asked), ask[0].upper() + ask[1:] if owed or asked else ask])
            )
            + "."
        )
    if not owed and not asked:
        return _even_lately(exchange, period)
    return f"{_sentence(owed, asked)}{_others(ends, (theirs & above) | (ours & below), period)}"


def _others(ends: pd.DataFrame, said: pd.Series, period: str) -> str:
    """What the lines of the others are: of those with a colour, which stand out."""
    if said.all():
        return ""
    above, below = ends.index[ends["balance"] > 0][:COLOURED], ends.index[ends["balance"] < 0][-COLOURED:]
    coloured = above.union(below)
    names = _names(ends.loc[coloured[~said.loc[coloured].to_numpy(dtype=bool)], "partner"])
    if not names:
        return ""
    # They are drawn from the beginning on, and judged by the window.
    months = "" if ", on record since" in period else period.split(" to ")[0]
    lately = f"in the last {months} " if months else ""
    return f" Nothing to do about {joined(names, limit=NAMED)}: {lately}no more uneven than chance makes it."


def _even_lately(exchange: pd.DataFrame, period: str) -> str:
    """Why no line asks for anything."""
    if (exchange["label"] == TOO_FEW).all():
        return _RECORD.format("partner")
    if (exchange["label"] == TOO_FEW).mean() > 0.5:
        return f"nothing yet; {counted_in(period)} most have too few to say."
    return (
        f"nothing; {counted_in(period)} no exchange is one-sided beyond chance. What is older may be settled."
    )


def counted_in(period: str) -> str:
    """The window of a subtitle as it is said in a sentence.

    >>> counted_in("12 months to May 2025"), counted_in("12 months to May 2025, on record since April 2025")
    ('in the 12 months to May 2025', 'so far on record')
    """
    if not period:
        return "in the months counted"
    return "so far on record" if ", on record since" in period else f"in the {period}"


def _farthest(ends: pd.DataFrame) -> str:
    """Whom to ask where nobody has said what chance explains."""
    first, last = ends.head(1), ends.tail(1)
    sides = [*_ends(first[first["balance"] > 0]), *_ends(last[last["balance"] < 0])]
    return f"ask {joined(sides)}, farthest from even, if the exchange suits both; a few up or down may be chance."


def _ends(ends: pd.DataFrame) -> list[str]:
    """Names with the balance that their line ends at."""
    return [
        f"{shortened(str(name))} ({signed(value) if value else '0'})"
        for name, value in zip(ends["partner"], ends["balance"], strict=True)
    ]
