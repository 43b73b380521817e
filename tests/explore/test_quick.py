"""Pictures for the screen: whole, with their words, and the same every time."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from PIL import Image

import partnership_analysis as pa
from partnership_analysis.charts.theme import theme
from partnership_analysis.explore import TOPICS, Selection, quick, view
from partnership_analysis.explore.quick import SHARP, drawn, figure_for_screen
from tools.gallery.clutter import faults
from tools.gallery.portfolios import LONG, edge, renamed


@pytest.mark.parametrize("topic", TOPICS)
def test_nothing_is_cut_off(sample_portfolio: pa.Portfolio, topic: str) -> None:
    chart, data, options = view(sample_portfolio, Selection.of(sample_portfolio)).chart(topic)
    assert not [fault for fault in faults(figure_for_screen(chart, data, **options)) if "cut off" in fault]


def test_long_names_are_not_cut_off(sample_portfolio: pa.Portfolio) -> None:
    ours = renamed(sample_portfolio, {"Harcourt Legal": LONG})
    chart, data, options = view(ours, Selection.of(ours)).chart("standing")
    assert not [fault for fault in faults(figure_for_screen(chart, data, **options)) if "cut off" in fault]


def test_a_picture_is_a_page_wide_has_words_and_is_the_same_every_time(
    sample_portfolio: pa.Portfolio,
) -> None:
    chart, data, options = view(sample_portfolio, Selection.of(sample_portfolio, vertical="IT")).chart(
        "standing"
    )
    html = drawn(chart, data, **options)
    found = re.fullmatch(
        r'<img class="pa-drawn" alt="([^"]+)" width="860" src="data:image/png;base64,(.+)">', html
    )
    assert found is not None
    assert found[1] == chart.describe(data, **options)
    assert Image.open(io.BytesIO(base64.b64decode(found[2]))).width == round(8.6 * SHARP)
    assert drawn(chart, data, **options) == html


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("case", ["sample", "nothing but events", "names of the world"])
def test_a_plainer_frame_gives_the_same_picture(
    topic: str, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = edge(case)
    chart, data, options = view(ours, Selection.of(ours)).chart(topic)
    plainer = drawn(chart, data, **options)
    monkeypatch.setattr(quick, "plainly", lambda frame: frame)
    assert drawn(chart, data, **options) == plainer


def test_words_are_measured_once_and_stand_where_they_stood(
    sample_portfolio: pa.Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart, data, options = view(sample_portfolio, Selection.of(sample_portfolio, vertical="IT")).chart(
        "standing"
    )
    first = np.asarray(figure_for_screen(chart, data, **options).canvas.buffer_rgba())  # type: ignore[attr-defined]
    measured: list[str] = []
    measure = RendererAgg.get_text_width_height_descent

    def noted(pen: RendererAgg, s: str, *how: object) -> tuple[float, float, float]:
        measured.append(s)
        return measure(pen, s, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(RendererAgg, "get_text_width_height_descent", noted)
    figure = figure_for_screen(chart, data, **options)
    assert measured == []
    assert np.array_equal(np.asarray(figure.canvas.buffer_rgba()), first)  # type: ignore[attr-defined]
    with theme():
        plain = FigureCanvasAgg(figure)
        plain.draw()
    assert measured
    assert np.array_equal(np.asarray(plain.buffer_rgba()), first)
