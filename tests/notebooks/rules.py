"""What holds of every committed notebook. A rule takes a notebook and its text and yields what is wrong."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from tools.notebooks import normalised

ROOT = Path(__file__).parents[2]
REPORT = "quarterly_report"
PACKAGE_CODE = frozenset({"def", "class", "for", "while", "try", "lambda", "groupby", "warnings", "async"})
MACHINE_PATH = re.compile(
    r"(?<![\w.])/(?:home|Users|root|work|tmp|var|private|opt|mnt)/|\b[A-Z]:\\\\|file://"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}")
METHOD_NUMBERS = re.compile(r"90% interval|1 to 5|`[^`]*`|\]\([^)]*\)")
"""Numbers that prose may state: constants of the method, and those inside code and links."""
MARKER = re.compile(r"nbval[-_]|PYTEST_VALIDATE|raises-exception", re.IGNORECASE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")


@dataclass(frozen=True)
class Notebook:
    """A notebook as it is stored."""

    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> Notebook:
        return cls(path.stem, path.read_text(encoding="utf-8"))

    @cached_property
    def node(self) -> Any:
        return nbformat.reads(self.text, as_version=4)

    @property
    def cells(self) -> list[Any]:
        return list(self.node.cells)

    @property
    def code(self) -> list[Any]:
        return [cell for cell in self.cells if cell.cell_type == "code" and cell.source.strip()]

    @property
    def prose(self) -> list[Any]:
        return [cell for cell in self.cells if cell.cell_type == "markdown"]

    @property
    def outputs(self) -> list[tuple[str, Any]]:
        return [(cell.id, output) for cell in self.code for output in cell.outputs]


Rule = Callable[[Notebook], Iterator[str]]
RULES: list[Rule] = []


def rule(check: Rule) -> Rule:
    """Register a rule."""
    RULES.append(check)
    return check


@rule
def executed_in_order(notebook: Notebook) -> Iterator[str]:
    """A cell without a count is not compared at all by nbval."""
    counts = [cell.execution_count for cell in notebook.code]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}: run `make notebooks`"


@rule
def no_warnings_or_errors(notebook: Notebook) -> Iterator[str]:
    """A committed notebook ran clean."""
    for place, output in notebook.outputs:
        if output.output_type == "error" or output.get("name") == "stderr":
            yield f"{place}: {output.get('ename', 'stderr')}"


@rule
def something_is_compared(notebook: Notebook) -> Iterator[str]:
    """Pictures alone do not count: nbval never compares them."""
    if not any(not _images(output) for _, output in notebook.outputs):
        yield "no output that nbval compares"


@rule
def nothing_is_excused(notebook: Notebook) -> Iterator[str]:
    """No marker or tag that tells nbval to look away."""
    for cell in notebook.code:
        if MARKER.search(cell.source) or MARKER.search(" ".join(cell.metadata.get("tags", []))):
            yield f"{cell.id}: an nbval marker"


@rule
def one_cell_of_parameters(notebook: Notebook) -> Iterator[str]:
    """The first code cell, tagged ``parameters``: annotated literals with a help comment each."""
    tagged = [cell for cell in notebook.code if "parameters" in cell.metadata.get("tags", [])]
    if tagged != notebook.code[:1]:
        yield f"{len(tagged)} cells tagged parameters, or it is not the first of code"
        return
    for line in tagged[0].source.splitlines():
        statements = ast.parse(line).body
        literal = (
            len(statements) == 1 and isinstance(statements[0], ast.AnnAssign) and _literal(statements[0])
        )
        if not literal or not re.search(r"\S  # \w", line):
            yield f"not an annotated literal with a help comment: {line}"


@rule
def more_words_than_code(notebook: Notebook) -> Iterator[str]:
    """At least 0.9 Markdown cells a code cell."""
    if len(notebook.prose) < 0.9 * len(notebook.code):
        yield f"{len(notebook.prose)} Markdown cells for {len(notebook.code)} of code; 0.9 each at least"


@rule
def short_cells(notebook: Notebook) -> Iterator[str]:
    """At most ten lines of code a cell."""
    for cell in notebook.code:
        if len(cell.source.splitlines()) > 10:
            yield f"{cell.id}: {len(cell.source.splitlines())} lines; at most 10"


@rule
def no_package_code(notebook: Notebook) -> Iterator[str]:
    """Functions, loops, grouping and handling of errors live in the package, where they are tested."""
    for cell in notebook.code:
        if cell.source.lstrip().startswith(("%", "!")):
            yield f"{cell.id}: a magic or shell command"
            continue
        words = {token.string for token in tokenize.generate_tokens(io.StringIO(cell.source).readline)}
        if found := sorted(words & PACKAGE_CODE):
            yield f"{cell.id}: {', '.join(found)}"
        if cell.source.rstrip().endswith(";"):
            yield f"{cell.id}: ends with ; and hides its output"


@rule
def opens_with_a_question(notebook: Notebook) -> Iterator[str]:
    """Title and question before anything else."""
    first = notebook.cells[0]
    lines = first.source.splitlines()
    if first.cell_type != "markdown" or not lines or not lines[0].startswith("# "):
        yield "the first cell is not a Markdown title"
    elif not any(line.rstrip().endswith("?") for line in lines[1:]):
        yield "no question below the title"


@rule
def ends_with_what_to_do(notebook: Notebook) -> Iterator[str]:
    """The last section says what to do; the report says it first."""
    headings = [line for cell in notebook.prose for line in cell.source.splitlines() if line.startswith("#")]
    if notebook.name != REPORT and (not headings or headings[-1].strip("# ") != "What to do"):
        yield f"the last section is {headings[-1:]}, not What to do"


@rule
def plain_kernel(notebook: Notebook) -> Iterator[str]:
    """A kernel that every machine has."""
    name = notebook.node.metadata.get("kernelspec", {}).get("name")
    if name != "python3":
        yield f"kernel {name}"


@rule
def pictures_have_words(notebook: Notebook) -> Iterator[str]:
    """The alternative text stands in the metadata, for the page, and as text, for nbval."""
    for place, output in notebook.outputs:
        if not _images(output):
            continue
        own = output.metadata.get("partnership_analysis", {})
        if not own.get("alt") or own["alt"] != output.data.get("text/plain"):
            yield f"{place}: a picture whose alternative text is missing or is not its text"
        if own.get("narrow_png"):
            yield f"{place}: a picture for phones too, which only a report needs; make notebooks leaves it out"


@rule
def same_everywhere(notebook: Notebook) -> Iterator[str]:
    """No path of the machine that ran it and no memory address."""
    for place, output in notebook.outputs:
        shown = {kind: data for kind, data in output.get("data", {}).items() if not kind.startswith("image/")}
        text = json.dumps([shown, output.get("text", "")])
        for what, pattern in (("a machine's path", MACHINE_PATH), ("a memory address", ADDRESS)):
            if found := pattern.search(text):
                yield f"{place}: {what}: …{text[max(0, found.start() - 60) : found.end() + 30]}…"


@rule
def small_enough(notebook: Notebook) -> Iterator[str]:
    """A notebook opens fast and its difference can be read."""
    if (size := len(notebook.text.encode())) >= 3_000_000:
        yield f"{size:,} bytes; at most 3,000,000"


@rule
def is_normalised(notebook: Notebook) -> Iterator[str]:
    """Stored as `make notebooks` stores it."""
    if normalised(nbformat.reads(notebook.text, as_version=4)) != notebook.text:
        yield "not normalised: run `make notebooks`"


@rule
def links_lead_somewhere(notebook: Notebook) -> Iterator[str]:
    """A relative link names a file of the project."""
    for cell in notebook.prose:
        for target in LINK.findall(cell.source):
            if not (ROOT / "notebooks" / target).exists():
                yield f"{cell.id}: there is no {target}"


@rule
def no_number_by_hand(notebook: Notebook) -> Iterator[str]:
    """The report's prose states constants of the method only; what belongs to the data comes from code."""
    for cell in notebook.prose if notebook.name == REPORT else []:
        if found := re.search(r"[^\n]{0,40}\d[^\n]{0,20}", METHOD_NUMBERS.sub("", cell.source)):
            yield f"{cell.id}: a number in prose: {found[0]}"


def _images(output: Any) -> bool:
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def _literal(assignment: ast.AnnAssign) -> bool:
    try:
        ast.literal_eval(assignment.value or ast.Name("missing"))
    except ValueError:
        return False
    return True
