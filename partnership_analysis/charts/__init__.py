"""Charts: tidy frame in, one axes out. They draw; they never compute a measure.

Each ``plot_x(data, *, ax=None)`` has ``plot_x.describe(data)``, its alternative text made from the data, and
:func:`picture` draws it at page and at phone width.
"""

from partnership_analysis.charts.calibration import plot_interval_coverage
from partnership_analysis.charts.early_warning import plot_early_warning
from partnership_analysis.charts.picture import Picture, picture
from partnership_analysis.charts.ranking import plot_activity_ranking, plot_rvi_ranking
from partnership_analysis.charts.reciprocity import plot_reciprocity
from partnership_analysis.charts.review import (
    early_warning_picture,
    exchange_picture,
    standing_picture,
    trend_picture,
    vertical_picture,
)
from partnership_analysis.charts.trend import plot_activity_trend, plot_rvi_trend
from partnership_analysis.charts.verticals import plot_vertical_performance

__all__ = [
    "Picture",
    "early_warning_picture",
    "exchange_picture",
    "picture",
    "plot_activity_ranking",
    "plot_activity_trend",
    "plot_early_warning",
    "plot_interval_coverage",
    "plot_reciprocity",
    "plot_rvi_ranking",
    "plot_rvi_trend",
    "plot_vertical_performance",
    "standing_picture",
    "trend_picture",
    "vertical_picture",
]
