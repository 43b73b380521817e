"""A report of which the original cannot be seen: it is made of what may be shared, in a folder of its own.

The kernel, the manifest and the page know only that folder, so nothing has to be taken out of them afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from partnership_analysis.errors import ParameterError
from partnership_analysis.portfolio import Portfolio, load
from partnership_analysis.reports.parameters import ReportParameters, Request
from partnership_analysis.sharing.folder import written

SHARED = "portfolio"
"""What the folder with the tables is called in every report that is made for others."""
_SAID = ("quarter", "vertical")
"""Parameters of every report that say nothing of the original; all others of them are empty here."""


@contextmanager
def private(
    request: Request, shared: Portfolio, values: Mapping[str, Any] | None = None
) -> Iterator[Request]:
    """A request for the same report of a portfolio that may be shared, while its files are there.

    Parameters
    ----------
    request : Request
        Checked against the original portfolio. Of its parameters stay the quarter, the vertical and the notebook's own
        but a ``partner``; how the original is read, and an earlier report to compare with, stay behind.
    shared : Portfolio
        As :func:`partnership_analysis.sharing.partner.for_partner` or
        :func:`partnership_analysis.sharing.anonymous.anonymised` makes it of the original.
    values : mapping, optional
        Parameters of the notebook that are other ones here, such as the alias of a ``partner``.

    Yields
    ------
    Request
        With the tables in a temporary folder that is called ``portfolio``, as read back from there.

    Raises
    ------
    ParameterError
        If the report is limited to a vertical that has another name in what is shared.
    """
    if request.vertical and request.vertical not in shared.verticals:
        raise ParameterError(
            [
                f"The vertical {request.vertical!r} names somebody and has an alias here. Leave the vertical away."
            ]
        )
    with tempfile.TemporaryDirectory(prefix="partnership-analysis-") as place:
        folder = Path(place).resolve()
        tables = written(shared, folder / SHARED)
        told = {*_SAID, *request.parameters.others} - {"partner"}
        emptied = {name: value if name in told else "" for name, value in request.values.items()}
        yield replace(
            request,
            parameters=ReportParameters.of(
                portfolio=tables,
                quarter=str(request.quarter),
                vertical=request.vertical,
                partners=request.parameters.partners,
            ),
            portfolio=load(tables),
            folder=folder,
            values={**emptied, **(values or {}), "portfolio": SHARED},
            for_others=True,
        )


def without_defaults(notebook: Any) -> Any:
    """An executed notebook without the cell of parameters that it would have had; those it was given stay.

    The defaults name the sample's workbook, which a reader would take for somebody's.
    """
    shown = deepcopy(notebook)
    shown.cells = [cell for cell in shown.cells if "parameters" not in cell.metadata.get("tags", [])]
    return shown
