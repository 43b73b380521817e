"""Charts: tidy frame in, one axes out. They draw; they never compute a measure.

Each ``plot_x(data, *, ax=None)`` has ``plot_x.describe(data)``, its alternative text made from the data, and
:func:`picture` draws it at page and at phone width.
"""

from partnership_analysis.charts.balance import plot_running_balance
from partnership_analysis.charts.bands import plot_band_moves
from partnership_analysis.charts.board import plot_board, plot_workload
from partnership_analysis.charts.cadence import plot_cadence
from partnership_analysis.charts.calibration import plot_interval_coverage
from partnership_analysis.charts.capacity import plot_capacity
from partnership_analysis.charts.components import plot_components
from partnership_analysis.charts.concentration import plot_dependence
from partnership_analysis.charts.conflicts import plot_conflicts
from partnership_analysis.charts.connections import plot_members, plot_missing_connections
from partnership_analysis.charts.conversion import plot_conversion
from partnership_analysis.charts.early_warning import plot_early_warning
from partnership_analysis.charts.focus import plot_focus
from partnership_analysis.charts.focus_plan import plot_focus_plan
from partnership_analysis.charts.foundations import (
    plot_foundation_history,
    plot_foundation_summary,
    plot_foundations,
)
from partnership_analysis.charts.frontier import plot_frontier
from partnership_analysis.charts.jcurve import plot_j_curve
from partnership_analysis.charts.lunches import plot_lunches
from partnership_analysis.charts.matrices import plot_combinations, plot_referral_matrix
from partnership_analysis.charts.momentum import plot_burn_down
from partnership_analysis.charts.overlap import plot_overlap
from partnership_analysis.charts.picture import Picture, picture
from partnership_analysis.charts.profile import (
    both_rvis_picture,
    history_picture,
    plot_both_rates,
    plot_both_rvis,
    plot_history,
    plot_partner_exchange,
)
from partnership_analysis.charts.ranking import plot_activity_ranking, plot_rvi_ranking
from partnership_analysis.charts.reciprocity import plot_reciprocity
from partnership_analysis.charts.relationships import plot_relationships
from partnership_analysis.charts.returns import plot_returns
from partnership_analysis.charts.review import (
    early_warning_picture,
    exchange_picture,
    standing_picture,
    trend_picture,
    vertical_picture,
)
from partnership_analysis.charts.rhythm import plot_rhythm
from partnership_analysis.charts.sensitivity import plot_sensitivity
from partnership_analysis.charts.sides import plot_sides
from partnership_analysis.charts.signals import plot_signals
from partnership_analysis.charts.stakeholders import plot_stakeholders
from partnership_analysis.charts.time_spent import plot_time_spent
from partnership_analysis.charts.trend import plot_activity_trend, plot_rvi_trend
from partnership_analysis.charts.vertical_change import plot_vertical_change
from partnership_analysis.charts.verticals import plot_vertical_performance

__all__ = [
    "Picture",
    "both_rvis_picture",
    "early_warning_picture",
    "exchange_picture",
    "history_picture",
    "picture",
    "plot_activity_ranking",
    "plot_activity_trend",
    "plot_band_moves",
    "plot_board",
    "plot_both_rates",
    "plot_both_rvis",
    "plot_burn_down",
    "plot_cadence",
    "plot_capacity",
    "plot_combinations",
    "plot_components",
    "plot_conflicts",
    "plot_conversion",
    "plot_dependence",
    "plot_early_warning",
    "plot_focus",
    "plot_focus_plan",
    "plot_foundation_history",
    "plot_foundation_summary",
    "plot_foundations",
    "plot_frontier",
    "plot_history",
    "plot_interval_coverage",
    "plot_j_curve",
    "plot_lunches",
    "plot_members",
    "plot_missing_connections",
    "plot_overlap",
    "plot_partner_exchange",
    "plot_reciprocity",
    "plot_referral_matrix",
    "plot_relationships",
    "plot_returns",
    "plot_rhythm",
    "plot_running_balance",
    "plot_rvi_ranking",
    "plot_rvi_trend",
    "plot_sensitivity",
    "plot_sides",
    "plot_signals",
    "plot_stakeholders",
    "plot_time_spent",
    "plot_vertical_change",
    "plot_vertical_performance",
    "plot_workload",
    "standing_picture",
    "trend_picture",
    "vertical_picture",
]
