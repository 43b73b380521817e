"""Which reports a batch makes: read from a plan, or spelled out from quarters and verticals."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partnership_analysis.errors import ParameterError, PartnershipError, PeriodError, unknown
from partnership_analysis.periods import Quarter
from partnership_analysis.reports.folder import check_target, default_folder
from partnership_analysis.reports.make import find_notebook
from partnership_analysis.reports.parameters import ReportParameters, whole

ALL = "all"
"""For verticals: the whole portfolio, and each of its verticals."""
_PATHS = ("portfolio", "mapping", "settings", "previous", "out", "notebook", "into")


@dataclass(frozen=True)
class Job:
    """A report that a batch makes."""

    parameters: ReportParameters
    notebook: Path | None
    """Another notebook than the report's own."""
    target: Path
    """Folder of the report; its name is the report's."""

    @property
    def name(self) -> str:
        return self.target.name


class _Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    defaults: dict[str, Any] = {}
    report: list[dict[str, Any]] = Field(min_length=1)


def read_plan(path: Path) -> list[Job]:
    """The reports of a plan.

    Parameters
    ----------
    path : Path
        TOML: a table ``[[report]]`` for each report or family of reports, with a report's parameters by name
        (``portfolio``, ``quarter``, ``vertical``, ``out`` and so on; ``parameters`` is a table of the notebook's
        own), and ``[defaults]`` for what they have in common. ``quarters`` (``"2024Q1..2025Q3"`` or a list) and
        ``verticals`` (``"all"`` or a list) stand for a report each; ``notebook`` is another notebook, ``into`` the
        folder of the reports that name none. Paths are relative to the plan.

    Returns
    -------
    list of Job
        In the plan's order.

    Raises
    ------
    ParameterError
        If the plan cannot be read, or a report of it does not fit; every finding with the report's number.
    """
    try:
        plan = _Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ParameterError([f"{path} cannot be read: {error.strerror}."]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError([f"{path} is no TOML: {error}."]) from None
    except ValidationError as error:
        raise ParameterError([_finding(path, item) for item in error.errors()]) from None
    entries = [_placed(plan.defaults | entry, path.absolute().parent) for entry in plan.report]
    return jobs(entries, word="report")


def jobs(entries: Iterable[Mapping[str, Any]], *, word: str = "") -> list[Job]:
    """The reports that entries of a plan stand for.

    Parameters
    ----------
    entries : iterable of mapping
        As tables of a plan, with paths as they are.
    word : str, optional
        What an entry is called in a finding, before its number; empty: there is only one.

    Raises
    ------
    ParameterError
        If an entry does not fit or two go to one folder; lists every finding.
    """
    _known_verticals.cache_clear()  # The files may be others now.
    made: list[Job] = []
    findings: list[str] = []
    taken: dict[Path, str] = {}
    for number, entry in enumerate(entries, 1):
        where = f"{word} {number}: " if word else ""
        try:
            for job in _spelled_out(dict(entry)):
                place = whole(job.target)
                if place in taken:
                    findings.append(
                        f"{where}{job.target} is the folder of two reports. Give each its own `out`."
                    )
                taken[place] = where
                made.append(job)
        except ParameterError as error:
            findings += [f"{where}{finding}" for finding in error.findings]
    if findings:
        raise ParameterError(list(dict.fromkeys(findings)))
    return made


def _spelled_out(entry: dict[str, Any]) -> Iterator[Job]:
    """An entry's reports: each of its quarters with each of its verticals."""
    notebook = find_notebook(Path(entry.pop("notebook"))) if "notebook" in entry else None
    into = Path(entry.pop("into", "reports"))
    entry["others"] = entry.pop("parameters", {})
    for many, one in (("quarters", "quarter"), ("verticals", "vertical")):
        if many in entry and one in entry:
            raise ParameterError([f"`{one}` and `{many}` are both there. Keep one of them."])
    quarters = quarter_names(entry.pop("quarters")) if "quarters" in entry else [None]
    wanted = entry.pop("verticals", None) or entry.pop("vertical", None)
    # What does not hang on the vertical is checked first: a portfolio that is not there cannot say its verticals.
    checked = [_parameters(entry, quarter=quarter) for quarter in quarters]
    verticals = _verticals(wanted, checked[0]) if wanted else [""]
    for quarter, vertical in product(quarters, verticals):
        parameters = _parameters(entry, quarter=quarter, vertical=vertical)
        if parameters.out is None and (parameters.audience or parameters.anonymise):
            raise ParameterError(
                ["What is handed out needs its own `out`: the usual folder names the portfolio."]
            )
        default = default_folder(parameters.portfolio, parameters.quarter, parameters.vertical).name
        target = parameters.out or into / default
        check_target(target)
        yield Job(parameters.model_copy(update={"out": target}), notebook, target)


def _parameters(entry: Mapping[str, Any], **chosen: str | None) -> ReportParameters:
    return ReportParameters.of(
        **{**entry, **{name: value for name, value in chosen.items() if value is not None}}
    )


def quarter_names(wanted: str | list[str]) -> list[str]:
    """Quarters from a text or a list of them; two with dots between are all from the first to the second.

    Raises
    ------
    ParameterError
        If one is no quarter, or a span ends before it begins; lists every finding.

    Examples
    --------
    >>> quarter_names("2024Q3..2025Q1, 2025Q3")
    ['2024Q3', '2024Q4', '2025Q1', '2025Q3']
    """
    texts = wanted.split(",") if isinstance(wanted, str) else [str(text) for text in wanted]
    names: list[str] = []
    findings: list[str] = []
    for text in texts:
        try:
            first, _, last = text.partition("..")
            quarter, end = Quarter.parse(first), Quarter.parse(last or first)
        except PeriodError as error:
            findings.append(str(error))
            continue
        if end < quarter:
            findings.append(f"{text.strip()} ends before it begins.")
        while quarter <= end:
            names.append(str(quarter))
            quarter = quarter.shift(1)
    if findings or not names:
        raise ParameterError(findings or ["`quarters` is empty. Write for example 2024Q1..2025Q3."])
    return list(dict.fromkeys(names))


def _verticals(wanted: str | list[str], parameters: ReportParameters) -> list[str]:
    known = _known_verticals(parameters.portfolio, parameters.mapping, parameters.settings)
    folded = {name.casefold(): name for name in known}
    if isinstance(wanted, str):  # A name may hold a comma.
        wanted = [wanted] if wanted.strip().casefold() in folded else wanted.split(",")
    names = [str(name).strip() for name in wanted]
    findings = [
        unknown("vertical", name, known) for name in names if name and name.casefold() not in {ALL, *folded}
    ]
    if findings:
        raise ParameterError(findings)
    if ALL in map(str.casefold, names):
        return ["", *known]
    return [folded.get(name.casefold(), "") for name in names]


@cache
def _known_verticals(portfolio: Path, mapping: Path | None, settings: Path | None) -> list[str]:
    from partnership_analysis.portfolio import load

    try:
        return load(portfolio, mapping=mapping, settings=settings).verticals
    except PartnershipError as error:
        raise ParameterError([str(error)]) from None


def _placed(entry: dict[str, Any], folder: Path) -> dict[str, Any]:
    """An entry whose paths are the plan's."""
    named = {name for name in _PATHS if isinstance(entry.get(name), str) and entry[name]}
    return {"into": folder / "reports"} | entry | {name: folder / entry[name] for name in named}


def _finding(path: Path, item: Any) -> str:
    name = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"{path}: `{name}` is no part of a plan. Its parts: [defaults], [[report]]."
    if item["type"] in ("missing", "too_short"):
        return f"{path} names no report. Write a table [[report]] for each."
    return f"{path}: `{name}`: {item['msg']}."
