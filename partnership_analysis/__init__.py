"""Quarterly partnership reviews from interaction spreadsheets.

>>> import partnership_analysis as pa
>>> sorted(pa.__all__)[:2]
['Imported', 'Portfolio']

Names are imported when they are first used, so that the command line answers at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partnership_analysis import charts, tables
    from partnership_analysis.explore.widgets import explore
    from partnership_analysis.importing import Imported, import_exports, load_pairs
    from partnership_analysis.metrics.agreement import pair_agreement, rater_agreement
    from partnership_analysis.metrics.calibration import interval_coverage
    from partnership_analysis.metrics.concentration import concentration, dependence_curve
    from partnership_analysis.metrics.exchange.balance import balance_and_first, first_giver, running_balance
    from partnership_analysis.metrics.exchange.barter import barter
    from partnership_analysis.metrics.exchange.conversion import conversion
    from partnership_analysis.metrics.exchange.patterns import exchange_patterns
    from partnership_analysis.metrics.exchange.reciprocity import expected_false_flags, one_sided, reciprocity
    from partnership_analysis.metrics.exchange.wiifm import commission_only, wiifm
    from partnership_analysis.metrics.focus.conflicts import conflicts
    from partnership_analysis.metrics.focus.frontier import capacity_curve, frontier, worth_of_one_more_hour
    from partnership_analysis.metrics.focus.plan import focus_plan
    from partnership_analysis.metrics.focus.worth import worth
    from partnership_analysis.metrics.foundations import (
        foundation_gaps,
        foundation_history,
        foundation_summary,
        foundations,
    )
    from partnership_analysis.metrics.leverage import dependence, relationship_map, sole_suppliers
    from partnership_analysis.metrics.market import overlap_of_partners, overlap_with_us
    from partnership_analysis.metrics.measured import measured
    from partnership_analysis.metrics.network.connections import missing_connections
    from partnership_analysis.metrics.network.matrices import (
        combination_counts,
        combination_matrix,
        combinations,
        meeting_matrix,
        referral_matrix,
        who_to_whom,
    )
    from partnership_analysis.metrics.network.members import (
        member_portfolio,
        member_reciprocity,
        member_totals,
    )
    from partnership_analysis.metrics.network.members_rvi import rvi_of_members
    from partnership_analysis.metrics.network.order import in_order
    from partnership_analysis.metrics.network.pairs import pairs_of
    from partnership_analysis.metrics.network.whole import group_concentration, group_reciprocity
    from partnership_analysis.metrics.nurture.board import action_board, delegation, level_mismatch, workload
    from partnership_analysis.metrics.nurture.cadence import cadence, contact_days
    from partnership_analysis.metrics.nurture.commitments import late_commitments, punctuality
    from partnership_analysis.metrics.nurture.lunches import lunch_plan
    from partnership_analysis.metrics.nurture.momentum import burn_down, open_work, stalled
    from partnership_analysis.metrics.nurture.rhythm import quarter_rhythm, rhythm
    from partnership_analysis.metrics.nurture.rhythm_match import rhythm_cells, rhythm_match
    from partnership_analysis.metrics.nurture.steps import next_steps
    from partnership_analysis.metrics.profile import partner_profile
    from partnership_analysis.metrics.quality import coverage, empty_months, undescribed
    from partnership_analysis.metrics.returns.capacity import time_spent, time_total
    from partnership_analysis.metrics.returns.jcurve import j_curve, payback
    from partnership_analysis.metrics.returns.returns import returns
    from partnership_analysis.metrics.review import quarter_review
    from partnership_analysis.metrics.rvi import latest, rvi, rvi_components
    from partnership_analysis.metrics.sensitivity import band_moves, rvi_sensitivity
    from partnership_analysis.metrics.sides import both_sides
    from partnership_analysis.metrics.signals.board import signals_board
    from partnership_analysis.metrics.signals.change import quarter_change
    from partnership_analysis.metrics.signals.states import signal_prior, signals, watch_lists
    from partnership_analysis.metrics.stakeholders import stakeholder_map, stakeholder_matrix
    from partnership_analysis.metrics.verticals import vertical_change, vertical_gaps, vertical_performance
    from partnership_analysis.panel import panel
    from partnership_analysis.periods import Quarter
    from partnership_analysis.portfolio import Portfolio, load
    from partnership_analysis.settings import Settings

__version__ = "0.1.0"

_HOMES = {
    "Imported": "importing",
    "Portfolio": "portfolio",
    "Quarter": "periods",
    "Settings": "settings",
    "action_board": "metrics.nurture.board",
    "balance_and_first": "metrics.exchange.balance",
    "band_moves": "metrics.sensitivity",
    "barter": "metrics.exchange.barter",
    "both_sides": "metrics.sides",
    "burn_down": "metrics.nurture.momentum",
    "cadence": "metrics.nurture.cadence",
    "capacity_curve": "metrics.focus.frontier",
    "charts": "charts",
    "combination_counts": "metrics.network.matrices",
    "combination_matrix": "metrics.network.matrices",
    "combinations": "metrics.network.matrices",
    "commission_only": "metrics.exchange.wiifm",
    "concentration": "metrics.concentration",
    "conflicts": "metrics.focus.conflicts",
    "contact_days": "metrics.nurture.cadence",
    "conversion": "metrics.exchange.conversion",
    "coverage": "metrics.quality",
    "delegation": "metrics.nurture.board",
    "dependence": "metrics.leverage",
    "dependence_curve": "metrics.concentration",
    "empty_months": "metrics.quality",
    "exchange_patterns": "metrics.exchange.patterns",
    "expected_false_flags": "metrics.exchange.reciprocity",
    "explore": "explore",
    "first_giver": "metrics.exchange.balance",
    "focus_plan": "metrics.focus.plan",
    "foundation_gaps": "metrics.foundations",
    "foundation_history": "metrics.foundations",
    "foundation_summary": "metrics.foundations",
    "foundations": "metrics.foundations",
    "frontier": "metrics.focus.frontier",
    "group_concentration": "metrics.network.whole",
    "group_reciprocity": "metrics.network.whole",
    "import_exports": "importing",
    "in_order": "metrics.network.order",
    "interval_coverage": "metrics.calibration",
    "j_curve": "metrics.returns.jcurve",
    "late_commitments": "metrics.nurture.commitments",
    "latest": "metrics.rvi",
    "level_mismatch": "metrics.nurture.board",
    "load": "portfolio",
    "load_pairs": "importing",
    "lunch_plan": "metrics.nurture.lunches",
    "measured": "metrics.measured",
    "meeting_matrix": "metrics.network.matrices",
    "member_portfolio": "metrics.network.members",
    "member_reciprocity": "metrics.network.members",
    "member_totals": "metrics.network.members",
    "missing_connections": "metrics.network.connections",
    "next_steps": "metrics.nurture.steps",
    "one_sided": "metrics.exchange.reciprocity",
    "open_work": "metrics.nurture.momentum",
    "overlap_of_partners": "metrics.market",
    "overlap_with_us": "metrics.market",
    "pair_agreement": "metrics.agreement",
    "pairs_of": "metrics.network.pairs",
    "panel": "panel",
    "partner_profile": "metrics.profile",
    "payback": "metrics.returns.jcurve",
    "punctuality": "metrics.nurture.commitments",
    "quarter_change": "metrics.signals.change",
    "quarter_review": "metrics.review",
    "quarter_rhythm": "metrics.nurture.rhythm",
    "rater_agreement": "metrics.agreement",
    "reciprocity": "metrics.exchange.reciprocity",
    "referral_matrix": "metrics.network.matrices",
    "relationship_map": "metrics.leverage",
    "returns": "metrics.returns.returns",
    "rhythm": "metrics.nurture.rhythm",
    "rhythm_cells": "metrics.nurture.rhythm_match",
    "rhythm_match": "metrics.nurture.rhythm_match",
    "running_balance": "metrics.exchange.balance",
    "rvi": "metrics.rvi",
    "rvi_components": "metrics.rvi",
    "rvi_of_members": "metrics.network.members_rvi",
    "rvi_sensitivity": "metrics.sensitivity",
    "signal_prior": "metrics.signals.states",
    "signals": "metrics.signals.states",
    "signals_board": "metrics.signals.board",
    "sole_suppliers": "metrics.leverage",
    "stakeholder_map": "metrics.stakeholders",
    "stakeholder_matrix": "metrics.stakeholders",
    "stalled": "metrics.nurture.momentum",
    "tables": "tables",
    "time_spent": "metrics.returns.capacity",
    "time_total": "metrics.returns.capacity",
    "undescribed": "metrics.quality",
    "vertical_change": "metrics.verticals",
    "vertical_gaps": "metrics.verticals",
    "vertical_performance": "metrics.verticals",
    "watch_lists": "metrics.signals.states",
    "who_to_whom": "metrics.network.matrices",
    "wiifm": "metrics.exchange.wiifm",
    "workload": "metrics.nurture.board",
    "worth": "metrics.focus.worth",
    "worth_of_one_more_hour": "metrics.focus.frontier",
}

__all__ = [
    "Imported",
    "Portfolio",
    "Quarter",
    "Settings",
    "action_board",
    "balance_and_first",
    "band_moves",
    "barter",
    "both_sides",
    "burn_down",
    "cadence",
    "capacity_curve",
    "charts",
    "combination_counts",
    "combination_matrix",
    "combinations",
    "commission_only",
    "concentration",
    "conflicts",
    "contact_days",
    "conversion",
    "coverage",
    "delegation",
    "dependence",
    "dependence_curve",
    "empty_months",
    "exchange_patterns",
    "expected_false_flags",
    "explore",
    "first_giver",
    "focus_plan",
    "foundation_gaps",
    "foundation_history",
    "foundation_summary",
    "foundations",
    "frontier",
    "group_concentration",
    "group_reciprocity",
    "import_exports",
    "in_order",
    "interval_coverage",
    "j_curve",
    "late_commitments",
    "latest",
    "level_mismatch",
    "load",
    "load_pairs",
    "lunch_plan",
    "measured",
    "meeting_matrix",
    "member_portfolio",
    "member_reciprocity",
    "member_totals",
    "missing_connections",
    "next_steps",
    "one_sided",
    "open_work",
    "overlap_of_partners",
    "overlap_with_us",
    "pair_agreement",
    "pairs_of",
    "panel",
    "partner_profile",
    "payback",
    "punctuality",
    "quarter_change",
    "quarter_review",
    "quarter_rhythm",
    "rater_agreement",
    "reciprocity",
    "referral_matrix",
    "relationship_map",
    "returns",
    "rhythm",
    "rhythm_cells",
    "rhythm_match",
    "running_balance",
    "rvi",
    "rvi_components",
    "rvi_of_members",
    "rvi_sensitivity",
    "signal_prior",
    "signals",
    "signals_board",
    "sole_suppliers",
    "stakeholder_map",
    "stakeholder_matrix",
    "stalled",
    "tables",
    "time_spent",
    "time_total",
    "undescribed",
    "vertical_change",
    "vertical_gaps",
    "vertical_performance",
    "watch_lists",
    "who_to_whom",
    "wiifm",
    "workload",
    "worth",
    "worth_of_one_more_hour",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOMES[name]}")
    value = globals()[name] = module if name in ("charts", "tables") else getattr(module, name)
    return value


class _Package(ModuleType):
    """Keeps ``pa.panel`` and ``pa.explore`` functions: importing a module binds it under its own name in its package."""

    def __setattr__(self, name: str, value: Any) -> None:
        named = name in ("panel", "explore") and isinstance(value, ModuleType)
        super().__setattr__(name, getattr(value, name) if named else value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
