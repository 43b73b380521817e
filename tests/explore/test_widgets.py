"""The panel, moved as a hand moves it, without a browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import ipywidgets
import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.charts import theme
from partnership_analysis.errors import ParameterError
from partnership_analysis.explore import apart, frames, pace, widgets
from partnership_analysis.explore.frames import News
from partnership_analysis.explore.quick import STEPS, drawing
from partnership_analysis.explore.widgets import Explorer, explore
from partnership_analysis.metrics.signals.states import signalled


@pytest.fixture(scope="module")
def made(sample_portfolio: pa.Portfolio) -> Explorer:
    return explore(sample_portfolio, source="data/sample/portfolio.xlsx")


@pytest.fixture
def panel(made: Explorer) -> Iterator[Explorer]:
    yield made
    made.open("")
    made.tabs.selected_index = 0
    made.reset.click()


def picture(panel: Explorer) -> str:
    return str(panel.pictures[panel.topic].value)


def test_pa_explore_is_the_function() -> None:
    assert pa.explore is explore


def test_nothing_that_a_page_must_hear_of_is_made_on_import() -> None:
    assert not [name for name, made in vars(widgets).items() if isinstance(made, ipywidgets.Widget)]


def test_a_picture_has_its_words(panel: Explorer) -> None:
    assert re.match(
        r'<img class="pa-drawn" alt="Relationship Value Index of 23 partners[^"]+" width', picture(panel)
    )


@pytest.mark.parametrize(
    "name, value",
    [
        ("window", 6),
        ("vertical", "IT"),
        ("relationship", "affiliate"),
        ("partner", "Kestrel Cloud"),
        ("perspective", "theirs"),
        ("method", "published"),
        ("month", "2025-06"),
    ],
)
def test_everything_follows_a_widget(panel: Explorer, name: str, value: object) -> None:
    before = (picture(panel), panel.rows["standing"].value, panel.summary.value)
    panel.inputs[name].value = value
    assert getattr(panel.selection, name) == value
    after = (picture(panel), panel.rows["standing"].value, panel.summary.value)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_only_the_open_tab_is_drawn(panel: Explorer) -> None:
    panel.select(window=11)
    still = panel.pictures["trend"].value
    panel.select(window=10)
    assert panel.pictures["trend"].value == still
    panel.tabs.selected_index = 1
    assert panel.pictures["trend"].value != still


def test_there_and_back_is_the_same(panel: Explorer) -> None:
    before = (picture(panel), panel.rows["standing"].value, panel.lines.value)
    panel.inputs["vertical"].value = "IT"
    panel.reset.click()
    assert (picture(panel), panel.rows["standing"].value, panel.lines.value) == before


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pictures that are drawn from now on, by their words."""
    made: list[str] = []

    def draw(chart: object, data: pd.DataFrame, **options: object) -> Iterator[str]:
        for html in drawing(chart, data, **options):  # type: ignore[arg-type]
            made.extend([html] if html else [])
            yield html

    monkeypatch.setattr(widgets, "drawing", draw)
    return made


def test_what_was_seen_is_not_drawn_again(panel: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    panel.inputs["vertical"].value = "IT"
    made = counted(monkeypatch)
    panel.inputs["vertical"].value = ""
    panel.inputs["vertical"].value = "IT"
    assert made == []


@pytest.mark.skipif(not apart.SUPPORTED, reason="needs a fork")
def test_a_process_beside_the_kernel_makes_what_is_likely_next(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "REST", 0.01)
    monkeypatch.setattr(widgets, "PATIENCE", 60.0)
    monkeypatch.setattr(widgets, "TOPICS", {"standing": "Where they stand", "signals": "Who changed"})
    panel, made = explore(replace(sample_portfolio), vertical="IT"), counted(monkeypatch)
    june, may = (replace(panel.selection, month=month) for month in ("2025-06", "2025-05"))
    due = [
        ("rows", ("standing", may)),
        ("rows", ("signals", june)),
        ("placed", ("ours", "trailing", 12, "2025-05")),
    ]

    async def kernel() -> None:
        panel.inputs["month"].value = "2025-06"
        while not all(panel.frames.has(*one) for one in due):
            await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(kernel(), 60))
    panel.select(month="2025-05")
    seen = [(panel.selection, picture(panel), panel.rows["standing"].value)]
    panel.select(month="2025-06")
    panel.tabs.selected_index = 1
    seen += [(panel.selection, picture(panel), panel.rows["signals"].value)]
    assert len(made) == 1
    for tab, (selection, drawn, rows) in enumerate(seen):
        fresh = explore(replace(sample_portfolio), **vars(selection))
        fresh.tabs.selected_index = tab
        assert (picture(fresh), fresh.rows[fresh.topic].value) == (drawn, rows)


