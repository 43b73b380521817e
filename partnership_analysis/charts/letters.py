"""Typefaces: which there are, and what is drawn for a letter that none of them has.

Source Sans Pro for our words, DejaVu Sans for Greek, Cyrillic, Hebrew, Arabic and signs, Noto Sans CJK for Han, kana and
Hangul. They come as packages, so that a chart looks the same on every machine.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

FAMILIES = ("Source Sans Pro", "DejaVu Sans", "Noto Sans CJK JP")
_FILES = {
    "font_source_sans_pro": ("files/SourceSansPro-Regular.ttf", "files/SourceSansPro-Bold.ttf"),
    "notojp_matplotlib": ("fonts/NotoSansCJKjp-Regular.otf",),
}
UNDRAWN = "\N{WHITE VERTICAL RECTANGLE}"
"""What stands for letters that no typeface has, with the name of their script; the table beside a chart spells them."""
EXPLAINED = f"{UNDRAWN} stands for letters that this picture has no typeface for; the tables spell them."
"""Said where such letters occur."""
_NAMES = ("partner", "vertical", "name", "owner", "member", "other", "relationship", "joined", "who")
"""Columns whose words charts write; what else a frame says, such as an action, they do not."""
_HIDDEN = "\x00"
_RUNS = re.compile("(?:\x00.)+(?: (?:\x00.)+)*|[^\x00]+", re.DOTALL)
_MARK = "\N{LEFT-TO-RIGHT MARK}"
_OTHER_MARK = "\N{RIGHT-TO-LEFT MARK}"
_FROM_THE_RIGHT = re.compile(
    r"([\u0590-\u08ff]+(?:(?: & | \d+ | |-|['\"])[\u0590-\u08ff]+)*(?: \d+(?=…))?)(…?)"
)
"""Hebrew and Arabic: between marks, so that numbers and signs of ours beside a name keep their place; a number between two
of its words, and the ellipsis of a name that is cut, are the name's."""


@functools.cache
def families() -> list[str]:
    """The typefaces of a chart, made known to matplotlib without importing the packages' own code."""
    for package, files in _FILES.items():
        spec = find_spec(package)
        for file in files if spec is not None and spec.origin is not None else ():
            font_manager.fontManager.addfont(str(Path(str(spec.origin)).parent / file))  # type: ignore[union-attr]
    _bold_too()
    there = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in FAMILIES if name in there]


def _bold_too() -> None:
    """Let a typeface without a bold serve as its own, so that no log complains of it."""
    fonts = [font for font in font_manager.fontManager.ttflist if font.name == FAMILIES[-1]]
    if fonts and all(int(font.weight) < 600 for font in fonts):
        font_manager.fontManager.ttflist.append(replace(fonts[0], weight=700))


def drawable(text: str) -> str:
    """The text with a mark for every letter that no typeface has.

    Examples
    --------
    >>> drawable("Żółć & Søn, 東京, Юг"), drawable("สำนักงาน 2"), drawable("A \U0001f680 B")
    ('Żółć & Søn, 東京, Юг', '▯ Thai 2', 'A ▯ B')
    """
    if text.isascii():
        return text
    there = _marked(text.replace(_MARK, "").replace(_OTHER_MARK, ""))
    return there if _FROM_THE_RIGHT.fullmatch(there) else _FROM_THE_RIGHT.sub(_between_marks, there)


def _between_marks(found: re.Match[str]) -> str:
    # A sign between letters from the right and such a mark stands at their left, where they end.
    name, ellipsis = found.groups()
    return f"{_MARK}{name}{ellipsis}{_OTHER_MARK if ellipsis else ''}{_MARK}"


def _marked(text: str) -> str:
    """One box, and the script, for every run of words that cannot be drawn: a row of boxes would tell nobody anything."""
    parts: list[str] = []
    for run in _RUNS.findall("".join(letter if _has(letter) else _HIDDEN + letter for letter in text)):
        letters = run.replace(_HIDDEN, "")
        parts.append(letters if letters == run else _box(letters))
    words = "".join(parts)
    return words if words.strip(f"{UNDRAWN} ") or not words.strip() else f"{UNDRAWN} sign"


def _box(letters: str) -> str:
    first = next((letter for letter in letters if unicodedata.category(letter).startswith("L")), "")
    script = unicodedata.name(first, "").split(" ")[0].capitalize() if first else ""
    return f"{UNDRAWN} {script}" if script else UNDRAWN


def undrawn(data: pd.DataFrame) -> bool:
    """Are there letters in a frame's names that no typeface has?

    Examples
    --------
    >>> undrawn(pd.DataFrame({"partner": ["Søn", "東京"]})), undrawn(pd.DataFrame({"partner": ["สำนักงาน"]}))
    (False, True)
    """
    words: list[pd.Series | pd.Index] = [data[name] for name in _NAMES if name in data.columns]
    words += [labels for labels in (data.index, data.columns) if not pd.api.types.is_numeric_dtype(labels)]
    found: set[str] = set()
    for values in words:
        found.update(*(word for word in values.unique() if isinstance(word, str) and not word.isascii()))
    return not all(_has(letter) for letter in found - {_MARK, _OTHER_MARK})


def only_drawable(ax: Axes) -> bool:
    """Replace in all that is written on axes, their ticks too, what cannot be drawn; was there anything?"""
    replaced = False
    for text in ax.findobj(Text):
        if isinstance(text, Text):
            text.set_text(drawable(text.get_text()))
            replaced |= UNDRAWN in text.get_text()
    axes = [ax]
    while axes:
        one = axes.pop()
        axes.extend(child for child in one.child_axes if isinstance(child, Axes))
        for axis in (one.xaxis, one.yaxis):
            if isinstance(axis.get_major_locator(), FixedLocator):
                places = axis.get_majorticklocs()
                words = axis.get_major_formatter().format_ticks(list(places))
                shown = [drawable(word) for word in words]
                replaced |= UNDRAWN in "".join(shown)
                if shown != words:
                    axis.set_ticks(places, shown)
    return replaced


@functools.cache
def _has(letter: str) -> bool:
    return letter.isspace() or any(ord(letter) in _letters(name) for name in families())


@functools.cache
def _letters(family: str) -> frozenset[int]:
    path = font_manager.findfont(family, fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())
