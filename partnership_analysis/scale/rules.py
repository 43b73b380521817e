"""Which rows are used: the schema's rules as one expression, so that every engine rejects the same for the same reason.

A column may be typed or text; of a text each kind of value has one form (``2025-07-14``, ``1234.5``), because what is
read a partition at a time cannot be decided on a whole column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import narwhals as nw

from partnership_analysis.panels import KEYS
from partnership_analysis.scale.inputs import READ
from partnership_analysis.schema import DEFAULT_DIRECTION, INTERACTIONS, Column

REASON = "reason"
_REASON, _MADE = "__reason", "__as_"
YEARS = (1970, 2100)
_LARGEST = 1e300
EXACT = 2**53
"""Whole numbers from here on are not all held by a float."""

_WHITE = " \t\r\n\u00a0\u3000"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
_DAY = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DATE = f"^(?:{_DAY}|{_LEAP})(?:[T ].*)?$"
_NUMBER = r"^[+-]?(?:[0-9]{1,18}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?$"

Rule = tuple[nw.Expr, str]


def checked(frame: Any) -> Any:
    """Interactions as the schema types them, with the ``reason`` of each row that does not fit.

    Parameters
    ----------
    frame : narwhals.DataFrame or narwhals.LazyFrame
        Any columns; those of the interactions may be texts.

    Returns
    -------
    narwhals.DataFrame or narwhals.LazyFrame
        The columns that the panel is made of, and ``reason`` (missing where the row fits: the first that applies,
        in the order of the schema).
    """
    names = [name for name in READ if name in frame.collect_schema() or name == "direction"]
    return _judged(frame).select(
        *(nw.col(_MADE + name).alias(name) for name in names), nw.col(_REASON).alias(REASON)
    )


def rejected(frame: Any) -> Any:
    """The rows that do not fit as they are, all columns, and the ``reason`` of each."""
    names = frame.collect_schema().names()
    kept = [nw.col(name).alias("reason_in_file" if name == REASON else name) for name in names]
    return _judged(frame).filter(~nw.col(_REASON).is_null()).select(*kept, nw.col(_REASON).alias(REASON))


def countable(frame: Any) -> Any:
    """What :func:`checked` gives, for a reduction that counts the rejected, too: a rejected row's kind is its reason.

    So one pass over the rows reduces those that fit and counts the others.
    """
    fits = nw.col(REASON).is_null()
    kind = nw.when(fits).then(nw.col("kind")).otherwise(nw.col(REASON)).alias("kind")
    # A count that is rejected may be too large to be added.
    counts = [name for name in frame.collect_schema().names() if name == "count"]
    return frame.with_columns(kind, *(nw.when(fits).then(nw.col(name)).alias(name) for name in counts)).drop(
        REASON
    )


def _judged(frame: Any) -> Any:
    """The frame, and beside it each column as the schema types it and the reason."""
    schema = frame.collect_schema()
    columns = [INTERACTIONS[name] for name in READ if name in schema or name == "direction"]
    made = {_MADE + part: value for one in columns for part, value in _read(one, schema).items()}
    typed = frame.with_columns(**made)
    direction, kind = nw.col(_MADE + "direction"), nw.col(_MADE + "kind")
    for usual in dict.fromkeys(DEFAULT_DIRECTION.values()):
        kinds = [one for one, default in DEFAULT_DIRECTION.items() if default == usual]
        silent = (direction.is_null() | (direction == "")) & kind.is_in(kinds)
        typed = typed.with_columns(
            nw.when(silent).then(nw.lit(usual)).otherwise(direction).alias(_MADE + "direction")
        )
    there = typed.collect_schema()
    rules = [rule for one in columns for rule in _rules(one, there)]
    # Whether a row breaks any is asked first: a reason is then looked for in few rows instead of in all.
    broken = nw.any_horizontal(*(broken for broken, _ in rules), ignore_nulls=True)
    reason = nw.coalesce(*(nw.when(broken).then(nw.lit(words)) for broken, words in rules))
    return typed.with_columns(nw.when(broken).then(reason).alias(_REASON))


def _read(column: Column, schema: Any) -> dict[str, nw.Expr]:
    """The column as the schema types it; where a text is none, ``NAME_lost`` says so."""
    name = column.name
    if name not in schema:
        return {name: nw.lit(None, nw.String)}
    cell, kind = nw.col(name), schema[name]
    is_text = not (kind.is_numeric() or kind.is_temporal())
    if column.kind in ("text", "choice") or (is_text and kind != nw.Object):
        word = cell if kind == nw.String else cell.cast(nw.String)
        if column.kind == "choice":
            return {name: word if name in KEYS else nw.when(word != "").then(word)}
        word = word.str.strip_chars(_WHITE)
        return {name: word} if column.kind == "text" else _parsed(column, nw.when(word != "").then(word))
    if column.kind == "date":
        return {name: cell if kind.is_temporal() else cell.cast(nw.Datetime("us"))}
    if kind.is_float():
        return {name: nw.when(~cell.is_nan()).then(cell)}
    return {name: cell if kind.is_integer() else cell.cast(nw.Float64)}


def _parsed(column: Column, word: nw.Expr) -> dict[str, nw.Expr]:
    fits = word.str.contains(_DATE if column.kind == "date" else _NUMBER)
    good = nw.when(fits).then(word)
    day = good.str.slice(0, 10).str.to_datetime(format="%Y-%m-%d")
    value = day if column.kind == "date" else good.cast(nw.Float64)
    return {column.name: value, f"{column.name}_lost": ~fits & ~word.is_null()}


def _rules(column: Column, schema: Any) -> Iterator[Rule]:
    """When a row breaks the schema's word on a column, and what is said of it.

    What is missing is left out by name: comparing it is false here, missing or true there.
    """
    name, cell = column.name, nw.col(_MADE + column.name)
    known = ~cell.is_null()
    if f"{_MADE}{name}_lost" in schema:
        yield (
            nw.col(f"{_MADE}{name}_lost"),
            f"`{name}` is not a {'date' if column.kind == 'date' else 'number'}",
        )
    is_text = column.kind in ("text", "choice")
    if column.required:
        yield cell.is_null() | (cell == "") if is_text else cell.is_null(), f"`{name}` is empty"
    if column.kind == "date":
        year = cell.dt.year()
        yield (
            known & ((year < YEARS[0]) | (year > YEARS[1])),
            f"`{name}` is before {YEARS[0]} or after {YEARS[1]}",
        )
    if name == "direction":
        yield cell.is_null() | (cell == ""), "`direction` is empty, and the kind does not say it"
    if column.vocabulary:
        words = ", ".join(f"`{word}`" for word in column.vocabulary)
        # An empty text is a missing one, as CSV has it.
        yield known & ~cell.is_in([*column.vocabulary, ""]), f"`{name}` is none of {words}"
    if column.kind in ("number", "whole") and not schema[_MADE + name].is_integer():
        yield known & (cell.abs() > _LARGEST), f"`{name}` is not a finite number"
    if column.kind == "whole":
        yield known & (cell.abs() >= EXACT), f"`{name}` is too large"
        if not schema[_MADE + name].is_integer():
            yield known & (cell != cell.floor()), f"`{name}` is not a whole number"
    if column.minimum is not None:
        yield known & (cell < column.minimum), f"`{name}` is under {column.minimum:g}"
    if column.maximum is not None:
        yield known & (cell > column.maximum), f"`{name}` is over {column.maximum:g}"
