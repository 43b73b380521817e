"""The contact sheet: every chart and notebook on the sample, at the edges and on real data.

Leaves ``index.html`` with the pictures beside it, a folder a portfolio; what a machine can see wrong is written under each.
"""

from __future__ import annotations

import datetime as dt
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from html import escape
from multiprocessing import get_context
from pathlib import Path

import partnership_analysis as pa
from partnership_analysis.charts import picture
from partnership_analysis.charts.theme import NARROW, WIDE, figure_of, new_axes, theme
from tools.gallery.clutter import faults
from tools.gallery.drawings import drawings
from tools.gallery.notebooks import show_notebooks
from tools.gallery.portfolios import DAY, EDGES, GETGROUND, ROOT, edge

FOLDER = Path(__file__).parents[2] / "reports" / "gallery"
REAL = "getground"
MAPPING = ROOT / "data" / "mappings" / "getground.toml"
STYLE = """
body { font: 15px/1.5 'Source Sans Pro', 'Segoe UI', sans-serif; margin: 32px; color: #1c2733; }
figure { margin: 0 0 40px; } figure > div { display: flex; gap: 32px; align-items: flex-start; flex-wrap: wrap; }
iframe { width: 1000px; max-width: 100%; height: 80vh; border: 1px solid #dde2e6; } img { border: 1px solid #dde2e6; } figcaption { max-width: 70em; } .fault { color: #a0421f; } h2 { margin-top: 48px; }
"""


def portfolio_of(case: str) -> tuple[pa.Portfolio, dt.date]:
    """A portfolio of the gallery, and the day it is looked at."""
    if case != REAL:
        return edge(case), DAY
    loaded = pa.load(GETGROUND, MAPPING)
    last = loaded.last_date
    assert last is not None
    return loaded, last.date()


def draw_all(case: str, folder: Path) -> tuple[str, int]:
    """Draw every chart and run every notebook of one portfolio into a folder; what to show, how many notebooks failed."""
    portfolio, day = portfolio_of(case)
    place = folder / case.replace(" ", "-")
    place.mkdir(parents=True, exist_ok=True)
    parts = [f"<h2>{escape(case)}</h2>"]
    for name, (chart, frames) in drawings().items():
        data, options = frames(portfolio, day)
        drawn = picture(chart, data, **options)
        stem = name.replace(" ", "-").replace(",", "")
        for width, content in (("wide", drawn.wide), ("narrow", drawn.narrow)):
            (place / f"{stem}.{width}.png").write_bytes(content)
        found = [fault for width in (WIDE, NARROW) for fault in _faults(chart, data, width, options)]
        images = "".join(
            f'<img src="{place.name}/{stem}.{width}.png" width="{size}" alt="{escape(drawn.alt)}">'
            for width, size in (("wide", round(WIDE * 100)), ("narrow", round(NARROW * 100)))
        )
        notes = "".join(f'<p class="fault">{escape(fault)}</p>' for fault in found)
        parts.append(
            f"<figure><h3>{escape(name)}</h3><div>{images}</div>"
            f"<figcaption>{escape(drawn.alt)}{notes}</figcaption></figure>"
        )
    source = {"portfolio": str(GETGROUND), "mapping": str(MAPPING)} if case == REAL else None
    pages, failed = show_notebooks(portfolio, day, place / "notebooks", source)
    return "\n".join([*parts, pages]), failed


def _faults(chart: object, data: object, width: float, options: dict[str, object]) -> list[str]:
    with theme(), warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = chart(data, ax=new_axes(width, chart.height(data, width, **options)), **options)  # type: ignore[operator,attr-defined]
        return faults(figure_of(ax))


def cases() -> list[str]:
    """The portfolios that can be drawn: the real one where it is present."""
    return [*EDGES, *([REAL] if GETGROUND.exists() else [])]


def main(folder: Path, wanted: Sequence[str] = ()) -> int:
    """Draw all portfolios, or those that are wanted, two at a time; 1 if one of them failed."""
    start, failed = time.monotonic(), 0
    drawn = list(wanted) or cases()
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(draw_all, case, folder): case for case in drawn}
        parts = {}
        for done, future in enumerate(as_completed(running), 1):
            case = running[future]
            broken = 0
            if (error := future.exception()) is not None:
                failed += 1
                parts[case] = f"<h2>{escape(case)}</h2><p class='fault'>{escape(repr(error))}</p>"
            else:
                parts[case], broken = future.result()
                failed += bool(broken)
            what = f": FAILED: {error!r}" if error else f": {broken} notebooks FAILED" if broken else ""
            print(f"{done}/{len(drawn)} {case}{what}", flush=True)
    body = "\n".join(parts[case] for case in drawn)
    page = f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Gallery</title><style>{STYLE}</style>{body}</html>"
    (folder / "index.html").write_text(page, encoding="utf-8")
    print(f"{folder / 'index.html'}: {len(drawn)} portfolios in {time.monotonic() - start:.0f} s")
    return bool(failed)
