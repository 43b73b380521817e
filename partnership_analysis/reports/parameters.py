"""What a report is asked for, checked before a kernel starts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from rapidfuzz import process

from partnership_analysis.errors import ParameterError, PeriodError, listed
from partnership_analysis.periods import Quarter, month_indices, quarter_labels

if TYPE_CHECKING:
    from partnership_analysis.portfolio import Portfolio


class ReportParameters(BaseModel):
    """What a report is made of; built with :meth:`of`, which names every finding at once.

    Examples
    --------
    >>> ReportParameters.of(portfolio=".", quarter="2025 q3").quarter
    '2025Q3'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    portfolio: Path
    """Workbook or folder with the tables."""
    quarter: str
    """Quarter that the report is about, such as ``2025Q3``."""
    mapping: Path | None = None
    """Mapping file that says which column is which, if the tables are not ours."""
    settings: Path | None = None
    """Settings file; none: the portfolio's own."""
    vertical: str = ""
    """Vertical that the report is limited to; empty: all."""
    partners: tuple[str, ...] = ("flagged",)
    """Whose pages are made: ``all``, ``flagged``, or names."""
    audience: str = ""
    """A partner for whom the report is: then it is one page, of what that partner may see."""
    anonymise: bool = False
    """Whether every name of a partner or person is an alias; the key is kept beside the portfolio."""
    previous: Path | None = None
    """Folder of an earlier report to compare with; none: the latest of the same portfolio beside this one."""
    compare: bool = True
    """Whether to compare with an earlier report at all."""
    out: Path | None = None
    """Report folder; none: ``reports/<portfolio>-<quarter>[-<vertical>]``."""
    others: dict[str, Any] = {}
    """Further parameters of the notebook, by name; texts are read as the type that the notebook gives."""

    @classmethod
    def of(cls, **values: Any) -> ReportParameters:
        """Parameters by name.

        Raises
        ------
        ParameterError
            If a name is unknown, a file is missing or the quarter is none; lists every finding.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ParameterError([_finding(item) for item in error.errors()]) from None

    @field_validator("portfolio")
    @classmethod
    def _there(cls, path: Path) -> Path:
        if not path.exists():
            raise ValueError(f"There is no workbook or folder {path}")
        return path

    @field_validator("mapping", "settings")
    @classmethod
    def _file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError(f"There is no file {path}")
        return path

    @field_validator("previous")
    @classmethod
    def _folder(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_dir():
            raise ValueError(f"There is no folder {path}")
        return path

    @model_validator(mode="after")
    def _for_whom(self) -> ReportParameters:
        if self.audience and self.anonymise:
            raise ValueError("A page for one partner has no aliases: choose audience or anonymise")
        if self.anonymise and self.partners not in (("all",), ("flagged",)):
            raise ValueError("Without names, the pages are those of all partners or of the flagged")
        return self

    @field_validator("quarter")
    @classmethod
    def _quarter(cls, text: str) -> str:
        try:
            return str(Quarter.parse(text))
        except PeriodError as error:
            raise ValueError(str(error)) from None

    @field_validator("vertical")
    @classmethod
    def _trimmed(cls, text: str) -> str:
        return text.strip()


@dataclass(frozen=True)
class Request:
    """A report that can be made: the portfolio is loaded and every parameter fits it and the notebook."""

    parameters: ReportParameters
    notebook: Path
    portfolio: Portfolio
    quarter: Quarter
    vertical: str
    """As the portfolio writes it; empty: all."""
    folder: Path
    """Folder of the portfolio: the kernel works there, so that no output holds a path of this machine."""
    values: dict[str, Any]
    """What the notebook is given, paths relative to ``folder``."""
    for_others: bool = False
    """Whether the report leaves the house: no notebook keeps the defaults of its parameters."""


def checked(parameters: ReportParameters, notebook: Path, portfolio: Portfolio) -> Request:
    """The request, if its parameters fit the portfolio and the notebook.

    Raises
    ------
    ParameterError
        If the vertical does not exist (with the nearest that does), the quarter holds no interaction (with
        those that do), or the notebook has no such parameter; lists every finding.
    """
    quarter = Quarter.parse(parameters.quarter, portfolio.settings.fiscal_year_start)
    vertical, findings = _vertical(parameters.vertical, list(portfolio.verticals))
    findings += _without_data(quarter, portfolio)
    folder = whole(parameters.portfolio).parent
    ours = {
        "portfolio": relative(parameters.portfolio, folder),
        "mapping": relative(parameters.mapping, folder),
        "settings": relative(parameters.settings, folder),
        "quarter": str(quarter),
        "vertical": vertical,
        "previous": relative(parameters.previous, folder),
    }
    values, unknown = _for_notebook(notebook, ours, parameters.others)
    findings += unknown
    if findings:
        raise ParameterError(findings)
    return Request(parameters, notebook, portfolio, quarter, vertical, folder, values)


def relative(path: Path | None, folder: Path) -> str:
    """A path as seen from a folder, with forward slashes; empty for none.

    >>> relative(Path("/data/settings.toml"), Path("/data/books"))
    '../settings.toml'
    """
    if path is None:
        return ""
    path = whole(path)
    try:
        return PurePath(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive on Windows: nothing is relative to it
        return path.as_posix()


def whole(path: Path) -> Path:
    """A path from the root, its folder resolved; a link as the last part keeps its own name."""
    return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name


def spans(quarters: Sequence[Quarter]) -> list[str]:
    """Quarters in order as spans.

    >>> spans([Quarter(2024, 4), Quarter(2025, 1), Quarter(2025, 3)])
    ['2024Q4 to 2025Q1', '2025Q3']
    """
    runs: list[list[Quarter]] = []
    for quarter in quarters:
        if runs and quarter == runs[-1][-1].shift(1):
            runs[-1].append(quarter)
        else:
            runs.append([quarter])
    return [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]


def _vertical(asked: str, known: list[str]) -> tuple[str, list[str]]:
    if not asked or asked in known:
        return asked, []
    same = [name for name in known if name.casefold() == asked.casefold()]
    if len(same) == 1:
        return same[0], []
    near = process.extractOne(asked, known, processor=str.casefold, score_cutoff=50)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return asked, [f"There is no vertical {asked!r}.{hint} Verticals: {listed(known) or 'none'}."]


def _without_data(quarter: Quarter, portfolio: Portfolio) -> list[str]:
    dates = portfolio.interactions["date"].dropna()
    labels = quarter_labels(month_indices(dates).to_numpy(), quarter.first_month)
    there = sorted({Quarter.parse(label, quarter.first_month) for label in set(labels)})
    if quarter in there:
        return []
    return [f"{quarter} holds no interaction. Quarters with data: {listed(spans(there)) or 'none'}."]


def _for_notebook(
    notebook: Path, ours: Mapping[str, str], others: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """What the notebook is given, and what it has no parameter for (papermill would only warn)."""
    from partnership_analysis.reports.jupyter import papermill

    try:
        known = papermill.inspect_notebook(str(notebook))
    except ValueError as error:
        raise ParameterError([f"{notebook.name} is no Python notebook: {error}"]) from None
    values: dict[str, Any] = {name: value for name, value in ours.items() if value or name in known}
    findings = []
    for name, value in others.items():
        if name in ours:
            findings.append(f"`{name}` is a parameter of every report: give it by its own option.")
            continue
        try:
            values[name] = _converted(value, known.get(name, {}).get("inferred_type_name", "None"))
        except ValueError as error:
            findings.append(f"`{name}` = {value!r}: {error}.")
    unknown = [name for name in values if name not in known]
    findings += [
        f"{notebook.name} has no parameter `{name}`. Its parameters: {listed(known) or 'none'}."
        for name in unknown
    ]
    return values, findings


def _converted(value: Any, kind: str) -> Any:
    """A text from the command line as the type that the notebook's parameters cell gives."""
    if not isinstance(value, str) or kind == "str":
        return value
    if kind == "bool":
        truth = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if value.casefold() not in truth:
            raise ValueError("write true or false")
        return truth[value.casefold()]
    if kind in ("int", "float"):
        try:
            return int(value) if kind == "int" else float(value)
        except ValueError:
            raise ValueError(f"not {'a whole number' if kind == 'int' else 'a number'}") from None
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def _finding(item: Any) -> str:
    name = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        near = process.extractOne(name, list(ReportParameters.model_fields), score_cutoff=60)
        known = listed(ReportParameters.model_fields)
        return f"`{name}` is no parameter of a report." + (
            f" Did you mean `{near[0]}`?" if near else f" Known: {known}."
        )
    if item["type"] == "missing":
        return f"`{name}` is missing."
    if item["type"] == "value_error":
        return item["msg"].removeprefix("Value error, ").rstrip(".") + "."
    return f"`{name}` = {item['input']!r}: {item['msg']}."
