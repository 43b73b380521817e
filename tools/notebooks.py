"""Run the committed notebooks in place and normalise them: ``python tools/notebooks.py [NOTEBOOK ...]``.

Outputs are kept, times and versions are not, so that a second run gives the same bytes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
from nbstripout import strip_output

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
FAILED = ROOT / "reports"
"""Where a notebook that failed is kept, as far as it came; git ignores it there."""

_LANGUAGE = "codemirror_mode file_extension mimetype nbconvert_exporter pygments_lexer version"
_NOTEBOOK = "papermill signature toc widgets " + " ".join(f"language_info.{key}" for key in _LANGUAGE.split())
_CELL = "ExecuteTime collapsed execution heading_collapsed hidden jupyter papermill scrolled trusted"
VOLATILE = [f"metadata.{key}" for key in _NOTEBOOK.split()] + [
    f"cell.metadata.{key}" for key in _CELL.split()
]


def normalised(notebook: Any) -> str:
    """The text of a notebook as it is committed: with outputs, counts and ids, without what varies.

    The notebook is changed on the way.
    """
    strip_output(notebook, keep_output=True, keep_count=True, keep_id=True, extra_keys=VOLATILE)
    for cell in notebook.cells:
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        for output in cell.get("outputs", []):
            # A panel without its kernel asks for a model that is not there.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def run(path: Path) -> bool:
    """Run a notebook in its folder, with its own parameters, and say whether that changed it.

    Raises
    ------
    partnership_analysis.errors.ReportError
        If a cell fails; the notebook stays as it was.
    """
    from partnership_analysis.reports.execute import run_notebook

    FAILED.mkdir(exist_ok=True)
    failed = FAILED / f"{path.stem}.failed.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        executed = run_notebook(
            path,
            Path(folder) / path.name,
            {},
            folder=path.parent,
            failed=failed,
            progress=lambda step, done, total: None,
            for_phones=False,
        )
    failed.unlink(missing_ok=True)
    text, before = normalised(executed), path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8", newline="\n")
    return text != before


def main(paths: list[Path]) -> int:
    """Run notebooks on two cores; 1 if one of them failed."""
    from partnership_analysis.errors import PartnershipError

    start, failures = time.monotonic(), 0
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(run, path): path for path in paths}
        for done, future in enumerate(as_completed(running), 1):
            try:
                outcome = "changed" if future.result() else "as it was"
            except PartnershipError as error:
                outcome, failures = f"FAILED: {error}", failures + 1
            print(f"{done}/{len(paths)} {running[future].name}: {outcome}", flush=True)
    print(f"{len(paths) - failures} of {len(paths)} notebooks run in {time.monotonic() - start:.0f} s")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main([Path(name).resolve() for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb"))))
