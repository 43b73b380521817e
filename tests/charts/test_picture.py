"""Drawing faster draws the same: palettes, axes made ahead, words measured once."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontPath, FontProperties
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from partnership_analysis.charts import canvas, plot_partner_exchange
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
        page = Canvas(figure)
        pen = page.get_renderer()
        assert isinstance(pen, Pen)
        assert page.get_renderer() is pen
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


def written(pen: RendererAgg, words: str, *, angle: float = 0.0, weight: str = "normal") -> NDArray[np.uint8]:
    letters, gc = FontProperties(size=9.5, weight=weight), pen.new_gc()
    gc.set_foreground((0.1, 0.3, 0.5, 1.0), isRGBA=True)
    for place in (8.0, 20.37, 33.71):
        pen.draw_text(gc, 3.0 + place, 10.0 + 2 * place, words, letters, angle)
    return np.asarray(pen.buffer_rgba())


@pytest.mark.parametrize(
    "words",
    [
        "for us 2.4 (Väterchen & Søn)",
        "東京法律事務所 £10k",
        "Юрист · ◀ we give",
        "\u200eشركة النور\u200e",
        " ",
    ],
)
@pytest.mark.parametrize("angle", [0.0, 90.0])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_words_set_once_are_drawn_dot_for_dot(words: str, angle: float, weight: str) -> None:
    with theme():
        plain = written(RendererAgg(300, 120, 120), words, angle=angle, weight=weight)
        for _ in range(2):
            np.testing.assert_array_equal(
                written(Pen(300, 120, 120), words, angle=angle, weight=weight), plain
            )
    assert (plain[..., 3] > 0).any() == bool(words.strip())


def test_words_are_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with theme():
        written(Pen(300, 120, 120), "set once and for all")
        monkeypatch.setattr(RendererAgg, "_prepare_font", None)
        written(Pen(300, 120, 120), "set once and for all")


def test_typefaces_are_asked_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked process must open the file itself: read through its parent's, letters come out as nonsense."""
    asked: list[str] = []
    real = canvas.get_font
    monkeypatch.setattr(canvas, "get_font", lambda path: asked.append(str(path)) or real(path))
    with theme():
        for _ in range(2):
            written(Pen(300, 120, 120), "asked for again 東京")
    half = len(asked) // 2
    assert half and asked[:half] == asked[half:]
    kept = canvas._letters("asked for again 東京", FontProperties(size=9.5), 120.0)
    assert {type(letter[0]) for letter in kept} == {FontPath}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_processes_forked_from_one_that_has_drawn_draw_the_same() -> None:
    words = [f"{word} {place} £ é" for place in range(12) for word in ("Harcourt Legal", "Väterchen", "Søn")]
    code = f"""
import hashlib, multiprocessing, sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from charts.test_picture import Pen, theme, written
WORDS = {words!r}
def drawn(weight):
    with theme():
        return hashlib.sha256(b"".join(written(Pen(300, 120, 120), word, weight=weight).tobytes() for word in WORDS)).hexdigest()
for weight in ("normal", "bold"):
    drawn(weight)
with multiprocessing.get_context("fork").Pool(3) as pool:
    print(len(set(pool.map(drawn, ["normal", "bold"] * 6, chunksize=1))))
"""
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr[-2000:]) == ("2\n", "")


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_lines_are_as_high_as_ever(weight: str) -> None:
    words = Text(0, 0, "one line\nand one more", size=9, weight=weight)
    with theme():
        figure = figure_of(new_axes(NARROW, 2))
        figure.add_artist(words)
        plain = RendererAgg(*figure.canvas.get_width_height(), figure.dpi)
        pen = Pen(*figure.canvas.get_width_height(), figure.dpi)
        assert words.get_window_extent(pen).bounds == words.get_window_extent(plain).bounds


def test_waiting_axes_show_no_tick_that_a_chart_does_not_ask_for() -> None:
    def texts() -> list[str]:
        with theme():
            axes = new_axes(NARROW, 2)
            axes.set_yticks([0.2, 0.6], ["a", "b"])
            return [text.get_text() for text in axes.findobj(Text) if isinstance(text, Text)]

    anew = texts()
    look.make_ahead(1)
    assert texts() == anew
    assert not look._BLANK
