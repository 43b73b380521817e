"""What stands beside the interactions: partners, ratings and actions, drawn from a plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from partnership_analysis.periods import month_index, month_start
from partnership_analysis.sample import cast
from partnership_analysis.sample.activity import numbers, texts
from partnership_analysis.sample.plan import Plan, day_before_end
from partnership_analysis.schema import ACTIONS, FACTORS, PARTNERS, RATERS, RATINGS

_STRATEGIC_ACTIONS = (
    "Joint seminar on succession",
    "Plan of the year together",
    "Shared case study",
    "Agree how we introduce each other",
    "Guide for owners, both names on it",
    "Visit their regional office",
    "Meet their board",
)
_TACTICAL_ACTIONS = (
    "Send the list of open referrals",
    "Article for their newsletter",
    "Update the page about them",
    "Book the room for the breakfast",
    "Call the last three referred clients",
    "Swap leaflets for reception",
    "Thank-you note for the last referral",
)
_KICK_OFF = (
    ("Agree which members to write to first", "tactical", 40),
    ("Letter to members, both names on it", "tactical", 54),
    ("Page about the benefit", "tactical", 61),
    ("Explain the scheme to our advisers", "tactical", 75),
    ("Figures of the first quarter", "strategic", 96),
)
_KICK_OFF_DONE = (("Exchange price lists", 8), ("Introduce the two teams", 24))
_EXECUTIVE = (
    "Proof-read the October column",
    "Choose the photographs",
    "Chase two late contributors",
    "Lay out the reader survey",
)
_CONTRACTOR = (
    ("Rebuild the client portal", 45, 40),
    ("New report templates", 30, 24),
    ("Print the annual review", 71, 12),
)


def partners(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """The partners table, in the plan's order."""
    blank = dict.fromkeys(PARTNERS.names, "")
    rows = [blank | row for row in cast.words()[: plan.hand]]
    frame = pd.DataFrame(rows + [blank] * (len(plan.names) - plan.hand), columns=list(PARTNERS.names))
    frame = frame.astype("string").replace("", pd.NA)
    more = np.arange(len(plan.names)) >= plan.hand
    frame["partner"] = pd.array(plan.names, dtype="string")
    frame["vertical"] = pd.array(plan.verticals, dtype="string")
    frame["relationship"] = pd.array(plan.relationships, dtype="string")
    frame["owner"] = pd.array(plan.owners, dtype="string")
    frame["owner_level"] = pd.array([cast.STAFF[name] for name in plan.owners], dtype="string")
    frame["started"], frame["ended"] = plan.started, plan.ended
    frame["cadence_days"] = plan.cadence
    frame["hours_per_quarter"] = plan.quarter_hours
    serves = pd.Series(pd.array([False] * len(plan.names), dtype="boolean"))
    serves[more & (rng.random(len(more)) < 0.5)] = pd.NA
    for story in cast.stories():
        if story.story == "serves our competitors":
            serves[frame["partner"] == story.partner] = True
    frame["serves_our_competitors"] = serves
    if set(cast.COMPETITORS) <= set(plan.names):
        other = dict(zip(cast.COMPETITORS, cast.COMPETITORS[::-1], strict=True))
        frame["competes_with"] = frame["partner"].map(other)
    return frame[list(PARTNERS.names)].astype(PARTNERS.dtypes)


