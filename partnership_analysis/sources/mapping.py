"""Mappings: a TOML file that says how somebody else's tables become ours, without code.

::

    title = "Where the export comes from"
    date_order = "day"                # how to read 03/04/2025, for every table: day, month or year first
    decimal = ","                     # how to read 1.234, for every table

    [settings]                        # settings of the portfolio; its own settings go before these
    us = "Northgate Advisory"

    [[tables]]
    to = "interactions"               # one of the four tables, or aliases; several files may feed one table
    file = "referrals.csv"            # in the folder that is loaded; with a workbook, leave it out
    sheet = "Deals"                   # of a workbook
    fill_down = ["Account"]           # columns in which a blank cell means the one above it

    [tables.columns]
    date = "created_at"               # the label of their column, exactly
    kind = { constant = "referral" }  # the same in every row
    partner = { template = "Partner {id}" }                  # labels in braces
    date = { from = "created_at", epoch = "ns" }             # s, ms, us or ns since 1970 (UTC)
    direction = { from = "out", values = { "1" = "given", "0" = "received" } }
    reference = { from = "company_id", missing = ["0"] }     # texts that mean nothing
    owner = { from = "partner_id", join = { file = "partners.csv", on = "id", take = "sales" } }

A value that ``values`` does not list stays as it is, so that validation rejects the row and names it.
"""

from __future__ import annotations

from collections.abc import Mapping as Named
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from rapidfuzz import process

from partnership_analysis.errors import MappingError
from partnership_analysis.schema import READABLE
from partnership_analysis.settings import read_toml

_Epoch = Literal["s", "ms", "us", "ns"]
_STRICT = ConfigDict(extra="forbid", frozen=True)


class Join(BaseModel):
    """Look a value up in another table: the row whose ``on`` is the value gives ``take``."""

    model_config = _STRICT

    file: str | None = None
    sheet: str | None = None
    on: str
    take: str


class Rule(BaseModel):
    """How one of our columns is made from theirs."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: str | None = Field(None, alias="from")
    constant: str | int | float | bool | None = None
    template: str | None = None
    join: Join | None = None
    values: dict[str, str] = {}
    missing: tuple[str, ...] = ()
    epoch: _Epoch | None = None

    @model_validator(mode="before")
    @classmethod
    def _label_alone(cls, value: object) -> object:
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> Rule:
        given = [part for part in (self.source, self.constant, self.template) if part is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of `from`, `constant` and `template`")
        if self.source is None and (self.join or self.values or self.missing or self.epoch):
            raise ValueError("`join`, `values`, `missing` and `epoch` need `from`")
        if self.template is not None and not self.fields:
            raise ValueError("a template names at least one of their columns in braces: `Partner {id}`")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """Their columns that the rule reads."""
        if self.template is None:
            return () if self.source is None else (self.source,)
        return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(self.template) if name))


class TableRule(BaseModel):
    """How one of their tables becomes one of ours."""

    model_config = _STRICT

    to: Literal["interactions", "partners", "ratings", "actions", "aliases"]
    file: str | None = None
    sheet: str | None = None
    date_order: Literal["day", "month", "year"] | None = None
    decimal: Literal[".", ","] | None = None
    fill_down: tuple[str, ...] = ()
    columns: dict[str, Rule]

    @model_validator(mode="after")
    def _known_columns(self) -> TableRule:
        table = READABLE[self.to]
        problems = []
        for name in self.columns:
            if name not in table.names:
                near = process.extractOne(name, list(table.names), score_cutoff=60)
                hint = f", did you mean `{near[0]}`?" if near else f"; it has {', '.join(table.names)}"
                problems.append(f"`{name}` is not a column of {self.to}{hint}")
        problems += [
            f"`{column.name}` is required in {self.to} and has no rule"
            for column in table.columns
            if column.required and column.name not in self.columns
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


class Mapping(BaseModel):
    """A mapping file; see the module for the format.

    Without ``tables`` it only says how doubtful dates and numbers are read.

    >>> Mapping.parse({"date_order": "day"}).date_order
    'day'
    """

    model_config = _STRICT

    title: str = ""
    date_order: Literal["day", "month", "year"] | None = None
    decimal: Literal[".", ","] | None = None
    settings: dict[str, Any] = {}
    tables: tuple[TableRule, ...] = ()

    @model_validator(mode="after")
    def _has_interactions(self) -> Mapping:
        if self.tables and not any(table.to == "interactions" for table in self.tables):
            raise ValueError("no table goes to interactions, the one table that a portfolio needs")
        return self

    @classmethod
    def parse(cls, values: Named[str, Any], where: str = "mapping") -> Mapping:
        """A mapping from names and values; every finding in one error.

        Raises
        ------
        MappingError
            If a name is unknown or a value does not fit.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            findings = "".join(f"\n  - {_finding(item)}" for item in error.errors())
            raise MappingError(f"{where}:{findings}") from None

    @classmethod
    def from_toml(cls, path: str | Path) -> Mapping:
        """A mapping from a TOML file.

        Raises
        ------
        MappingError
            If the file is missing, is no TOML, or does not fit.
        """
        return cls.parse(read_toml(Path(path), "mapping", MappingError), Path(path).name)

    @classmethod
    def of(cls, mapping: Mapping | Named[str, Any] | str | Path | None) -> Mapping:
        """Whatever a caller may give: a mapping, names and values, a file, or nothing."""
        if mapping is None:
            return cls()
        if isinstance(mapping, Mapping):
            return mapping
        return cls.parse(mapping) if isinstance(mapping, Named) else cls.from_toml(mapping)


def _finding(item: Any) -> str:
    name = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"`{name}` is not a key of a mapping."
    message = item["msg"].removeprefix("Value error, ")
    value = f" = {item['input']!r}" if isinstance(item["input"], str | int | float) else ""
    return f"`{name}`{value}: {message}" if name else message
