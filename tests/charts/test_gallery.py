"""The gallery's command line and its notebooks, and that its charts say which time they cover."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from partnership_analysis import load
from partnership_analysis.charts.theme import NARROW, WIDE, new_axes, theme
from partnership_analysis.errors import ReportError
from tools.gallery import command, notebooks
from tools.gallery.drawings import drawings
from tools.gallery.portfolios import DAY, EDGES, edge
from tools.notebooks import NOTEBOOKS

DRAWINGS = drawings()
PERIOD = re.compile(r"12 months to September 2025")


def test_help_is_help(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        command.run(["--help"])
    assert stopped.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(f'"{name}"' in said for name in EDGES)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_portfolio_is_named_beside_those_there_are(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.run([str(tmp_path / "gallery"), "sample", "simple"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "no portfolio is called 'simple'" in said
    assert '"names of the world"' in said
    assert list(tmp_path.iterdir()) == []


def test_what_is_wanted_is_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []
    monkeypatch.setattr(command, "main", lambda folder, wanted: asked.append((folder, wanted)) or 0)
    assert command.run([str(tmp_path), "one month", "zero"]) == 0
    assert command.run([]) == 0
    assert asked == [(tmp_path, ["one month", "zero"]), (command.FOLDER, [])]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "name",
    [
        "conversion",
        "dependence, value",
        "dependence, referrals",
        "reciprocity",
        "rvi ranking",
        "activity ranking",
    ],
)
def test_charts_of_a_window_name_it(name: str, width: float) -> None:
    chart, frames = DRAWINGS[name]
    data, options = frames(edge("sample"), DAY)
    with theme():
        ax = chart(data, ax=new_axes(width, chart.height(data, width)), **options)
    (subtitle,) = (text for text in ax.texts if text.get_gid() == "subtitle")
    assert PERIOD.search(subtitle.get_text().replace("\n", " "))


def test_a_notebook_shows_the_quarter_and_a_partner_of_the_portfolio() -> None:
    profile = NOTEBOOKS / "08_partner_profile.ipynb"
    assert notebooks.parameters(profile, edge("sample"), DAY) == {"quarter": "2025Q3"}
    alone = edge("nothing but events")
    assert notebooks.parameters(profile, alone, DAY) == {"quarter": "2025Q3", "partner": "Ann"}
    assert notebooks.parameters(NOTEBOOKS / "09_explore.ipynb", alone, DAY) == {"month": "2025-09"}
    assert notebooks.parameters(NOTEBOOKS / "01_data_check.ipynb", alone, DAY) == {}


@pytest.mark.parametrize("case", ["interactions alone", "names of the world"])
def test_the_workbook_that_notebooks_read_is_the_portfolio(case: str, tmp_path: Path) -> None:
    whole = edge(case)
    found = load(notebooks.written(whole, tmp_path / "portfolio.xlsx"))
    assert found.names == whole.names
    assert found.interactions["count"].sum() == whole.interactions["count"].sum()
    assert len(found.ratings) == len(whole.ratings)


def test_a_notebook_that_fails_is_told_and_the_others_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(path: Path, *_: object, **__: object) -> str:
        if path.stem == "05_returns":
            raise ReportError("Cell 3 <failed>.")
        return path.stem

    monkeypatch.setattr(notebooks, "run_notebook", run)
    monkeypatch.setattr(notebooks, "to_html", lambda executed, title: f"page of {executed}")
    words, failed = notebooks.show_notebooks(edge("sample"), DAY, tmp_path / "sample" / "notebooks")
    assert failed == 1
    assert "<h3>05_returns</h3><p class='fault'>Cell 3 &lt;failed&gt;.</p>" in words
    assert 'src="sample/notebooks/06_focus.html"' in words
    assert (tmp_path / "sample" / "notebooks" / "06_focus.html").read_text() == "page of 06_focus"


@pytest.mark.edges
@pytest.mark.parametrize("case", EDGES)
def test_every_notebook_runs_at_the_edges(case: str, tmp_path: Path) -> None:
    words, failed = notebooks.show_notebooks(edge(case), DAY, tmp_path / "notebooks")
    assert not failed, words
    assert len(list((tmp_path / "notebooks").glob("*.html"))) == len(list(NOTEBOOKS.glob("*.ipynb")))
