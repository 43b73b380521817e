"""How sales systems label the columns of their deals, and what in a column of sources is nobody's name."""

from __future__ import annotations

from dataclasses import dataclass

from partnership_analysis.sources.importers.exported import Labels
from partnership_analysis.sources.values import folded

PARTNER: Labels = (
    *("Partner", "Referral Partner", "Referred by", "Referred By Partner", "Partner Name", "Partner Account"),
    *("Referring Partner", "Referrer", "Introduced by", "Nazwa Partnera", "Vermittler", "Apporteur"),
)
SOURCES: Labels = ("Lead Source", "Source", "Lead Source Detail", "Original Source", "Source channel")
"""Labels under which a partner may stand among advertisements and web pages."""

GENERAL = frozenset(
    map(
        folded,
        (
            *(
                "Web",
                "Website",
                "Web form",
                "Internet",
                "Advertisement",
                "Advertising",
                "Organic Search",
                "SEO",
            ),
            *(
                "Direct Traffic",
                "Direct",
                "Paid Social",
                "Organic Social",
                "Paid Search",
                "Social Media",
                "Social",
            ),
            *("Phone Inquiry", "Phone", "Inbound", "Inbound Call", "Outbound", "Cold Call", "Cold Calling"),
            *("Email Marketing", "Email", "Newsletter", "Campaign", "Other Campaigns", "Offline Sources"),
            *(
                "Purchased List",
                "List",
                "Trade Show",
                "Event",
                "Seminar",
                "Seminar - Internal",
                "Public Relations",
            ),
            *(
                "Referrals",
                "Referral",
                "Partner Referral",
                "External Referral",
                "Employee Referral",
                "Partner",
            ),
            *("Customer Referral", "Seminar - Partner", "Word of mouth", "Existing Customer", "Conference"),
            *(
                "Marketplace",
                "Import",
                "API",
                "Manually created",
                "AI Referrals",
                "Chat",
                "Google",
                "Facebook",
            ),
            *("LinkedIn", "Other", "Others", "Unknown", "None", "Not specified"),
        ),
    )
)
"""What sales systems offer as a source that is no one's name."""


@dataclass(frozen=True)
class System:
    """How one sales system labels its columns; of each, the first that is there counts.

    ``needed`` are columns without which a sheet is no export of it.
    """

    name: str
    needed: tuple[Labels, ...]
    reference: Labels
    title: Labels
    account: Labels
    created: Labels
    value: Labels
    status: Labels
    owner: Labels
    currency: Labels = (
        "Currency",
        "Deal currency code",
        "Amount Currency",
        "Currency Code",
        "Opportunity Currency",
    )
    won: Labels = ("Is Closed Won",)
    lost: Labels = ("Is closed lost",)

    @property
    def labels(self) -> tuple[Labels, ...]:
        """Every column, for finding the header."""
        own = (self.reference, self.title, self.account, self.created, self.value, self.status, self.owner)
        return (
            *own,
            self.currency,
            self.won,
            self.lost,
            PARTNER,
            SOURCES,
            ("Close Date",),
            ("Pipeline",),
            ("Probability (%)",),
        )


HUBSPOT = System(
    "HubSpot (deals)",
    (("Deal Name", "Record ID"), ("Deal Stage",)),
    reference=("Record ID", "Deal ID", "Record ID - Deal"),
    title=("Deal Name",),
    account=("Associated Company", "Associated Company (Primary)", "Company"),
    created=("Create Date", "Created", "Created Date"),
    value=("Amount", "Amount in company currency"),
    status=("Deal Stage",),
    owner=("Deal owner", "Owner"),
)
PIPEDRIVE = System(
    "Pipedrive (deals)",
    (("Title",), ("Status",)),
    reference=("ID",),
    title=("Title",),
    account=("Organization", "Organisation"),
    created=("Deal created", "Add time", "Created", "Deal created on"),
    value=("Value",),
    status=("Status",),
    owner=("Owner",),
)
SALESFORCE = System(
    "Salesforce (an opportunity report)",
    (("Opportunity Name",), ("Stage",)),
    reference=("Opportunity ID", "Opportunity ID (18)", "Record ID"),
    title=("Opportunity Name",),
    account=("Account Name",),
    created=("Created Date", "Create Date"),
    value=("Amount",),
    status=("Stage",),
    owner=("Opportunity Owner", "Owner"),
)
DYNAMICS = System(
    "Dynamics 365 (opportunities)",
    (("Topic",), ("(Do Not Modify) Opportunity",)),
    reference=("(Do Not Modify) Opportunity",),
    title=("Topic",),
    account=("Account", "Potential Customer"),
    created=("Created On",),
    value=("Actual Revenue",),
    status=("Status", "Status Reason"),
    owner=("Owner",),
)
