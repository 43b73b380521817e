"""The look: colours that the colour-blind and a grey printer tell apart, text that is read, letters of the world."""

from __future__ import annotations

import warnings
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from colorspacious import cspace_convert, deltaE
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from partnership_analysis.charts.letters import EXPLAINED, UNDRAWN, drawable
from partnership_analysis.charts.theme import (
    BAND_COLOURS,
    BAND_TEXT,
    GIVEN,
    GREY,
    INK,
    NARROW,
    NEXT,
    RECEIVED,
    WIDE,
    chart,
    figure_of,
    new_axes,
    subtitle_height,
    subtitle_lines,
    theme,
)
from partnership_analysis.schema import BANDS

FAR = 15.0
"""Distance in CAM02-UCS at which two colours are plainly two; 1 is just noticeable."""
SIGHT = [None, "deuteranomaly", "protanomaly", "tritanomaly"]


def seen(colour: str, sight: str | None) -> np.ndarray:
    """A colour as somebody sees it who lacks a kind of cone."""
    rgb = np.array(to_rgb(colour))
    if sight is None:
        return rgb
    space = {"name": "sRGB1+CVD", "cvd_type": sight, "severity": 100}
    return np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)


def contrast(colour: str) -> float:
    """WCAG's contrast with white."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05))


@pytest.mark.parametrize("sight", SIGHT)
def test_bands_and_directions_are_told_apart(sight: str | None) -> None:
    for one, other in [*combinations([BAND_COLOURS[band] for band in BANDS], 2), (RECEIVED, GIVEN)]:
        assert deltaE(seen(one, sight), seen(other, sight), input_space="sRGB1") > FAR, (one, other)


def test_a_machine_notices_colours_that_are_not() -> None:
    """Red and green of one lightness, for somebody who lacks one of their cones."""
    one, other = "#b5502b", "#7d6b1f"
    assert deltaE(seen(one, None), seen(other, None), input_space="sRGB1") > FAR
    assert deltaE(seen(one, "deuteranomaly"), seen(other, "deuteranomaly"), input_space="sRGB1") < FAR


def test_neighbouring_bands_differ_in_grey() -> None:
    lightness = [cspace_convert(to_rgb(BAND_COLOURS[band]), "sRGB1", "JCh")[0] for band in BANDS]
    assert min(abs(one - other) for one, other in pairwise(lightness)) > 10
    assert (
        abs(
            cspace_convert(to_rgb(RECEIVED), "sRGB1", "JCh")[0]
            - cspace_convert(to_rgb(GIVEN), "sRGB1", "JCh")[0]
        )
        > 20
    )


@pytest.mark.parametrize("colour", [*BAND_TEXT.values(), GREY, INK, RECEIVED])
def test_text_is_read_on_white(colour: str) -> None:
    assert contrast(colour) >= 4.5


@chart(
    describe=lambda data: "Names.",
    height=lambda data, width: 1.0,
    empty="None.",
    subtitle="Months, from names on record",
)
def _named(data: pd.DataFrame, ax) -> None:
    ax.set_yticks(range(len(data)), data["partner"].tolist())
    ax.annotate(data["partner"].iloc[-1], (0.5, 0))


def test_letters_of_the_world_are_drawn_without_a_warning() -> None:
    names = [
        "Юрист",
        "Τράπεζα",
        "משרד",
        "شركة",
        "東京法律",
        "서울",
        "สำนัก",
        "A 🦜 B",
        "A$x$_b",
        "बैंगलोर टेक 2",
        "🦜",
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = _named(pd.DataFrame({"partner": names}))
        figure = figure_of(ax)
        figure.draw_without_rendering()
    written = [label.get_text() for label in ax.get_yticklabels()]
    assert written[:6] == names[:6]
    # A box never stands without a word.
    assert written[6:9] == [f"{UNDRAWN} Thai", f"A {UNDRAWN} B", "A$x$_b"]
    assert written[9:] == [f"{UNDRAWN} Devanagari 2", f"{UNDRAWN} sign"]
    assert [drawable(word) for word in written] == [drawable(name) for name in names]
    assert drawable("Müller £1.2m – ▲") == "Müller £1.2m – ▲"
    # Numbers beside a name from the right keep their place, and a second look adds nothing.
    marked = drawable("+ משרד עורכי דין  1")
    assert marked == "+ \u200eמשרד עורכי דין\u200e  1" == drawable(marked)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_mark_for_letters_without_a_typeface_is_explained(width: float) -> None:
    def words(*names: str, **more: str) -> tuple[str, str]:
        data = pd.DataFrame({"partner": names, **more})
        with theme():
            ax = _named(data, ax=new_axes(width, _named.height(data, width)))
            figure_of(ax).draw_without_rendering()
        (text,) = (part for part in ax.texts if part.get_gid() == "subtitle")
        assert text.get_window_extent().y1 <= figure_of(ax).bbox.y1 + 1
        return text.get_text().replace("\n", " "), _named.describe(data)

    lines = len(subtitle_lines(EXPLAINED, width))
    assert words("สำนัก", "Ann") == (f"Months, from names on record. {EXPLAINED}", f"Names. {EXPLAINED}")
    assert _named.height(pd.DataFrame({"partner": ["สำนัก"]}), width) == pytest.approx(1 + 0.15 * lines)
    # Not where every letter is drawn, nor over a picture that draws none of them.
    assert words("東京", "Søn") == ("Months, from names on record.", "Names.")
    assert words("Ann", action="สำนัก")[0] == "Months, from names on record."


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_subtitle_stands_over_the_axes_and_fits(width: float) -> None:
    words = "Interactions a month in the twelve months to September 2025, by partner, from interactions and ratings on record"
    assert all(len(line) <= width * 17 for line in subtitle_lines(words, width))
    assert " ".join(subtitle_lines(words, width)) == f"{words}."
    assert subtitle_height(words, width) == pytest.approx(0.15 * len(subtitle_lines(words, width)) + 0.1)
    assert subtitle_height("", width) == 0
    with theme():
        ax = _named(pd.DataFrame({"partner": ["Ann"]}), ax=new_axes(width, 1.5))
        figure_of(ax).draw_without_rendering()
        (text,) = (part for part in ax.findobj(Text) if part.get_gid() == "subtitle")
        box = text.get_window_extent()
    assert text.get_text() == "Months, from names on record."
    assert box.x0 >= 0
    assert box.y0 >= ax.bbox.y1
    assert box.y1 <= figure_of(ax).bbox.y1 + 1


def _call(data: pd.DataFrame) -> str:
    return f"call {data['partner'].iloc[0]}, whose partnership is silent, and ask what changed and what to bring."


@chart(
    describe=lambda data: "Names.",
    height=lambda data, width: 1.0,
    empty="None.",
    subtitle="Months",
    above=9.0,
    next_step=_call,
)
def _stepped(data: pd.DataFrame, ax: Axes) -> None:
    ax.plot([0, 1], [0, 1])


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_what_to_do_next_stands_between_the_subtitle_and_the_axes(width: float) -> None:
    data = pd.DataFrame({"partner": ["Ann"]})
    lines = subtitle_lines(f"{NEXT}{_call(data)}", width)
    height = _stepped.height(data, width)
    assert height == pytest.approx(1 + 0.05 + 0.15 * len(lines))
    assert _stepped.describe(data) == f"Names. Next: {_call(data)}"
    with theme():
        ax = _stepped(data, ax=new_axes(width, height))
        figure_of(ax).draw_without_rendering()
        words = {text.get_gid(): text for text in ax.texts}
        step, subtitle = (words[name].get_window_extent() for name in ("next", "subtitle"))
    assert words["next"].get_text().split("\n") == lines
    assert ax.bbox.y1 < step.y0 < step.y1 < subtitle.y0 < subtitle.y1 <= figure_of(ax).bbox.y1 + 1


def test_an_empty_chart_asks_for_nothing_but_its_data() -> None:
    nobody = pd.DataFrame({"partner": []})
    assert _stepped.next_step(nobody) == ""
    assert _stepped.describe(nobody) == "An empty chart. None."
    assert _stepped.height(nobody, WIDE) == 1.0


def test_what_is_empty_says_why_and_has_no_subtitle() -> None:
    ax = _named(pd.DataFrame({"partner": []}))
    assert [text.get_text() for text in ax.texts] == ["None."]
    assert _named.describe(pd.DataFrame({"partner": []})) == "An empty chart. None."
