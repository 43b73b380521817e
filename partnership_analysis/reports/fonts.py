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
WEIGHTS = {"Regular": "400", "Bold": "600 700"}
CHARACTERS = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) + "–—‘’“”„…•−×÷€™"
"""Basic Latin, Latin-1, Latin Extended-A, and the punctuation of our own sentences."""
_FEATURES = ["kern", "liga", "lnum", "tnum", "mark", "mkmk", "ccmp", "locl"]


@cache
def font_faces() -> str:
    """``@font-face`` rules with the fonts as data; empty where the font package is not installed.

    The same bytes every time. Takes half a second, so that a report prepares it while its kernel computes.
    """
    spec = find_spec("font_source_sans_pro")
    if spec is None or spec.origin is None:
        return ""
    files = Path(spec.origin).parent / "files"
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-style:normal;'
        f'src:url(data:font/woff;base64,{_cut(files / f"SourceSansPro-{name}.ttf")}) format("woff")}}\n'
        for name, weight in WEIGHTS.items()
    )


def _cut(file: Path) -> str:
    from fontTools import subset

    options = subset.Options()
    options.flavor, options.layout_features = "woff", _FEATURES
    options.recalc_timestamp, options.hinting = False, False
    font = subset.load_font(str(file), options, lazy=True)
    cutter = subset.Subsetter(options)
    cutter.populate(text=CHARACTERS)
    cutter.subset(font)
    cut = io.BytesIO()
    subset.save_font(font, cut, options)
    font.close()
    return base64.b64encode(cut.getvalue()).decode("ascii")