def test_what_a_process_made_of_tables_that_changed_since_is_not_taken(
    sample_portfolio: pa.Portfolio,
) -> None:
    ours = replace(sample_portfolio, interactions=sample_portfolio.interactions.copy())
    panel = explore(ours, vertical="IT")
    news = News(panel.frames)
    panel.select(month="2025-06")
    told = news.told()
    assert {sort for sort, *_ in told} >= {"placed", "picture", "rows"}
    ours.interactions.loc[ours.interactions["partner"] == "Kestrel Cloud", "count"] = 3
    news.take(told)
    assert not any(panel.frames.has(sort, key) for sort, key, _ in told)
    News(panel.frames).take(told)
    assert all(panel.frames.has(sort, key) for sort, key, _ in told)


def test_what_is_likely_next_is_made_in_a_pause(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SUPPORTED", False)
    monkeypatch.setattr(pace, "REST", 0.01)
    monkeypatch.setattr(widgets, "PATIENCE", 60.0)
    monkeypatch.setattr(widgets, "TOPICS", {"standing": "Where they stand", "exchange": "Who gives"})
    panel, made = explore(replace(sample_portfolio), vertical="IT"), counted(monkeypatch)

    async def kernel() -> None:
        panel.inputs["month"].value = "2025-06"
        assert len(made) == 1
        # The months and windows beside, the other tab, side and method.
        while len(made) < 8:
            await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(kernel(), 60))
    del made[:]
    panel.inputs["month"].value = "2025-05"
    assert made == []
    fresh = explore(replace(sample_portfolio), vertical="IT", month="2025-05")
    assert picture(panel) == picture(fresh)
    assert panel.rows["standing"].value == fresh.rows["standing"].value


def test_a_new_panel_makes_ahead_what_may_be_moved_first(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "SUPPORTED", False)
    monkeypatch.setattr(widgets, "AT_FIRST", 0.01)

    async def kernel() -> None:
        panel = explore(replace(sample_portfolio), vertical="IT")
        made = counted(monkeypatch)
        while not made:
            await asyncio.sleep(0.05)
        panel._ahead.stop()
        panel.inputs["month"].value = "2025-08"
        assert made == [picture(panel)]

    asyncio.run(asyncio.wait_for(kernel(), 60))


