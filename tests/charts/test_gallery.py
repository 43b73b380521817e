"""The gallery's command line, and that its charts say which time they cover."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from partnership_analysis.charts.theme import NARROW, WIDE, new_axes, theme
from tools.gallery import command
from tools.gallery.drawings import drawings
from tools.gallery.portfolios import DAY, EDGES, edge

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
