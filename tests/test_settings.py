"""Settings: read from names and values, every finding at once, nothing guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from partnership_analysis.errors import SettingsError
from partnership_analysis.settings import Bands, Settings, Weights, band_names


def test_defaults_are_the_articles() -> None:
    made = Settings()
    assert set(made.weights.by_kind().values()) == {1.0}
    assert made.bands.limits == (1.0, 2.0, 3.0)
    assert (made.window, made.interval, made.min_months, made.assumed_trust) == (12, 0.9, 3, None)
    assert band_names() == ("too early", "weak", "average", "promising", "strong")


def test_nested_and_dotted_names_go_together() -> None:
    made = Settings.from_mapping(
        {"weights": {"event": 2}, "weights.referral": "3", "bands.strong": 4, " us ": "Us"}
    )
    assert (made.weights.event, made.weights.referral, made.weights.cross_promotion) == (2.0, 3.0, 1.0)
    assert (made.bands.strong, made.us) == (4.0, "Us")


def test_lists_may_be_cells() -> None:
    assert Settings(market="a; b ;;c").market == ("a", "b", "c")  # type: ignore[arg-type]
    assert Settings(verticals=("x",)).verticals == ("x",)


@pytest.mark.parametrize("name", ["hour_rate", "capacity_hours", "assumed_trust"])
@pytest.mark.parametrize("empty", ["", "  ", None])
def test_an_empty_cell_is_unknown(name: str, empty: object) -> None:
    assert getattr(Settings.from_mapping({name: empty}), name) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", 0), ("window", 1.5), ("window", 121), ("min_months", 0), ("interval", 1), ("interval", 0),
        ("assumed_trust", 0.9), ("assumed_trust", 5.1), ("barter_limit", 1.1), ("rejected_limit", -0.1),
        ("fiscal_year_start", 13), ("hour_rate", -1), ("currency", ""), ("weights.event", -1),
        ("bands.average", 0), ("bands.strong", 2), ("weights.event", "many"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=name.split(".")[0]) as caught:
        Settings.from_mapping({name: value}, "here.toml")
    assert "here.toml" in str(caught.value)


def test_every_finding_at_once_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({"windw": 6, "interval": 7, "weights.referal": 2})
    text = str(caught.value)
    assert "Did you mean `window`?" in text
    assert "`weights.referral`" in text
    assert "`interval` = 7" in text


def test_all_weights_0_is_no_index() -> None:
    with pytest.raises(SettingsError, match="at least one weight"):
        Settings.from_mapping({f"weights.{kind}": 0 for kind in Weights().by_kind()})


def test_limits_rise() -> None:
    with pytest.raises(ValidationError):
        Bands(average=2, promising=2, strong=3)


def test_flat_and_back() -> None:
    made = Settings.from_mapping({"us": "Us", "market": "a; b", "hour_rate": 90, "weights.event": 0.5})
    assert Settings.from_mapping(made.flat()) == made
    assert list(made.flat()) == list(Settings.descriptions())
    assert all(Settings.descriptions().values())


def test_toml(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('\ufeffus = "Café"\n[weights]\nevent = 2\n', encoding="utf-8")
    assert Settings.from_toml(path).us == "Café"
    path.write_text("us = ", encoding="utf-8")
    for wrong in (path, tmp_path / "none.toml"):
        with pytest.raises(SettingsError, match=wrong.name):
            Settings.from_toml(wrong)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().window = 6  # type: ignore[misc]
