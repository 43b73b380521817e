"""The rules, held against every committed notebook, and each against a notebook that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat
import pytest

from notebooks.rules import REPORT, ROOT, RULES, Notebook, Rule
from tools.notebooks import normalised

COMMITTED = sorted((ROOT / "notebooks").glob("*.ipynb"))
CODE = ('a: int = 1  # how many\nb: str = "x"  # which', "a + 1", "a + 2")


def test_there_are_notebooks() -> None:
    assert {"00_start_here", "01_data_check", "02_rvi_trends", "03_verticals", REPORT} <= {
        path.stem for path in COMMITTED
    }


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed(path: Any, check: Rule) -> None:
    problems = list(check(Notebook.read(path)))
    assert not problems, "\n".join(problems)


def picture(**own: str) -> Any:
    metadata = {"partnership_analysis": {"alt": "A line rises."} | own}
    data = {"image/png": "iVBO", "text/plain": "A line rises."}
    return nbformat.v4.new_output("display_data", data, metadata=metadata)


def good() -> Any:
    """A notebook that keeps every rule."""
    v4 = nbformat.v4
    words = (
        "# Fine\n\nIs it fine?",
        "## Numbers",
        "## What to do\n\nNothing, see [it](00_start_here.ipynb).",
    )
    made = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for number, (prose, code) in enumerate(zip(words, CODE, strict=True)):
        cell = v4.new_code_cell(code, execution_count=number + 1, id=f"c{number}")
        made.cells += [v4.new_markdown_cell(prose, id=f"m{number}"), cell]
    made.cells[1].metadata.tags = ["parameters"]
    made.cells[3].outputs = [v4.new_output("execute_result", {"text/plain": "2"}, execution_count=2)]
    made.cells[5].outputs = [picture()]
    return made


def source(cell: int, text: str) -> Callable[[Any], None]:
    return lambda made: made.cells[cell].update(source=text)


def shows(output: Any) -> Callable[[Any], None]:
    return lambda made: made.cells[3].outputs.append(output)


def text(value: str) -> Any:
    return nbformat.v4.new_output("display_data", {"text/html": value})


BREAKS: dict[str, list[Callable[[Any], Any]]] = {
    "executed_in_order": [
        lambda made: made.cells[3].update(execution_count=None),
        lambda made: made.cells[5].update(execution_count=7),
    ],
    "no_warnings_or_errors": [
        shows(nbformat.v4.new_output("stream", name="stderr", text="Warning")),
        shows(nbformat.v4.new_output("error", ename="KeyError", evalue="x", traceback=[])),
    ],
    "something_is_compared": [lambda made: made.cells[3].update(outputs=[])],
    "nothing_is_excused": [
        source(3, "# NBVAL_IGNORE_OUTPUT\na + 1"),
        lambda made: made.cells[3].metadata.update(tags=["nbval-skip"]),
    ],
    "one_cell_of_parameters": [
        lambda made: made.cells[1].metadata.update(tags=[]),
        lambda made: made.cells[3].metadata.update(tags=["parameters"]),
        source(1, "a: int = 1"),
        source(1, "a = 1  # how many"),
        source(1, "a: int = len('x')  # how many"),
        source(1, "a: int  # how many"),
    ],
    "more_words_than_code": [lambda made: made.cells.pop(2)],
    "short_cells": [source(3, "a + 1\n" * 11)],
    "no_package_code": [
        source(3, "[row for row in (1, 2)]"),
        source(3, "frame.groupby('x').sum()"),
        source(3, "%matplotlib inline"),
        source(3, "import warnings"),
        source(3, "a + 1;"),
    ],
    "opens_with_a_question": [source(0, "# Fine\n\nIt is."), source(0, "Is it fine?")],
    "ends_with_what_to_do": [source(4, "## The end")],
    "plain_kernel": [lambda made: made.metadata.kernelspec.update(name="mine")],
    "pictures_have_words": [
        lambda made: made.cells[5].update(outputs=[picture(alt="")]),
        lambda made: made.cells[5].update(outputs=[picture(alt="Another text.")]),
        lambda made: made.cells[5].update(outputs=[picture(narrow_png="iVBO")]),
    ],
    "same_everywhere": [
        shows(text("<td>/Users/wayne/portfolio.xlsx</td>")),
        shows(text(r"C:\Users\wayne\portfolio.xlsx")),
        shows(text("<object at 0x7f001996d110>")),
    ],
    "small_enough": [shows(text("x" * 3_000_000))],
    "is_normalised": [lambda made: made.metadata.update(language_info={"name": "python", "version": "3.11"})],
    "links_lead_somewhere": [source(2, "See [that](nowhere.ipynb).")],
    "no_number_by_hand": [source(2, "We received 41 referrals.")],
}


def notebook_of(made: Any, check: str) -> Notebook:
    stored = nbformat.writes(made) + "\n" if check == "is_normalised" else normalised(made)
    return Notebook(REPORT if check == "no_number_by_hand" else "small", stored)


def test_every_rule_has_its_counter_example() -> None:
    assert set(BREAKS) == {check.__name__ for check in RULES}


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_rule(check: Rule) -> None:
    name = check.__name__
    assert not list(check(notebook_of(good(), name)))
    for spoil in BREAKS[name]:
        made = good()
        spoil(made)
        assert list(check(notebook_of(made, name)))
