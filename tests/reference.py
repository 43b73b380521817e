"""A second implementation of the measures, in plain Python, written from `../shared/design/domain.md`.

No pandas, numpy or scipy: records are dicts, months are whole numbers, sums are loops, and what can be exact
is a fraction. Slow and plain on purpose: it is what the package is held against.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

RVI_KINDS = ("referral", "strategic_referral", "online_collaboration", "event", "cross_promotion")
REFERRALS = RVI_KINDS[:2]
AMOUNTS = ("value", "commission", "hours", "cost")
SIDES = {"ours": ("received", "mutual"), "theirs": ("given", "mutual")}

Row = dict[str, Any]


@dataclass
class World:
    """Three tables as lists of dicts, and the settings that matter here."""

    interactions: list[Row]
    partners: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)
    window: int = 12
    min_months: int = 3
    interval: float = 0.9
    assumed_trust: float | None = None
    weights: dict[str, float] = field(default_factory=lambda: dict.fromkeys(RVI_KINDS, 1.0))
    bands: tuple[float, float, float] = (1.0, 2.0, 3.0)
    fiscal_year_start: int = 1

    @property
    def first(self) -> dt.date:
        """Day of the first interaction."""
        return min(row["date"] for row in self.interactions)

    @property
    def last(self) -> dt.date:
        """Day of the last interaction."""
        return max(row["date"] for row in self.interactions)

    def vertical(self, partner: str) -> str:
        """Vertical on record, or the words for none."""
        known = [row.get("vertical") for row in self.partners if row["partner"] == partner]
        return known[0] if known and known[0] else "not described"


# ---------------------------------------------------------------- months


def month(date: dt.date) -> int:
    """Months since year 0."""
    return date.year * 12 + date.month - 1


def month_start(index: int) -> dt.date:
    """First day of a month."""
    return dt.date(index // 12, index % 12 + 1, 1)


def month_end(index: int) -> dt.date:
    """Last day of a month."""
    year, number = index // 12, index % 12 + 1
    return dt.date(year, number, calendar.monthrange(year, number)[1])


def quarter_label(index: int, first_month: int) -> str:
    """Quarter of a month; a fiscal year is named by the calendar year in which it ends."""
    year, number = index // 12, index % 12 + 1
    place = (number - first_month) % 12
    if first_month > 1 and number >= first_month:
        year += 1
    return f"{year}Q{place // 3 + 1}"


# ---------------------------------------------------------------- distributions


def gamma_below(shape: float, x: float) -> float:
    """Regularised lower incomplete gamma: series for small x, Lentz's continued fraction for large."""
    if x <= 0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        step = shape
        while abs(term) > abs(total) * 1e-17:
            step += 1
            term *= x / step
            total += term
        return total * front
    tiny = 1e-300
    b = x + 1 - shape
    c, d = 1 / tiny, 1 / b
    h = d
    for i in range(1, 10_000):
        an = -i * (i - shape)
        b += 2
        d = an * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + an / c
        c = c if abs(c) > tiny else tiny
        h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return 1 - h * front


def beta_below(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(1 - x)
    )
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    h = d
    for m in range(1, 10_000):
        for an in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + an * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + an / c
            c = c if abs(c) > tiny else tiny
            h *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return front * h / a


