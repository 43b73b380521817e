"""papermill, nbformat and nbclient, imported in a third of their time.

All import jsonschema, which compiles a grammar of international web addresses (2 seconds, measured) for
a check that the notebook format does not use. jsonschema takes that grammar only where it can be
imported; here it cannot, for as long as the import lasts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _not_importable(name: str) -> Iterator[None]:
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


with _not_importable("rfc3987_syntax"):
    import nbformat
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

__all__ = ["CellTimeoutError", "DeadKernelError", "nbformat", "papermill"]
