"""A portfolio on disk, for a report that is made of nothing else; and the key to its aliases, apart from it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from partnership_analysis.errors import SourceError, listed
from partnership_analysis.export import unguarded, write_folder, write_table
from partnership_analysis.portfolio import Portfolio
from partnership_analysis.schema import TABLES

KEY_COLUMNS = ("alias", "name", "what")


def written(portfolio: Portfolio, folder: str | Path) -> Path:
    """Write a portfolio as a folder that :func:`partnership_analysis.load` reads back as it is.

    Parameters
    ----------
    portfolio : Portfolio
        As :func:`partnership_analysis.for_partner` or :func:`partnership_analysis.anonymised` gives it.
    folder : str or Path
        A folder that is empty or does not exist yet; its parent does. Its name stands in the report.

    Returns
    -------
    Path
        The folder: a Parquet file for each table that is there, and ``settings.toml``.

    Raises
    ------
    SourceError
        If the folder holds anything, since a table of somebody else's would be read with these.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SourceError(f"{folder} is not empty: what is shared needs a folder of its own. Name a new one.")
    tables = {name: getattr(portfolio, name) for name in TABLES if name not in portfolio.missing}
    return write_folder(folder, tables, "parquet", portfolio.settings)


def key_file(portfolio: str | Path) -> Path:
    """Where the key of a portfolio's aliases is kept: beside it, so that the next report finds it.

    >>> key_file("books/northgate.xlsx").as_posix()
    'books/northgate.key.csv'
    """
    path = Path(portfolio)
    return path.with_name(f"{path.name if path.is_dir() else path.stem}.key.csv")


def write_key(key: pd.DataFrame, path: str | Path, *, report: str | Path) -> Path:
    """Write the key to aliases (:func:`partnership_analysis.anonymised`) as a ``.csv`` file.

    Parameters
    ----------
    key : DataFrame
    path : str or Path
        See :func:`key_file`.
    report : str or Path
        The report's folder, in which the key must not lie.

    Raises
    ------
    SourceError
        If it would lie there, or its own folder does not exist.
    """
    path, report = Path(path), Path(report)
    if path.resolve().is_relative_to(report.resolve()):
        raise SourceError(
            f"{path} lies in the report {report}, which is for others. Write the key elsewhere."
        )
    return write_table(path, key)


def read_key(path: str | Path) -> pd.DataFrame:
    """The key that :func:`write_key` wrote.

    Raises
    ------
    SourceError
        If it cannot be read, or is no key.
    """
    path = Path(path)
    try:
        key = pd.read_csv(path, dtype="string", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read as a key to aliases: {error}") from None
    if tuple(key.columns) != KEY_COLUMNS:
        raise SourceError(
            f"{path} is no key to aliases: it has the columns {listed(key.columns)}, not {listed(KEY_COLUMNS)}."
        )
    return unguarded(key)