def _bisect(below: Any, chance: float, low: float, high: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if below(middle) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@cache
def gamma_quantile(shape: float, chance: float) -> float:
    """Quantile of Gamma(shape, 1) by bisection."""
    high = shape + 1.0
    while gamma_below(shape, high) < chance:
        high *= 2
    return _bisect(lambda x: gamma_below(shape, x), chance, 0.0, high)


@cache
def beta_quantile(a: float, b: float, chance: float) -> float:
    """Quantile of Beta(a, b) by bisection."""
    return _bisect(lambda x: beta_below(a, b, x), chance, 0.0, 1.0)


def binomial_at_most(count: int, total: int, share: Fraction) -> Fraction:
    """P(X <= count), X binomial, exactly."""
    p, q = share.numerator, share.denominator
    terms = sum(math.comb(total, k) * p**k * (q - p) ** (total - k) for k in range(count + 1))
    return Fraction(terms, q**total)


# ---------------------------------------------------------------- panel


def known_sum(values: Iterable[float | None]) -> float | None:
    """Sum of what is known; nothing known is nothing, not 0."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None


def won(row: Row) -> float | None:
    """What a row's receiver won: an open or lost one nothing."""
    return row.get("value") if row.get("status") in (None, "won") else None


def panel(rows: list[Row], until: dt.date | None = None) -> list[Row]:
    """Partner x month x kind x direction."""
    cells: dict[tuple[str, int, str, str], list[Row]] = {}
    for row in rows:
        if until is None or row["date"] <= until:
            key = (row["partner"], month(row["date"]), row["kind"], row["direction"])
            cells.setdefault(key, []).append(row)
    result = []
    for partner, index, kind, direction in sorted(cells):
        inside = cells[partner, index, kind, direction]
        amounts = {name: known_sum(row.get(name) for row in inside) for name in AMOUNTS}
        amounts["value"] = known_sum(won(row) for row in inside)
        result.append(
            {
                "partner": partner,
                "month": month_start(index),
                "kind": kind,
                "direction": direction,
                "count": sum(row.get("count") or 1 for row in inside),
                **amounts,
            }
        )
    return result


# ---------------------------------------------------------------- RVI


def spans(world: World, as_of: dt.date) -> dict[str, tuple[int, int]]:
    """First and last month of every partnership that had begun."""
    about = {row["partner"]: row for row in world.partners}
    names = {row["partner"] for row in world.interactions} | set(about)
    found = {}
    for name in sorted(names):
        days = [row["date"] for row in world.interactions if row["partner"] == name and row["date"] <= as_of]
        started, ended = (about.get(name, {}).get(word) for word in ("started", "ended"))
        begins = [*days, *([started] if started else [])]
        if not begins or min(begins) > as_of:
            continue
        stop = max([ended, *days]) if ended and ended <= as_of else as_of
        found[name] = (month(min(begins)), month(stop))
    return found


def trust_at(
    world: World, partner: str, side: str, index: int, as_of: dt.date
) -> tuple[Fraction | None, str | None, dt.date | None]:
    """Trust at a month's end: score, where from, of which day."""
    until = min(month_end(index), as_of)
    raters = [("us", "rated")] if side == "ours" else [("them", "rated"), ("us", "ours stands in")]
    for rater, source in raters:
        valid = [
            row
            for row in world.ratings
            if row["partner"] == partner
            and row["rater"] == rater
            and row["factor"] == "trust"
            and row["date"] <= until
        ]
        if valid:
            day = max(row["date"] for row in valid)
            scores = [Fraction(str(row["score"])) for row in valid if row["date"] == day]
            return sum(scores, Fraction(0)) / len(scores), source, day
    if world.assumed_trust is not None:
        return Fraction(str(world.assumed_trust)), "assumed", None
    return None, None, None


def unit_weight(world: World) -> Fraction:
    """Average of the weights above 0."""
    weights = [Fraction(str(weight)) for weight in world.weights.values() if weight > 0]
    return sum(weights, Fraction(0)) / len(weights)


def limits_of(
    total: Fraction, squared: Fraction, unit: Fraction, months: int, level: float
) -> tuple[float, float]:
    """Gamma limits of a monthly rate; equal weights w: w * Gamma(n + 1/2) / m."""
    scale = squared / total if total else unit
    shape = float(total / scale) + 0.5
    low, high = (gamma_quantile(shape, round(p, 12)) for p in ((1 - level) / 2, (1 + level) / 2))
    per_month = float(scale) / months
    return (low * per_month if total else 0.0), high * per_month


def band_of(value: Fraction | None, tenure: int, world: World) -> str | None:
    """Band; weak < average <= average <= promising < promising < strong <= strong."""
    average, promising, strong = (Fraction(str(limit)) for limit in world.bands)
    if value is None:
        return None
    if tenure < world.min_months:
        return "too early"
    if value < average:
        return "weak"
    if value <= promising:
        return "average"
    return "promising" if value < strong else "strong"


def lift_of(score: Fraction | None, total: Fraction, months: int, unit: Fraction, world: World) -> int | None:
    """Fewest further interactions that reach the next band, found by counting up."""
    if score is None:
        return None
    average, promising, strong = (Fraction(str(limit)) for limit in world.bands)
    value = score * total / months
    if value >= strong:
        return None
    more = 0
    while True:
        more += 1
        reached = score * (total + more * unit) / months
        if (
            (value < average and reached >= average)
            or (average <= value <= promising and reached > promising)
            or (value > promising and reached >= strong)
        ):
            return more


def rvi(
    world: World,
    side: str = "ours",
    method: str = "trailing",
    window: int | None = None,
    as_of: dt.date | None = None,
) -> list[Row]:
    """One row a partner and month, with its counts by kind under ``kinds``."""
    as_of, window = as_of or world.last, window or world.window
    weights = {kind: Fraction(str(weight)) for kind, weight in world.weights.items()}
    record, unit = month(world.first), unit_weight(world)
    result = []
    for partner, (begun, end) in spans(world, as_of).items():
        for index in range(max(begun, record), end + 1):
            since = index - window + 1
            tenure = index - begun + 1
            months = tenure if method == "published" else min(tenure, window)
            kinds = dict.fromkeys(RVI_KINDS, 0)
            for row in world.interactions:
                if (
                    row["partner"] == partner
                    and row["kind"] in kinds
                    and row["direction"] in SIDES[side]
                    and row["date"] <= min(as_of, month_end(index))
                ):
                    whole = method == "published" and row["kind"] != "referral"
                    if whole or month(row["date"]) >= since:
                        kinds[row["kind"]] += row.get("count") or 1
            total = sum((weights[kind] * count for kind, count in kinds.items()), Fraction(0))
            squared = sum((weights[kind] ** 2 * count for kind, count in kinds.items()), Fraction(0))
            score, source, day = trust_at(world, partner, side, index, as_of)
            value = None if score is None else score * total / months
            low, high = limits_of(total, squared, unit, months, world.interval)
            result.append(
                {
                    "partner": partner,
                    "month": month_start(index),
                    "rvi": value,
                    "low": None if score is None else float(score) * low,
                    "high": None if score is None else float(score) * high,
                    "rate": total / months,
                    "rate_low": low,
                    "rate_high": high,
                    "band": band_of(value, min(tenure, index - record + 1), world),
                    "trust": score,
                    "trust_source": source,
                    "trust_date": day,
                    "count": sum(kinds.values()),
                    "weighted": total,
                    "months": months,
                    "lift": lift_of(score, total, months, unit, world),
                    "partial": index - months + 1 < record,
                    "kinds": kinds,
                    "squared": squared,
                }
            )
    return result


def components(world: World, **choices: Any) -> list[Row]:
    """RVI split by kind."""
    result = []
    for row in rvi(world, **choices):
        for kind in RVI_KINDS:
            weight = Fraction(str(world.weights[kind]))
            part = (
                None if row["trust"] is None else row["trust"] * weight * row["kinds"][kind] / row["months"]
            )
            result.append(
                {
                    "partner": row["partner"],
                    "month": row["month"],
                    "kind": kind,
                    "count": row["kinds"][kind],
                    "weight": weight,
                    "rvi": part,
                }
            )
    return result


def both_sides(world: World, as_of: dt.date | None = None) -> list[Row]:
    """The two indices of everybody alive in the month of ``as_of``."""
    as_of = as_of or world.last
    at = month_start(month(as_of))
    tables = {
        side: {row["partner"]: row for row in rvi(world, side, as_of=as_of) if row["month"] == at}
        for side in SIDES
    }
    result = []
    for partner, ours in tables["ours"].items():
        theirs = tables["theirs"][partner]
        known = ours["rvi"] is not None and theirs["rvi"] is not None
        result.append(
            {
                "partner": partner,
                "ours": ours["rvi"],
                "theirs": theirs["rvi"],
                "gap": ours["rvi"] - theirs["rvi"] if known else None,
                "ours_low": ours["low"],
                "ours_high": ours["high"],
                "theirs_low": theirs["low"],
                "theirs_high": theirs["high"],
                "trust_source": theirs["trust_source"],
                "months": ours["months"],
                "too_early": "too early" in (ours["band"], theirs["band"]),
            }
        )
    return sorted(
        result,
        key=lambda row: (row["gap"] is None, -row["gap"] if row["gap"] else 0, row["partner"].casefold()),
    )


# ---------------------------------------------------------------- reciprocity


def reciprocity(
    world: World,
    by: str = "partner",
    window: int | None = None,
    whole: bool = False,
    as_of: dt.date | None = None,
) -> list[Row]:
    """Referrals both ways, the largest surplus of received first."""
    as_of = as_of or world.last
    first = month(as_of) - (window or world.window) + 1
    groups: dict[str, list[Row]] = {}
    for row in world.interactions:
        inside = row["date"] <= as_of and (whole or month(row["date"]) >= first)
        if inside and row["kind"] in REFERRALS and row["direction"] != "mutual":
            name = row["partner"] if by == "partner" else world.vertical(row["partner"])
            groups.setdefault(name, []).append(row)
    result = []
    for name, rows in groups.items():
        received, given = ([row for row in rows if row["direction"] == way] for way in ("received", "given"))
        r, g = (sum(row.get("count") or 1 for row in part) for part in (received, given))
        chance = min(Fraction(1), 2 * binomial_at_most(min(r, g), r + g, Fraction(1, 2)))
        label = "too few to say"
        if r + g >= 6:
            label = "balanced"
            if chance < Fraction(1, 20):
                label = "one-sided: we give" if g > r else "one-sided: they give"
        tail = round((1 - world.interval) / 2, 12)
        result.append(
            {
                by: name,
                "received": r,
                "given": g,
                "balance": r - g,
                "value_received": known_sum(won(row) for row in received),
                "value_given": known_sum(won(row) for row in given),
                "commission_paid": known_sum(row.get("commission") for row in received),
                "commission_earned": known_sum(row.get("commission") for row in given),
                "share": Fraction(r, r + g),
                "low": beta_quantile(r + 0.5, g + 0.5, tail) if r else 0.0,
                "high": beta_quantile(r + 0.5, g + 0.5, 1 - tail) if g else 1.0,
                "chance": chance,
                "label": label,
            }
        )
    return sorted(result, key=lambda row: (-row["balance"], row[by]))


# ---------------------------------------------------------------- verticals


def verticals(world: World, freq: str = "quarter", as_of: dt.date | None = None, **choices: Any) -> list[Row]:
    """Every vertical in every period from its first."""
    as_of = as_of or world.last

    def period(index: int) -> str:
        if freq == "month":
            return f"{index // 12}-{index % 12 + 1:02d}"
        return quarter_label(index, world.fiscal_year_start)

    indices = range(month(world.first), month(as_of) + 1)
    ends: dict[str, int] = {}
    for index in indices:
        ends[period(index)] = index
    monthly = rvi(world, as_of=as_of, **choices)
    result = []
    for vertical in sorted({world.vertical(row["partner"]) for row in monthly}):
        rows = [row for row in monthly if world.vertical(row["partner"]) == vertical]
        begun = min(month(row["month"]) for row in rows)
        for label, end in ends.items():
            if end < begun:
                continue
            alive = [row for row in rows if month(row["month"]) == end]
            rated = [row for row in alive if row["rvi"] is not None]
            mean = low = high = None
            if rated:
                units = [row["trust"] / row["months"] / len(rated) for row in rated]
                mean = sum(unit * row["weighted"] for unit, row in zip(units, rated, strict=True))
                spread = sum(unit**2 * row["squared"] for unit, row in zip(units, rated, strict=True))
                one = sum(units, Fraction(0)) / len(units) * unit_weight(world)
                low, high = limits_of(Fraction(mean), Fraction(spread), one, 1, world.interval)
            inside = [
                row
                for row in world.interactions
                if world.vertical(row["partner"]) == vertical
                and row["date"] <= as_of
                and period(month(row["date"])) == label
            ]
            referrals = [row for row in inside if row["kind"] in REFERRALS]
            received = [row for row in referrals if row["direction"] == "received"]
            given = [row for row in referrals if row["direction"] == "given"]
            result.append(
                {
                    "vertical": vertical,
                    "period": label,
                    "end": month_start(end),
                    "days": sum(
                        period(month(world.first + dt.timedelta(days=past))) == label
                        for past in range((as_of - world.first).days + 1)
                    ),
                    "partners": len(alive),
                    "rated": len(rated),
                    "too_early": sum(row["band"] == "too early" for row in rated),
                    "rvi": mean,
                    "low": low,
                    "high": high,
                    "partial": any(row["partial"] for row in alive),
                    "received": sum(row.get("count") or 1 for row in received),
                    "given": sum(row.get("count") or 1 for row in given),
                    "value": known_sum(won(row) for row in received),
                    "hours": known_sum(row.get("hours") for row in inside),
                }
            )
    return result


# ---------------------------------------------------------------- signals

FALL, RISE, LONGEST, LEARNT = (0.5, 0.3, 0.1, 0.01), (1.5, 2.0, 3.0, 5.0), 9, 36
FALL_ALARM, RISE_ALARM = 53.5, 36.0
SEEN_AT = (1, 2, 3, 5, 10, 20, 30, 50, 70, 100, 200, 500, 1000, 3000, 10_000)
FALLS_SEEN = (0.754, 0.601, 0.497, 0.349, 0.182, 0.0723, 0.0392, 0.0178, 0.0107, 0.0062, 0.0022, 0.0006, 0.00023, 0.000062, 0.000014)  # fmt: skip
RISES_SEEN = (0.903, 0.695, 0.516, 0.294, 0.114, 0.0416, 0.0232, 0.0113, 0.007, 0.0042, 0.0016, 0.0005, 0.0002, 0.00004, 0.000013)  # fmt: skip


@dataclass
class Record:
    """What is on record of a partner: the first month that tells of its rate, the last, and counts by month."""

    begun: int
    last: int
    counts: dict[int, int]
    share: dict[int, float]

    def count(self, first: int, until: int) -> int:
        """Counted from one month to another."""
        return sum(n for index, n in self.counts.items() if max(first, self.begun) <= index <= until)

    def months(self, first: int, until: int) -> float:
        """Months observed from one to another."""
        low = max(first, self.begun)
        return max(0, until - low + 1) - sum(
            1 - part for at, part in self.share.items() if low <= at <= until
        )


def records(world: World, side: str, as_of: dt.date) -> dict[str, Record]:
    """Every partner's record up to a day."""
    about = {row["partner"]: row for row in world.partners}
    share = {month(as_of): as_of.day / month_end(month(as_of)).day}
    found = {}
    for name, (begin, stop) in spans(world, as_of).items():
        counts: dict[int, int] = {}
        for row in world.interactions:
            mine = row["partner"] == name and row["kind"] in RVI_KINDS and row["direction"] in SIDES[side]
            if mine and row["date"] <= as_of:
                counts[month(row["date"])] = counts.get(month(row["date"]), 0) + (row.get("count") or 1)
        known = about.get(name, {}).get("started") is not None
        begun = min(max(begin + (not known), month(world.first)), month(as_of) + 1)
        found[name] = Record(begun, stop, counts, share)
    return found


def likelihood(record: Iterable[Record], shape: float, rate: float) -> float:
    """Logarithm of the negative binomial likelihood of all counts, but for constants."""
    total = 0.0
    for one in record:
        n, m = one.count(one.begun, one.last), one.months(one.begun, one.last)
        if m > 0:
            total += math.lgamma(shape + n) - math.lgamma(shape) + shape * math.log(rate / (rate + m))
            total -= n * math.log(rate + m)
    return total


def default_prior(record: Iterable[Record]) -> tuple[float, float] | None:
    """The prior where too few partners did anything for one to be fitted; otherwise none."""
    seen = [(one.count(one.begun, one.last), one.months(one.begun, one.last)) for one in record]
    seen = [(n, m) for n, m in seen if m > 0]
    if sum(n > 0 for n, _ in seen) >= 5:
        return None
    total = sum(n for n, _ in seen)
    return 1.0, sum(m for _, m in seen) / total if total else 2.0


def spread_of(all_records: dict[str, Record]) -> dict[str, float]:
    """How many times each partner's counts vary as much as a Poisson's."""
    own = {}
    for name, one in all_records.items():
        ratios = []
        for index in range(one.begun, one.last):
            here, there = one.counts.get(index, 0), one.counts.get(index + 1, 0)
            if here + there:
                ratios.append((here - there) ** 2 / (here + there))
        own[name] = ratios
    pairs = sum(len(ratios) for ratios in own.values())
    mean = sum(len(r) * min(5.0, (sum(r) + 1) / (len(r) + 1)) for r in own.values())
    whole = (mean + 60) / (pairs + 60)
    return {name: max(1.0, (sum(r) + 60 * whole) / (len(r) + 60)) for name, r in own.items()}


def change_odds(
    one: Record, end: int, sizes: tuple[float, ...], prior: tuple[float, float], spread: float, first: int
) -> tuple[float, int]:
    """Odds that the rate changed in the last months, and the span that says so most."""
    shape, rate = prior
    total, best, chosen = 0.0, 0.0, 1
    for span in range(1, LONGEST + 1):
        split = end - span
        if split < first or one.months(first, split) <= 0:
            continue
        n1, k = one.count(split + 1, end), one.months(split + 1, end)
        n0, m0 = (one_of(split - LEARNT + 1, split) for one_of in (one.count, one.months))
        factor = 0.0
        for q in sizes:
            odds = n1 * math.log(q) + (shape + n0 + n1) * math.log((rate + m0 + k) / (rate + m0 + k * q))
            factor += math.exp(odds / spread) / len(sizes)
        total += factor
        if factor > best:
            best, chosen = factor, span
    return total, chosen


def seen_share(odds: float, shares: tuple[float, ...]) -> float:
    """Share of steady partner-months with odds at least so high, straight between the knots in logarithms."""
    at, values = [0.01, *SEEN_AT], [1.0, *shares]
    odds = min(max(odds, at[0]), at[-1])
    place = max(index for index in range(len(at) - 1) if at[index] <= odds)
    part = (math.log(odds) - math.log(at[place])) / (math.log(at[place + 1]) - math.log(at[place]))
    return math.exp((1 - part) * math.log(values[place]) + part * math.log(values[place + 1]))


def signals(world: World, side: str, as_of: dt.date, prior: tuple[float, float], since: int = 0) -> list[Row]:
    """State of every partner and month, from one on, without the words."""
    found = records(world, side, as_of)
    spread, first, result = spread_of(found), month(world.first), []
    for name, one in found.items():
        begin, held = spans(world, as_of)[name][0], 0.0
        for end in range(max(begin, first), one.last + 1):
            fall, fell = change_odds(one, end, FALL, prior, spread[name], first)
            rise, rose = change_odds(one, end, RISE, prior, spread[name], first)
            with_any = [index for index in one.counts if one.begun <= index <= end]
            silence, gap = None, 0
            if with_any:
                last = max(with_any)
                shape, rate = prior[0], prior[1] * spread[name] + one.months(last - LEARNT + 1, last)
                quiet, gap = one.months(last + 1, end), end - last
                count = one.count(last - LEARNT + 1, last) / spread[name]
                silence = (rate / (rate + quiet)) ** (shape + count)
            months, rare = end - one.begun + 1, 1.0 if silence is None else silence
            # A silence raises the odds of a fall, and does not lower them as it lasts.
            if gap >= 3:
                fall = max(fall, FALL_ALARM * 0.002 / rare)
            held = max(fall, held) if gap > 0 else fall
            fall = held
            if end < since:
                continue
            chances = {
                "weakening": seen_share(fall, FALLS_SEEN),
                "strengthening": seen_share(rise, RISES_SEEN),
                "silent": silence,
                "too early": None,
            }
            state, span = "steady", min(6, max(1, months // 2))
            if months < 6:
                state, span = "too early", end - max(begin, first) + 1
            elif gap >= 3 and (rare < 0.002 or (rare < 0.05 and fall > FALL_ALARM)):
                state, span = "silent", gap
            elif fall > FALL_ALARM and fall / FALL_ALARM >= rise / RISE_ALARM:
                state, span = "weakening", fell
            elif rise > RISE_ALARM:
                state, span = "strengthening", rose
            else:
                span = max(span, gap)
            before = min(LEARNT, max(0, months - span))
            early = state == "too early"
            steady = min(chances["weakening"], chances["strengthening"])
            result.append(
                {
                    "partner": name,
                    "month": month_start(end),
                    "state": state,
                    "weakening": fall / 60 / (1 + fall / 60),
                    "strengthening": rise / 60 / (1 + rise / 60),
                    "silence": silence,
                    "since": month_start(end - span + 1) if state not in ("steady", "too early") else None,
                    "recent": sum(n for index, n in one.counts.items() if index <= end)
                    if early
                    else one.count(end - span + 1, end),
                    "recent_months": span,
                    "earlier": 0 if early else one.count(end - span - before + 1, end - span),
                    "earlier_months": 0 if early else before,
                    "chance": chances.get(state, steady),
                }
            )
    return result


# ---------------------------------------------------------------- change since last quarter


def _won_from(world: World, partner: str, last: int) -> float | None:
    return known_sum(
        won(row)
        for row in world.interactions
        if row["partner"] == partner
        and row["kind"] in REFERRALS
        and row["direction"] == "received"
        and last - 11 <= month(row["date"]) <= last
    )


def quarter_change(
    world: World, last: int, prior: tuple[float, float], side: str = "ours", method: str = "trailing"
) -> list[Row]:
    """Every partnership alive in the last month of a quarter, ``last`` being that month's index."""
    end = month_end(last)
    monthly = {(row["partner"], month(row["month"])): row for row in rvi(world, side, method, as_of=end)}
    about = {row["partner"]: row for row in world.partners}
    shown = {row["partner"]: row for row in signals(world, side, end, prior, last)}
    result = []
    for (partner, index), now in monthly.items():
        ended = about.get(partner, {}).get("ended")
        if index != last or (ended is not None and ended <= end):
            continue
        ago = monthly.get((partner, last - 3))
        seen = [row for row in world.interactions if row["partner"] == partner and row["date"] <= end]
        mine = [row for row in seen if row["kind"] in RVI_KINDS and row["direction"] in SIDES[side]]

        def counted(first: int, until: int, rows: list[Row] = mine) -> int:
            return sum(row.get("count") or 1 for row in rows if first <= month(row["date"]) <= until)

        last_date = max((row["date"] for row in mine), default=None)
        known = ago is not None and ago["rvi"] is not None and now["rvi"] is not None
        result.append(
            {name: value for name, value in now.items() if name not in ("month", "kinds", "squared")}
            | {
                "vertical": world.vertical(partner),
                "relationship": about.get(partner, {}).get("relationship"),
                "rvi_before": ago["rvi"] if ago else None,
                "band_before": ago["band"] if ago else None,
                "rvi_change": now["rvi"] - ago["rvi"] if known else None,
                "quarter_count": counted(last - 2, last),
                "previous_count": counted(last - 5, last - 3),
                "last_date": last_date,
                "gap_days": (end - last_date).days if last_date else None,
                "last_contact": max((row["date"] for row in seen), default=None),
                "won": _won_from(world, partner, last),
                "won_before": _won_from(world, partner, last - 6),
            }
            | {name: value for name, value in shown[partner].items() if name not in ("partner", "month")}
        )
    return sorted(
        result,
        key=lambda row: (
            row["rvi"] is None,
            -row["rvi"] if row["rvi"] is not None else 0,
            -row["count"],
            row["partner"],
        ),
    )
