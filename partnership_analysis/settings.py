"""Settings of a portfolio: who we are, our money and time, and the conventions of the RVI.

They come from a TOML file beside the workbook, from a ``settings`` sheet (columns ``setting`` and
``value``), or from Python. Nested names are written with a dot: ``weights.referral``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from rapidfuzz import process

from partnership_analysis.errors import PartnershipError, SettingsError
from partnership_analysis.schema import BANDS, RVI_KINDS, TOO_EARLY


def _parts(value: object) -> object:
    """Lists may be written as one text with ``;`` between, as in a cell."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return value


def _rates(value: object) -> object:
    """Rates may be written as one text with ``;`` between: ``EUR 0.86; USD 0.79``."""
    if isinstance(value, str):
        pairs = [part.split() for part in value.split(";") if part.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError("write a code and a rate, `;` between: EUR 0.86; USD 0.79")
        value = dict(pairs)
    return {str(code).upper(): rate for code, rate in value.items()} if isinstance(value, Mapping) else value


def _days(value: object) -> object:
    """Days as a list, or as one cell has them."""
    parts = _parts(value)
    return (parts,) if isinstance(parts, dt.date) else parts


Names = Annotated[tuple[str, ...], BeforeValidator(_parts)]
Days = Annotated[tuple[dt.date, ...], BeforeValidator(_days)]
Rates = Annotated[dict[str, Annotated[float, Field(gt=0)]], BeforeValidator(_rates)]


class Weights(BaseModel):
    """Weight of one interaction of each RVI kind; all 1 in the article."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    referral: float = Field(1.0, ge=0, description="weight of a referral in the RVI")
    strategic_referral: float = Field(
        1.0, ge=0, description="weight of an introduction to another possible partner"
    )
    online_collaboration: float = Field(
        1.0, ge=0, description="weight of an article swap, guest post, social campaign"
    )
    event: float = Field(1.0, ge=0, description="weight of a workshop, seminar, webinar run together")
    cross_promotion: float = Field(1.0, ge=0, description="weight of a mailshot, newsletter slot")

    @model_validator(mode="after")
    def _some_weight(self) -> Weights:
        if not any(self.by_kind().values()):
            raise ValueError("at least one weight must be above 0")
        return self

    def by_kind(self) -> dict[str, float]:
        """Weight of each kind, in the schema's order."""
        return {kind: float(getattr(self, kind)) for kind in RVI_KINDS}


class Bands(BaseModel):
    """Band limits: weak < ``average`` <= average <= ``promising`` < promising < ``strong`` <= strong.

    The article (001) says under 1 weak, 1 to 2 average, 3 and above strong; ``promising`` fills its gap.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    average: float = Field(1.0, gt=0, description="RVI from which a relationship is average; under it, weak")
    promising: float = Field(2.0, gt=0, description="RVI above which it is promising")
    strong: float = Field(3.0, gt=0, description="RVI from which it is strong")

    @model_validator(mode="after")
    def _rising(self) -> Bands:
        if not self.average < self.promising < self.strong:
            raise ValueError(
                f"limits must rise: average {self.average:g}, promising {self.promising:g}, strong {self.strong:g}"
            )
        return self

    @property
    def limits(self) -> tuple[float, float, float]:
        """The three limits, rising."""
        return (self.average, self.promising, self.strong)


class Limits(BaseModel):
    """What a file may ask of the machine; over it, the file is refused. Not read from a workbook itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_mb: float = Field(1000, gt=0, description="size of a file that is read, in MB")
    unpacked_mb: float = Field(
        1000, gt=0, description="size of a workbook once unpacked, in MB; it is a ZIP archive"
    )
    ratio: float = Field(
        200, gt=1, description="how many times its size a part of a workbook over 10 MB may unpack to"
    )
    cells: int = Field(
        30_000_000, ge=1, description="cells of a sheet from its first to its last, blank ones included"
    )


class Settings(BaseModel):
    """Everything about us and our conventions that no table holds.

    Examples
    --------
    >>> Settings(us="Northgate Advisory", hour_rate=120).weights.referral
    1.0
    >>> Settings.from_mapping({"weights.referral": 2}).weights.referral
    2.0
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    us: str = Field("us", description="our name")
    market: Names = Field((), description="the clients that we serve; `;` between")
    offer: Names = Field((), description="what we sell; `;` between")
    verticals: Names = Field((), description="verticals in which we want partners; `;` between")
    currency: str = Field(
        "GBP", min_length=1, max_length=8, description="currency of every amount (ISO code)"
    )
    fiscal_year_start: int = Field(
        1, ge=1, le=12, description="month in which the fiscal year begins, 1 to 12"
    )
    hour_rate: float | None = Field(
        None, ge=0, description="what an hour of ours is worth, in currency; empty: unknown"
    )
    capacity_hours: float | None = Field(
        None, ge=0, description="our hours a quarter for all partners; empty: unknown"
    )
    holidays: Days = Field(
        (), description="days without a lunch, the next free Friday is taken: 2026-04-03; 2026-05-01"
    )
    window: int = Field(12, ge=1, le=120, description="months in the RVI's trailing window")
    min_months: int = Field(
        3, ge=1, le=36, description="months of a partnership on record under which the band is 'too early'"
    )
    interval: float = Field(0.9, gt=0, lt=1, description="probability that an interval covers")
    assumed_trust: float | None = Field(
        None, ge=1, le=5, description="trust (1 to 5) where nobody rated; empty: none, and no RVI is shown"
    )
    barter_limit: float = Field(
        0.2, ge=0, le=1, description="share of our hours that may go into trade, 0 to 1"
    )
    rejected_limit: float = Field(
        0.05, ge=0, le=1, description="share of rows that may be rejected before a load fails"
    )
    date_order: Literal["day", "month", "year"] | None = Field(
        None, description="what comes first in dates such as 03/04/2025; empty: the column must prove it"
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="decimal separator of texts such as 1.234; empty: the column must prove it"
    )
    repeats: Literal["once", "each"] = Field(
        "once", description="rows that repeat another exactly: counted `once`, or `each`"
    )
    rates: Rates = Field(
        default_factory=dict,
        description="what one unit of other currencies is worth in ours: EUR 0.86; USD 0.79",
    )
    weights: Weights = Weights()
    bands: Bands = Bands()
    limits: Limits = Limits()

    @field_validator("hour_rate", "capacity_hours", "assumed_trust", "date_order", "decimal", mode="before")
    @classmethod
    def _empty_is_unknown(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], where: str = "settings") -> Settings:
        """Settings from names and values, nested or dotted; every finding in one error.

        Raises
        ------
        SettingsError
            If a name is unknown (with the nearest known one) or a value does not fit.
        """
        nested: dict[str, Any] = {}
        for name, value in values.items():
            head, _, rest = str(name).strip().partition(".")
            if rest:
                nested.setdefault(head, {})[rest] = value
            else:
                nested[head] = {**nested.get(head, {}), **value} if isinstance(value, Mapping) else value
        try:
            return cls.model_validate(nested)
        except ValidationError as error:
            findings = "".join(f"\n  - {_finding(item)}" for item in error.errors())
            raise SettingsError(f"{where}:{findings}") from None

    @classmethod
    def from_toml(cls, path: str | Path) -> Settings:
        """Settings from a TOML file.

        Raises
        ------
        SettingsError
            If the file is missing, is no TOML, or does not fit.
        """
        return cls.from_mapping(read_toml(Path(path), "settings", SettingsError), Path(path).name)

    def flat(self) -> dict[str, Any]:
        """Names (dotted) to values, as a settings sheet holds them.

        >>> Settings().flat()["bands.strong"]
        3.0
        """
        flat: dict[str, Any] = {}
        for name, value in self.model_dump(mode="python").items():
            if name == "rates":
                flat[name] = "; ".join(f"{code} {rate:.15g}" for code, rate in value.items())
            elif isinstance(value, dict):
                flat |= {f"{name}.{inner}": part for inner, part in value.items()}
            else:
                flat[name] = "; ".join(map(str, value)) if isinstance(value, tuple) else value
        return flat

    @classmethod
    def descriptions(cls) -> dict[str, str]:
        """What each setting means, by its dotted name, in the order of :meth:`flat`."""
        texts: dict[str, str] = {}
        for name, field in cls.model_fields.items():
            model = field.annotation
            if isinstance(model, type) and issubclass(model, BaseModel):
                texts |= {
                    f"{name}.{inner}": part.description or "" for inner, part in model.model_fields.items()
                }
            else:
                texts[name] = field.description or ""
        return texts


def read_toml(path: Path, what: str, error: type[PartnershipError]) -> dict[str, Any]:
    """The content of a TOML file, or the given error that says why there is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise error(f"no {what} file can be read at {path}: {problem.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise error(f"{path.name} is not TOML: {problem}") from None


def band_names() -> tuple[str, ...]:
    """Every band a partner can have, lowest first; ``too early`` before all."""
    return (TOO_EARLY, *BANDS)


def _finding(item: Any) -> str:
    name = ".".join(str(part) for part in item["loc"]) or "settings"
    if item["type"] == "extra_forbidden":
        near = process.extractOne(name, list(Settings.descriptions()), score_cutoff=60)
        return f"`{name}` is not a setting." + (
            f" Did you mean `{near[0]}`?" if near else f" Known: {', '.join(Settings.descriptions())}."
        )
    return f"`{name}` = {item['input']!r}: {item['msg'].removeprefix('Value error, ')}"