def test_what_is_made_ahead_is_made_in_short_pieces(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = explore(replace(sample_portfolio), vertical="IT")
    made = counted(monkeypatch)
    pieces = panel._pieces("exchange", replace(panel.selection, month="2025-06"))
    drawn_by = []
    for number, piece in enumerate(pieces):
        piece()
        drawn_by += [number] * bool(made)
    # Index, signals and exchange come first; the drawing takes a piece for each of its steps.
    assert drawn_by[0] == 2 + STEPS
    assert len(made) == 1
    panel.tabs.selected_index = 2
    panel.inputs["month"].value = "2025-06"
    assert picture(panel) == made[0]
    again = len(made)
    for piece in panel._pieces("exchange", panel.selection):
        piece()
    assert len(made) == again


def test_a_picture_made_ahead_begins_anew_where_a_table_changed_on_the_way(
    sample_portfolio: pa.Portfolio,
) -> None:
    ours = replace(sample_portfolio, interactions=sample_portfolio.interactions.copy())
    panel = explore(ours, vertical="IT")
    pieces = panel._pieces("standing", replace(panel.selection, month="2025-06"))
    for _ in range(4):
        next(pieces)()
    ours.interactions.loc[ours.interactions["partner"] == "Kestrel Cloud", "count"] = 3
    for piece in pieces:
        piece()
    panel.inputs["month"].value = "2025-06"
    fresh = explore(replace(ours, interactions=ours.interactions.copy()), vertical="IT", month="2025-06")
    assert picture(panel) == picture(fresh)
    assert panel.rows["standing"].value == fresh.rows["standing"].value


def test_a_picture_waits_for_nothing_that_only_its_table_shows(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = explore(replace(sample_portfolio), vertical="IT")
    order: list[str] = []
    panel.pictures["standing"].observe(lambda _: order.append("picture"), names="value")
    panel.rows["standing"].observe(lambda _: order.append("table"), names="value")

    def judge(*given: Any, **named: Any) -> pd.DataFrame:
        order.append("signals")
        return signalled(*given, **named)

    monkeypatch.setattr(frames, "signalled", judge)
    monkeypatch.setattr(frames, "standing_of", None)
    panel.inputs["month"].value = "2025-06"
    assert order == ["signals", "picture", "table"], "the picture says whose rate changed"


def test_axes_wait_for_the_next_picture(panel: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_BLANK", [])
    panel.inputs["window"].value = 5
    assert len(theme._BLANK) == 1


def test_nothing_is_made_ahead_where_a_move_takes_long(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "REST", 0.01)
    monkeypatch.setattr(widgets, "PATIENCE", 0.0)
    panel, made = explore(replace(sample_portfolio), vertical="IT"), counted(monkeypatch)

    async def kernel() -> None:
        panel.inputs["window"].value = 6
        await asyncio.sleep(0.3)

    asyncio.run(kernel())
    assert len(made) == 1


@pytest.mark.parametrize("cells", ["count", "partner"])
def test_what_was_kept_goes_when_a_table_changes(sample_portfolio: pa.Portfolio, cells: str) -> None:
    ours = replace(sample_portfolio, interactions=sample_portfolio.interactions.copy())
    panel = explore(ours, vertical="IT")
    before = (picture(panel), panel.rows["standing"].value)
    theirs = ours.interactions["partner"] == "Kestrel Cloud"
    ours.interactions.loc[theirs, cells] = {"count": 3, "partner": "Novák Data"}[cells]
    panel.select(vertical="IT")
    after = (picture(panel), panel.rows["standing"].value)
    fresh = explore(replace(ours, interactions=ours.interactions.copy()), vertical="IT")
    assert after == (picture(fresh), fresh.rows["standing"].value)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_partners_offered_are_those_of_the_vertical(panel: Explorer, sample_portfolio: pa.Portfolio) -> None:
    panel.inputs["partner"].value = "Kestrel Cloud"
    panel.inputs["vertical"].value = "Legal"
    about = sample_portfolio.partners
    legal = sorted(about.loc[about["vertical"] == "Legal", "partner"], key=str.casefold)
    assert [name for name, _ in panel.inputs["partner"].options] == ["all", *legal]
    assert panel.selection.partner == ""
    assert panel.view.trouble == ""


def test_a_row_opens_the_profile(panel: Explorer) -> None:
    panel.names["standing"].value = "Castlemere Brokers"
    assert panel.opened == "Castlemere Brokers"
    assert "<h3>Castlemere Brokers" in panel.page.value
    assert "papermill notebooks/08_partner_profile.ipynb" in panel.page.value
    assert "-p partner &#x27;Castlemere Brokers&#x27;" in panel.page.value
    panel.close.click()
    assert (panel.opened, panel.page.value, panel.names["standing"].value) == ("", "", None)


def test_the_profile_stays_open_while_widgets_move(panel: Explorer) -> None:
    panel.names["standing"].value = "Castlemere Brokers"
    panel.inputs["month"].value = "2025-06"
    assert "Castlemere Brokers · Q2 2025" in panel.page.value


def test_an_open_profile_follows_the_partner_that_is_chosen(panel: Explorer) -> None:
    panel.inputs["partner"].value = "Kestrel Cloud"
    assert panel.page.value == ""
    panel.names["standing"].value = "Kestrel Cloud"
    panel.inputs["partner"].value = "Ledgerfield"
    assert "<h3>Ledgerfield" in panel.page.value


def test_the_line_names_what_is_selected(panel: Explorer) -> None:
    panel.inputs["vertical"].value = "Legal"
    panel.inputs["month"].value = "2025-05"
    line = panel.parameters_line()
    assert line == (
        "papermill notebooks/quarterly_report.ipynb out.ipynb -p portfolio data/sample/portfolio.xlsx "
        "-p quarter 2025Q2 -p vertical Legal"
    )
    assert line in panel.lines.value


def test_names_are_no_markup() -> None:
    rows = pd.DataFrame(
        {"date": ["2025-08-12"], "partner": "<b>Bold</b>", "kind": "referral", "direction": "received"}
    )
    panel = explore(pa.Portfolio.from_frames(rows))
    panel.open("<b>Bold</b>")
    shown = [panel.summary, panel.page, panel.lines, *panel.rows.values(), *panel.pictures.values()]
    assert not [one.value for one in shown if "<b>Bold" in one.value]


def test_an_empty_selection_says_so(panel: Explorer) -> None:
    panel.select(vertical="Legal", relationship="mentor")
    assert "Nobody is" in panel.summary.value
    assert (picture(panel), panel.rows["standing"].value) == ("", "")


def test_an_empty_portfolio_says_so() -> None:
    rows = pd.DataFrame({"date": pd.to_datetime([]), "partner": [], "kind": []})
    panel = explore(pa.Portfolio.from_frames(rows))
    assert "no interactions" in panel.summary.value


def test_what_does_not_fit_changes_nothing(panel: Explorer) -> None:
    before = panel.selection
    with pytest.raises(ParameterError, match="there is no vertical"):
        panel.select(vertical="Zoology")
    assert panel.selection == before


def test_what_is_stored_is_the_same_every_time(panel: Explorer) -> None:
    bundle = panel._repr_mimebundle_()
    assert bundle["text/plain"].startswith("23 partners, over 12 months")
    own = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert re.fullmatch(r"partnership-analysis-explore-\d+", own)
