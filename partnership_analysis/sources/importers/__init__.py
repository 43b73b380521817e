"""Exports of other systems, by name: what a slip report, a sales system or a calendar says of partners.

``slips`` and ``palms`` read a referral group's reports, ``deals`` and ``activities`` those of sales systems,
``linkedin``, ``toggl`` and ``calendars`` what names people and hours. Each finds its columns by label (``export``),
decides for every row whether it is an interaction, and leaves the reading of cells to ``validate`` (``found``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from partnership_analysis.sources.importers import (
    activities,
    calendars,
    deals,
    linkedin,
    palms,
    slips,
    toggl,
)
from partnership_analysis.sources.importers.found import Found, Request
from partnership_analysis.sources.importers.systems import DYNAMICS, HUBSPOT, SALESFORCE

Reader = Callable[[Path, Request], Found]

READERS: dict[str, Reader] = {
    "bni": slips.read,
    "palms": palms.read,
    "hubspot": deals.reader(HUBSPOT),
    "pipedrive": activities.read_pipedrive,
    "salesforce": deals.reader(SALESFORCE),
    "dynamics": deals.reader(DYNAMICS),
    "linkedin": linkedin.read,
    "toggl": toggl.read,
    "calendar": calendars.read,
}
"""What reads each kind of export."""
