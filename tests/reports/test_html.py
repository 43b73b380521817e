"""The page: self-contained, without code, script or address, with described pictures."""

from __future__ import annotations

import re

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from partnership_analysis.charts.foundations import plot_foundations
from partnership_analysis.reports.html import EMPTY, TEMPLATES, figures_without_alt, to_html

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def shows(data: dict[str, str], source: str = "1 + 1", **metadata: object) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell(source, execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
    return cell


def page(*cells: nbformat.NotebookNode, title: str = "Review", **options: dict[str, str]) -> str:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = list(cells)
    return to_html(notebook, title=title, **options)


def words(html: str) -> str:
    return BeautifulSoup(html, "html.parser").main.get_text(" ", strip=True)


def test_reader_sees_words_and_outputs_only() -> None:
    hidden = shows({"text/html": "<p>injected</p>"})
    hidden.metadata.tags = ["injected-parameters"]
    noted = nbformat.v4.new_markdown_cell("for analysts", metadata={"tags": ["no-report"]})
    noisy = shows({"text/html": "<p class='pa-lead'>lead</p>"}, "secret_code()")
    noisy.outputs.append(nbformat.v4.new_output("stream", name="stderr", text="Warning: noise"))
    noisy.outputs.append(nbformat.v4.new_output("stream", name="stdout", text="said"))
    html = page(nbformat.v4.new_markdown_cell("# Headline\n\nCosts $5 and $6."), hidden, noted, noisy)
    assert words(html) == "Headline Costs $5 and $6. lead said"
    assert "secret_code" not in html and "¶" not in html and "In [" not in html


def test_page_is_self_contained_and_strict() -> None:
    html = page(
        nbformat.v4.new_markdown_cell("# Title"),
        shows({"text/html": "<p>x</p><script src='https://example.org/a.js'>evil()</script >"}),
        shows({"application/javascript": "evil()", "text/plain": "words"}),
        title="A & B <i>",
    )
    assert not re.search(r"https?:|<script|@import|url\((?!data:)", html)
    assert "evil" not in re.sub(r"base64,[\w+/=]+", "", html)
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html["lang"] == "en"
    assert soup.title.string == "A & B <i>"
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'")
    assert soup.find("meta", {"name": "viewport"})


def test_picture_has_alt_size_and_a_narrow_drawing() -> None:
    own = {"alt": 'A "line" & <more>', "narrow_png": PIXEL[:40] + "\n" + PIXEL[40:], "narrow_width": 390}
    size = {"width": 1000, "height": 400}
    cell = shows({"image/png": PIXEL + "\n", "text/plain": "<Figure>"}, partnership_analysis=own)
    cell.outputs[0].metadata["image/png"] = size
    figure = BeautifulSoup(page(cell), "html.parser").figure
    image = figure.picture.img
    assert (image["alt"], image["width"], image["height"]) == ('A "line" & <more>', "1000", "400")
    assert image["src"] == f"data:image/png;base64,{PIXEL}"
    source = figure.picture.source
    assert source["srcset"] == f"data:image/png;base64,{PIXEL}"
    assert (source["media"], source["width"]) == ("screen and (max-width: 600px)", "390")


def test_plain_picture_and_the_pictures_nobody_described(caplog: pytest.LogCaptureFixture) -> None:
    described = shows({"image/png": PIXEL}, partnership_analysis={"alt": "A line"})
    forgotten = shows({"image/svg+xml": "<svg></svg>"}, "plot()")
    images = BeautifulSoup(page(described, forgotten), "html.parser").find_all("img")
    assert [image["alt"] for image in images] == ["A line", ""]
    assert not BeautifulSoup(page(described), "html.parser").find("source")
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [described, forgotten]
    assert figures_without_alt(notebook) == ["plot()"]
    assert not caplog.records


def test_chart_with_nothing_to_draw_is_a_sentence() -> None:
    alt = plot_foundations.describe(pd.DataFrame())
    assert alt.startswith(EMPTY)
    soup = BeautifulSoup(
        page(shows({"image/png": PIXEL}, partnership_analysis={"alt": f"{alt} <1>"})), "html.parser"
    )
    assert soup.main.get_text(strip=True) == f"{alt.removeprefix(EMPTY)} <1>" and not soup.find("img")


def test_tables_scroll_by_themselves_once() -> None:
    ours = shows({"text/html": '<div class="pa-table"><table><tr><td>1</td></tr></table></div>'})
    theirs = shows({"text/html": "<div><table class='gt_table'><tr><td>2</td></tr></table></div>"})
    soup = BeautifulSoup(page(ours, theirs, nbformat.v4.new_markdown_cell("|a|\n|-|\n|3|")), "html.parser")
    wrapped = [table.find_parent(class_=["pa-scroll", "pa-table"]) for table in soup.find_all("table")]
    assert [scroller["class"] for scroller in wrapped] == [["pa-table"], ["pa-scroll"], ["pa-scroll"]]
    assert all(scroller["tabindex"] == "0" for scroller in wrapped[1:])


def test_each_table_is_called_by_its_heading() -> None:
    tables = [shows({"text/html": f"<table><tr><td>{row}</td></tr></table>"}) for row in range(4)]
    first = nbformat.v4.new_markdown_cell('## Who *gives* & "takes"')
    second = nbformat.v4.new_markdown_cell("### Everyone")
    soup = BeautifulSoup(page(tables[0], first, *tables[1:3], second, tables[3]), "html.parser")
    assert [scroller["aria-label"] for scroller in soup.find_all(class_="pa-scroll")] == [
        "Table",
        'Table: Who gives & "takes"',
        'Table: Who gives & "takes", 2',
        "Table: Everyone",
    ]


def test_column_without_a_heading_has_a_name_to_hear() -> None:
    head = (
        '<tr><th id="pa-handout-kind" scope="col"> </th><th id="pa-handout-last" scope="col">last</th></tr>'
    )
    soup = BeautifulSoup(page(shows({"text/html": f"<table>{head}</table>"})), "html.parser")
    assert [head.get_text() for head in soup.find_all("th")] == ["kind", "last"]
    assert soup.find("th").span["class"] == ["said"] and not soup.find_all("th")[1].span


def test_page_leads_back() -> None:
    words = shows({"text/plain": "words"})
    soup = BeautifulSoup(page(words, back={"Report <1>": '../a "b".html', "All": "../i.html"}), "html.parser")
    assert [(link.string, link["href"]) for link in soup.nav.find_all("a")] == [
        ("Report <1>", '../a "b".html'),
        ("All", "../i.html"),
    ]
    assert not BeautifulSoup(page(words), "html.parser").nav


def test_same_notebook_same_page() -> None:
    cell, other = shows({"text/plain": "3"}), shows({"text/html": "<table><tr><td>4</td></tr></table>"})
    before = page(cell)
    assert page(other) != before, "one exporter makes them all"
    assert page(cell) == before


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["ink", "grey", "accent"])
def test_text_colours_are_readable(name: str) -> None:
    css = (TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", css.partition("@media")[0]))
    assert contrast(colours[name], "#ffffff") >= 4.5
    assert contrast(colours[name], colours["wash"]) >= 4.5
