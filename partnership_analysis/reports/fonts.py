"""The page's typeface, inside the page: the charts' own, cut down to what Western pages need.

A report looks the same on every machine, and asks no server for a font. Letters outside the cut (Greek,
Cyrillic, Han) come from the reader's own system.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FAMILY = "Source Sans Report"
MODULE, PACKAGE = "font_source_sans_pro", "font-source-sans-pro"
WEIGHTS = {"Regular": "400", "Bold": "600 700"}
CHARACTERS = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) + "–—‘’“”„…•−×÷€™"
"""Basic Latin, Latin-1, Latin Extended-A, and the punctuation of our own sentences."""
_FEATURES = ["kern", "liga", "lnum", "tnum", "mark", "mkmk", "ccmp", "locl"]


def font_faces() -> str:
    """``@font-face`` rules with the fonts as data; empty where the font package is missing or damaged.

    The same bytes every time. Takes half a second, once a process.
    """
    return _made()[0]


def font_lack() -> str:
    """Why a page is not in our typeface, and what to do; empty if it is.

    A report without it is still one: it is in the typeface of the reader's system.
    """
    return _made()[1]


@cache
def _made() -> tuple[str, str]:
    from fontTools.ttLib import TTLibError

    try:
        return "".join(map(_rule, WEIGHTS)), ""
    except (OSError, TTLibError):
        again = f"pip install --force-reinstall {PACKAGE}, and make the report again"
        return "", f"in the typeface of your system, since ours is not installed here: {again}"


def _rule(name: str) -> str:
    spec = find_spec(MODULE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(MODULE)
    data = _cut(Path(spec.origin).parent / "files" / f"SourceSansPro-{name}.ttf")
    return (
        f'@font-face{{font-family:"{FAMILY}";font-weight:{WEIGHTS[name]};font-style:normal;'
        f'src:url(data:font/woff;base64,{data}) format("woff")}}\n'
    )


def _cut(file: Path) -> str:
    from fontTools import subset

    options = subset.Options()
    options.flavor, options.layout_features = "woff", _FEATURES
    options.recalc_timestamp, options.hinting = False, False
    # From memory: of a damaged file, fontTools would leave the file open.
    font = subset.load_font(io.BytesIO(file.read_bytes()), options, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=CHARACTERS)
    cutter.subset(font)
    cut = io.BytesIO()
    subset.save_font(font, cut, options)
    font.close()
    return base64.b64encode(cut.getvalue()).decode("ascii")
