"""Drawing faster draws the same: palettes, axes made ahead, words measured once."""

from __future__ import annotations

import io
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontProperties
from PIL import Image

from partnership_analysis.charts import plot_partner_exchange
from partnership_analysis.charts import theme as look
from partnership_analysis.charts.canvas import Canvas, Pen
from partnership_analysis.charts.picture import COLOURS, NEARLY_WHITE, encoded, picture
from partnership_analysis.charts.theme import NARROW, figure_of, new_axes, theme

EXCHANGE = pd.DataFrame(
    {
        "partner": "Ann",
        "month": pd.date_range("2024-01-01", periods=20, freq="MS"),
        "received_so_far": np.arange(20),
        "given_so_far": np.arange(20) // 3,
    }
)


@pytest.fixture(autouse=True)
def nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "_BLANK", [])


@pytest.mark.parametrize("inked", [0.0, 0.0001, 0.08, 0.32, 0.35, 0.9, 1.0])
def test_a_palette_from_the_ink_is_that_of_the_whole(inked: float) -> None:
    chance = np.random.default_rng(7)
    dots = np.full((120, 150, 4), 255, dtype=np.uint8)
    drawn = chance.random((120, 150)) < inked
    # Few colours, and as many as soft edges have; some of them nearly white.
    dots[drawn, :3] = chance.normal((31, 95, 91), 3, (int(drawn.sum()), 3)).clip(0, 255)
    edges = drawn & (chance.random(drawn.shape) < 0.4)
    dots[edges, :3] = chance.integers(0, 256, (int(edges.sum()), 3))

    whole = Image.fromarray(dots).convert("RGB")
    whole = whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    whole.putpalette([255 if level >= NEARLY_WHITE else level for level in whole.getpalette() or []])
    canvas = Mock(spec=FigureCanvasAgg)
    canvas.buffer_rgba.return_value = dots

    made = Image.open(io.BytesIO(encoded(canvas)))
    np.testing.assert_array_equal(np.asarray(made.convert("RGB")), np.asarray(whole.convert("RGB")))
    plain = io.BytesIO()
    whole.save(plain, format="png")
    assert encoded(canvas) == plain.getvalue()


def test_axes_made_ahead_draw_the_same() -> None:
    anew = picture(plot_partner_exchange, EXCHANGE)
    drawn = anew.wide, anew.narrow
    look.make_ahead(2)
    look.make_ahead(2)
    assert len(look._BLANK) == 2
    ahead = picture(plot_partner_exchange, EXCHANGE)
    assert (ahead.wide, ahead.narrow) == drawn
    assert not look._BLANK


def test_words_measured_once_are_as_wide_as_ever() -> None:
    with theme():
        figure = figure_of(new_axes(NARROW, 2))
        canvas = Canvas(figure)
        pen = canvas.get_renderer()
        assert isinstance(pen, Pen)
        assert canvas.get_renderer() is pen
        plain = RendererAgg(300, 200, figure.dpi)
        letters = FontProperties(size=9)
        for words in ("for us 2.4", "東京 & Søn", " "):
            for _ in range(2):
                measured = pen.get_text_width_height_descent(words, letters, False)
                assert measured == plain.get_text_width_height_descent(words, letters, False)
        small = pen.get_text_width_height_descent("for us", letters, False)
        letters.set_size(18)
        assert pen.get_text_width_height_descent("for us", letters, False) > small
        formula = pen.get_text_width_height_descent("$x^2$", letters, True)
        assert formula == plain.get_text_width_height_descent("$x^2$", letters, True)
