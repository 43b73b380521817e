"""Settings from wherever they are given: in Python, a TOML file, a sheet of the workbook, the mapping."""

from __future__ import annotations

from collections.abc import Mapping as Named
from pathlib import Path
from typing import Any

from partnership_analysis.errors import SettingsError, listed
from partnership_analysis.settings import Settings
from partnership_analysis.sources.cells import Cells
from partnership_analysis.sources.mapping import Mapping
from partnership_analysis.sources.raw import RawTable
from partnership_analysis.sources.values import folded, text

Given = Settings | str | Path | Named[str, Any] | None
"""What a caller may give: settings to use as they are, a TOML file, names and values, or nothing."""


def sheet_settings(raw: RawTable) -> dict[str, Any]:
    """Names and values of a settings sheet.

    Raises
    ------
    SettingsError
        If it lacks a column, sets a name twice, or sets what only a caller may set.
    """
    places = {folded(label): place for place, label in enumerate(raw.labels)}
    if not {"setting", "value"} <= places.keys():
        raise SettingsError(
            f"{raw.place}: a settings sheet has the columns `setting` and `value`. Found: {listed(raw.labels)}."
        )
    names = text(Cells.of(raw.columns[places["setting"]]))
    values = text(Cells.of(raw.columns[places["value"]]))
    repeated = names[names.notna() & names.duplicated()].unique()
    if len(repeated):
        raise SettingsError(f"{raw.place}: set more than once: {listed(repeated)}.")
    forbidden = names[names.str.startswith("limits").fillna(False)]
    if len(forbidden):
        raise SettingsError(
            f"{raw.place}: {listed(forbidden)}: a file does not say what it may ask of the machine. Set it in a "
            f"TOML file beside it, or in Python."
        )
    filled = names.notna() & values.notna()
    return dict(zip(names[filled], values[filled], strict=True))


def settings_of(given: Given, mapping: Mapping, sheet: Named[str, Any], toml: Path | None) -> Settings:
    """The settings of a portfolio: by name, what is given in Python, else the TOML file, the sheet, the mapping.

    A ``Settings`` object is taken as it is. A path is read in place of the TOML file beside the workbook.

    Raises
    ------
    SettingsError
        If a name is unknown or a value does not fit.
    """
    if isinstance(given, Settings):
        return given
    path = Path(given) if isinstance(given, str | Path) else toml
    layers: list[Named[str, Any]] = [
        _checked(mapping.settings, "settings of the mapping"),
        _checked(sheet, "sheet settings"),
    ]
    if path is not None:
        layers.append(_stated(Settings.from_toml(path)))
    if isinstance(given, Named):
        layers.append(_checked(given, "settings"))
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    return Settings.from_mapping(merged)


def _checked(values: Named[str, Any], where: str) -> dict[str, Any]:
    return _stated(Settings.from_mapping(values, where))


def _stated(settings: Settings) -> dict[str, Any]:
    """The names that were set, dotted, as against those left at their defaults."""
    flat: dict[str, Any] = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if hasattr(value, "model_fields_set"):
            flat |= {f"{name}.{inner}": getattr(value, inner) for inner in value.model_fields_set}
        else:
            flat[name] = value
    return flat
