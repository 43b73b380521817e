"""The panel, moved as a hand moves it, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
import pytest

import partnership_analysis as pa
from partnership_analysis.errors import ParameterError
from partnership_analysis.explore.widgets import Explorer, explore


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
