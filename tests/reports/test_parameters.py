"""What is asked for is checked before a kernel starts."""

from __future__ import annotations

from pathlib import Path

import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError
from partnership_analysis.reports.parameters import ReportParameters, Request, checked


def check(portfolio: Path, notebook: Path, **values: object) -> Request:
    parameters = ReportParameters.of(portfolio=portfolio, **values)
    loaded = pa.load(portfolio, mapping=parameters.mapping, settings=parameters.settings)
    return checked(parameters, notebook, loaded)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"audience": "Ann", "anonymise": True}, "choose audience or anonymise"),
        ({"anonymise": True, "partners": ("Ann",)}, "those of all partners or of the flagged"),
    ],
)
def test_what_leaves_the_house_is_one_or_the_other(portfolio: Path, more: dict, words: str) -> None:
    with pytest.raises(ParameterError, match=words) as caught:
        ReportParameters.of(portfolio=portfolio, quarter="2025Q3", **more)
    assert len(caught.value.findings) == 1 and "``" not in str(caught.value)


def test_quarter_is_read_as_people_write_it(portfolio: Path) -> None:
    assert ReportParameters.of(portfolio=portfolio, quarter=" fy2025-q3").quarter == "2025Q3"


def test_unknown_parameter_names_the_nearest(portfolio: Path) -> None:
    with pytest.raises(
        ParameterError, match=r"`quater` is no parameter of a report\. Did you mean `quarter`"
    ):
        ReportParameters.of(portfolio=portfolio, quarter="2025Q3", quater="2025Q3")


def test_every_finding_is_listed(tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        ReportParameters.of(portfolio=tmp_path / "no.xlsx", mapping=tmp_path / "no.toml", quarter="Q3/2025")
    text = "\n".join(caught.value.findings)
    assert len(caught.value.findings) == 3
    assert "no.xlsx" in text and "no.toml" in text and "'Q3/2025' is not a quarter" in text


def test_missing_and_wrong_types_are_named(portfolio: Path) -> None:
    with pytest.raises(ParameterError, match="`quarter` is missing"):
        ReportParameters.of(portfolio=portfolio)
    with pytest.raises(ParameterError, match="`quarter` = 20253"):
        ReportParameters.of(portfolio=portfolio, quarter=20253)


def test_values_are_relative_to_the_portfolios_folder(portfolio: Path, notebook, tmp_path: Path) -> None:
    settings = tmp_path / "ours.toml"
    settings.write_text('us = "Northgate"\n', encoding="utf-8")
    request = check(portfolio, notebook(), quarter="2025Q3", settings=settings, vertical="legal")
    assert request.values == {
        "portfolio": "book",
        "mapping": "",
        "settings": "ours.toml",
        "quarter": "2025Q3",
        "vertical": "Legal",
    }
    assert request.folder == tmp_path.resolve()


def test_vertical_that_does_not_exist_and_empty_quarter(portfolio: Path, notebook) -> None:
    with pytest.raises(ParameterError) as caught:
        check(portfolio, notebook(), quarter="2025Q2", vertical="Leagl")
    assert caught.value.findings == [
        "There is no vertical 'Leagl'. Did you mean 'Legal'? Verticals: Accounting, Legal.",
        "2025Q2 holds no interaction. Quarters with data: 2025Q1, 2025Q3.",
    ]


def test_quarter_is_fiscal_where_settings_say_so(portfolio: Path, notebook, tmp_path: Path) -> None:
    settings = tmp_path / "ours.toml"
    settings.write_text("fiscal_year_start = 4\n", encoding="utf-8")
    request = check(portfolio, notebook(), quarter="2025Q4", settings=settings)
    assert str(request.quarter.start) == "2025-01-01"


def test_notebook_without_the_parameter_is_refused(portfolio: Path, notebook) -> None:
    path = notebook(parameters='portfolio: str = ""')
    with pytest.raises(ParameterError, match=r"small.ipynb has no parameter `quarter`. .*: portfolio"):
        check(portfolio, path, quarter="2025Q3")


@pytest.mark.parametrize(
    ("given", "value"), [({"limit": "5"}, 5), ({"limit": 7}, 7), ({"note": "true"}, "true")]
)
def test_other_parameters_take_the_notebooks_type(portfolio: Path, notebook, given, value) -> None:
    path = notebook(parameters='portfolio = ""\nquarter = ""\nlimit: int = 3\nnote: str = ""')
    request = check(portfolio, path, quarter="2025Q3", others=given)
    assert request.values[next(iter(given))] == value


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"limit": "five"}, "`limit` = 'five': not a whole number"),
        ({"limt": "5"}, "has no parameter `limt`"),
        ({"quarter": "2025Q1"}, "`quarter` is a parameter of every report"),
    ],
)
def test_other_parameters_that_do_not_fit(portfolio: Path, notebook, given, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        check(portfolio, notebook(), quarter="2025Q3", others=given)


def test_file_that_is_no_notebook_is_refused(portfolio: Path, tmp_path: Path) -> None:
    (tmp_path / "words.ipynb").write_text("words", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"words.ipynb is no Python notebook"):
        check(portfolio, tmp_path / "words.ipynb", quarter="2025Q3")