def ratings(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Seven factors: by us at the start and each half-year, by them at the start and each June.

    A score drifts around its level in halves. Our trust keeps its level, so that a partner's RVI follows
    what was done; the slow decliners' trust gives way by half a point at the end.
    """
    dates = _rating_days(plan)
    shape = (len(plan.names), len(dates), len(RATERS), len(FACTORS))
    levels = np.stack([plan.trust_us, np.where(plan.trust_them > 0, plan.trust_them, np.nan)], axis=1)
    scores = levels[:, None, :, None] + rng.normal(0, 0.22, (shape[0], 1, 2, shape[3]))
    scores = scores + np.cumsum(rng.normal(0, 0.08, shape), axis=1)
    trust = FACTORS.index("trust")
    scores[..., trust] = levels[:, None, :]
    for place, name in enumerate(plan.names[: plan.hand]):
        if any(story.partner == name and story.story == "slow decline" for story in cast.stories()):
            scores[place, -1, :, trust] -= 0.5
    scores = np.clip(np.round(scores * 2) / 2, 1, 5)
    opening = np.minimum(np.busday_offset(plan.first, 10, roll="forward"), plan.last)
    when = np.broadcast_to(dates, shape[:2]).copy()
    when[:, 0] = opening
    held = (when >= opening[:, None]) & (when <= plan.last[:, None])
    held[:, 1:] &= when[:, 1:] > opening[:, None] + 60
    months = when.astype("datetime64[M]").astype("int64") % 12
    by_them = held & ((months == 5) | (np.arange(len(dates)) == 0))
    keep = np.stack([held, by_them], axis=2)[..., None] & ~np.isnan(scores)
    partner, turn, rater, factor = np.nonzero(keep)
    order = np.lexsort((factor, rater, partner, when[partner, turn]))
    partner, turn, rater, factor = (part[order] for part in (partner, turn, rater, factor))
    frame = pd.DataFrame(
        {
            "date": when[partner, turn],
            "partner": texts(plan.names, partner),
            "rater": texts(RATERS, rater),
            "factor": texts(FACTORS, factor),
            "score": numbers(scores[partner, turn, rater, factor]),
        }
    )
    return frame.astype(RATINGS.dtypes)


def _rating_days(plan: Plan) -> np.ndarray:
    """A place for the first rating, then the last working day of each June and December."""
    halves = [index for index in plan.months if index % 12 in (5, 11)]
    closes = np.array([index + 1 - 1970 * 12 for index in halves], dtype="datetime64[M]")
    return np.concatenate(
        [
            plan.first.min(keepdims=True),
            np.busday_offset(closes.astype("datetime64[D]") - 1, 0, roll="backward"),
        ]
    )


def actions(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """The actions table: the usual ones of everybody, and those of the three stories about work."""
    frames = [_usual(plan, rng)]
    present = {story.partner: story for story in cast.stories() if story.partner in plan.names[: plan.hand]}
    makers = {
        "stalled kick-off": _stalled,
        "executive on tactical work": _by_executive,
        "no alternative": _by_contractor,
    }
    frames += [
        makers[story.story](plan, story.partner) for story in present.values() if story.story in makers
    ]
    frame = pd.concat([part.astype(ACTIONS.dtypes) for part in frames], ignore_index=True)
    return frame.sort_values(["created", "partner", "action"], kind="stable", ignore_index=True)


def _usual(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """An action about every five months; the one before the last is finished in the last seven weeks.

    Partners with a story about work have only their own, and who has ended or stopped gets nothing new.
    """
    end = np.datetime64(plan.end, "D")
    count, turns = len(plan.names), 1 + len(plan.months) // 5
    back = np.array([25, 105, *(105 + 150 * (turn - 1) for turn in range(2, turns))][:turns])
    created = end - back - rng.integers(0, 15, (count, turns))
    due = created + np.where(np.arange(turns) == 0, 75, 60) + rng.integers(0, 20, (count, turns))
    done = np.minimum(due - rng.integers(-6, 30, (count, turns)), end - 3)
    if turns > 1:
        done[:, 1] = end - rng.integers(5, 50, count)
        due[:, 1] = done[:, 1] + rng.integers(-3, 15, count)
    done[:, 0] = np.datetime64("NaT")
    own = {story.partner for story in cast.stories() if story.measure in ("nurture", "leverage")}
    keep = (created > plan.first[:, None]) & (due < plan.last[:, None])
    keep[:, 0] = (created[:, 0] > plan.first) & (plan.last == end) & (rng.random(count) < 0.5)
    if turns > 1:
        keep[:, 1] = (created[:, 1] > plan.first) & (plan.last == end)
    keep[[place for place, name in enumerate(plan.names) if name in own], :2] = False
    partner, turn = np.nonzero(keep)
    strategic = (turn + partner) % 2 == 0
    which = rng.integers(0, 7, len(partner))
    who = np.where(strategic, rng.integers(0, 3, len(partner)), 3 + rng.integers(0, 2, len(partner)))
    people = (*cast.STRATEGIC_OWNERS, *cast.TACTICAL_OWNERS)
    helpers = [name for name in cast.DELEGATES if name in plan.names]
    helped = ~strategic & (rng.random(len(partner)) < 0.3) & bool(helpers)
    return pd.DataFrame(
        {
            "partner": texts(plan.names, partner),
            "action": texts(_STRATEGIC_ACTIONS + _TACTICAL_ACTIONS, np.where(strategic, which, 7 + which)),
            "horizon": texts(("tactical", "strategic"), strategic.astype("int64")),
            "priority": rng.integers(1, 4, len(partner)),
            "owner": texts(people, who),
            "owner_level": texts([cast.STAFF[name] for name in people], who),
            "created": _working(created[partner, turn]),
            "due": _working(due[partner, turn]),
            "done": _working(done[partner, turn]),
            "hours": np.where(strategic, 4, 1) + rng.integers(0, 9, len(partner)) / 2,
            "delegate_to": texts(helpers, np.where(helped, rng.integers(0, 2, len(partner)), -1))
            if len(helpers) == 2
            else pd.array([None] * len(partner), dtype="string"),
        }
    )


def _working(dates: np.ndarray) -> np.ndarray:
    known = ~np.isnat(dates)
    moved = dates.astype("datetime64[D]").copy()
    moved[known] = np.busday_offset(moved[known], 0, roll="backward")
    return moved


def _own(partner: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Actions of a story; its rows are action, horizon, priority, owner, created, due, done, hours."""
    columns = ["action", "horizon", "priority", "owner", "created", "due", "done", "hours"]
    frame = pd.DataFrame(rows, columns=columns).assign(partner=partner, delegate_to=None)
    for name in ("created", "due", "done"):
        frame[name] = _working(pd.to_datetime(frame[name]).to_numpy().astype("datetime64[D]"))
    frame["owner_level"] = frame["owner"].map(cast.STAFF)
    return frame[list(ACTIONS.names)]


def _stalled(plan: Plan, partner: str) -> pd.DataFrame:
    begun = np.datetime64(day_before_end(plan.end, 7, 6), "D")
    rows: list[tuple[object, ...]] = [
        (text, "tactical", 1, "Ben Ito", begun, begun + late + 3, begun + late - 3, 3)
        for text, late in _KICK_OFF_DONE
    ]
    rows += [
        (
            text,
            horizon,
            place,
            "Ben Ito" if horizon == "tactical" else "Helena Voss",
            begun,
            begun + late,
            None,
            6,
        )
        for place, (text, horizon, late) in enumerate(_KICK_OFF, start=1)
    ]
    return _own(partner, rows)


def _by_executive(plan: Plan, partner: str) -> pd.DataFrame:
    begun = np.datetime64(day_before_end(plan.end, 2, 8), "D")
    end = np.datetime64(plan.end, "D")
    rows: list[tuple[object, ...]] = [
        (
            text,
            "tactical",
            place,
            "Rupert Ashdown",
            begun + 9 * (place - 1),
            end + 14 + 7 * place,
            None,
            3 + place,
        )
        for place, text in enumerate(_EXECUTIVE, start=1)
    ]
    rows.append(("Column for September", "tactical", 1, "Rupert Ashdown", begun, end - 20, end - 21, 4))
    return _own(partner, rows)


def _by_contractor(plan: Plan, partner: str) -> pd.DataFrame:
    begun = np.datetime64(day_before_end(plan.end, 2, 15), "D")
    end = np.datetime64(plan.end, "D")
    rows: list[tuple[object, ...]] = [
        (text, "tactical", place, "Zofia Zielińska", begun + 10 * (place - 1), end + due, None, hours)
        for place, (text, due, hours) in enumerate(_CONTRACTOR, start=1)
    ]
    rows.append(("Sketches for the portal", "tactical", 1, "Zofia Zielińska", begun, end - 14, end - 16, 4))
    return _own(partner, rows)


def truth(plan: Plan) -> pd.DataFrame:
    """What is planted on the partners of this plan, and since when."""
    present, rows = set(plan.names[: plan.hand]), []
    opening = month_start(month_index(plan.end) - len(plan.months) + 1)
    for story in cast.stories():
        if story.partner not in present or (
            story.story == "competitors" and not set(cast.COMPETITORS) <= present
        ):
            continue
        since = (
            plan.first[plan.names.index(story.partner)]
            if story.months is None
            else max(day_before_end(plan.end, story.months, story.day or 1), opening)
        )
        rows.append((story.partner, story.story, story.detail, since, story.measure))
    frame = pd.DataFrame(rows, columns=["partner", "story", "detail", "since", "measure"])
    return frame.astype({"since": "datetime64[us]"}).astype(
        dict.fromkeys(("partner", "story", "detail", "measure"), "string")
    )
