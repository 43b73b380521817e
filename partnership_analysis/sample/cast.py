"""Who is in the sample: 24 partners of Northgate Advisory, written by hand, and what is planted on them.

The tables are text so that they can be read and changed as tables. Everything is relative to the sample's
last month, so that the same people fit any ``end``. Rates are a year; ``in`` is partner to us, ``out`` us to
partner.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

US = "Northgate Advisory"

STAFF = {
    "Helena Voss": "executive",
    "Rupert Ashdown": "executive",
    "Amara Osei": "manager",
    "Luc Moreau": "manager",
    "Ben Ito": "specialist",
    "Zofia Zielińska": "specialist",
}
STRATEGIC_OWNERS = ("Amara Osei", "Luc Moreau", "Helena Voss")
TACTICAL_OWNERS = ("Ben Ito", "Zofia Zielińska")
"""Nobody works on both horizons: the one executive on tactical work is a planted story."""

SURNAMES = (
    "Alder",
    "Amory",
    "Barrow",
    "Beaumont",
    "Birchall",
    "Bracken",
    "Calloway",
    "Carrow",
    "Denholm",
    "Drummond",
    "Eastwick",
    "Elstow",
    "Farrier",
    "Fenwick",
    "Garrick",
    "Greave",
    "Halden",
    "Hollis",
    "Iveson",
    "Jessop",
    "Kerrow",
    "Kinnear",
    "Lambourne",
    "Lindale",
    "Maddox",
    "Menzies",
    "Nairn",
    "Okoro",
    "Pemberton",
    "Quill",
    "Rahman",
    "Ruthven",
    "Sarkis",
    "Selwyn",
    "Tarrant",
    "Thorne",
    "Underhill",
    "Vance",
    "Wexcombe",
    "Yarrow",
)
"""Of the partners beyond those written by hand."""

WORDS = """
partner | aliases | vertical | stakeholder | relationship | owner | market | offer | wiifm_us | wiifm_them
Harcourt Legal | Harcourt LLP; Harcourts | Legal | adviser | affiliate | Amara Osei | owner-managed firms; family businesses | contracts; disputes | Introductions to boards in the Midlands | Clients who need contracts after a plan
Merrow Tallis Accountants | Merrow Tallis | Accounting | adviser | affiliate | Amara Osei | owner-managed firms; scale-ups | audit; tax | Audit clients who plan a succession | Management accounts and tax work
Okafor Chambers |  | Legal | adviser | affiliate | Luc Moreau | scale-ups; start-ups | disputes; employment law | A name to send disputes to | A stream of briefs
Brightwater Systems |  | IT | supplier | affiliate | Luc Moreau | owner-managed firms; professional practices | managed IT; cyber security | Firms that outgrow their systems | Projects that start from a strategy
Bell & Finch | Bell and Finch; B&F Solicitors | Legal | adviser | affiliate | Helena Voss | family businesses; landlords | contracts; disputes | Family firms before a sale | Contracts for our larger clients
Castlemere Brokers | Castlemere Insurance | Insurance | supplier | affiliate | Luc Moreau | owner-managed firms; landlords | liability cover; group health | Directors who review their risk | Cover for every new client
Kestrel Cloud |  | IT | supplier | affiliate | Amara Osei | scale-ups; start-ups | cloud hosting; managed IT | Scale-ups that need a plan | Migrations that follow our advice
Ashgrove Notaries |  | Legal | adviser | affiliate | Amara Osei | family businesses; landlords | contracts; employment law | Estates that hold a business | A sounding board on their own growth
Penrose & Daughters | Penrose and Daughters | Accounting | adviser | affiliate | Ben Ito | family businesses; owner-managed firms | bookkeeping; tax | Small firms ready for advice | Ten per cent of the first fee
Copper Lane Studio |  | Marketing | supplier | contractor | Zofia Zielińska | start-ups; charities | web design; print | Our site, client portal and reports | Steady project work
Quayle House Offices | Quayle House | Property | supplier | affiliate | Luc Moreau | start-ups; scale-ups | serviced offices | Rooms for workshops | Advice in place of rent
Fairweather Mutual |  | Insurance | investor | prospect | Helena Voss | charities; family businesses | group health; cyber cover | Their members, one by one | A benefit for members
Tallow Street Software | Tallow St | IT | supplier | affiliate | Ben Ito | scale-ups; professional practices | data analytics; cyber security | Firms that want figures | Clients who know what to measure
Søndergaard Press | Sondergaard Press | Marketing | media | affiliate | Rupert Ashdown | family businesses; charities | copywriting; newsletters | Pages in their trade journals | Articles that readers keep
Hartwell Surveyors |  | Property | adviser | prospect | Luc Moreau | landlords; family businesses | lease reviews |  |
Novák Data | Novak Data | IT | customer | client | Amara Osei | scale-ups | data analytics; cloud hosting | Case studies and word of mouth | A board that challenges them
Ledgerfield |  | Accounting | adviser | affiliate | Amara Osei | owner-managed firms; charities | bookkeeping; audit | Charities and their trustees | Trustees who need an audit
Silverdale Estates |  | Property | customer | client | Luc Moreau | landlords; family businesses | serviced offices; lease reviews | Tenants who grow | Tenants who stay
Larkhill Risk |  | Insurance | supplier | affiliate | Ben Ito | professional practices; owner-managed firms | liability cover; cyber cover | Professional practices | Firms that take risk seriously
Foxglove Content |  | Marketing | supplier | contractor | Zofia Zielińska | start-ups; scale-ups | copywriting; newsletters | Our newsletter on time | Introductions to founders
Northgate People Desk | People Desk | Recruitment | colleague | department | Helena Voss | owner-managed firms; scale-ups | interim staff; HR advice | Clients of the other department | Clients who lack people for the plan
Eleanor Whitcombe |  | Recruitment | community | mentor | Helena Voss | family businesses | HR advice | Forty years of judgement |
Thistle Talent |  | Recruitment | adviser | affiliate | Ben Ito | start-ups; charities | interim staff |  | Vacancies in the plan
Abernathy Tax |  | Accounting | adviser | affiliate | Luc Moreau | professional practices | tax | Partners near retirement | Practices to advise
"""

FIGURES = """
partner | months | day | refer_in | refer_out | other_in | other_out | together | meetings | trade | trust_us | trust_them | won | commission | fee | cadence | quarter_hours
Harcourt Legal | 79 | 3 | 8.5 | 8.5 | 2 | 2 | 3 | 18 | 0 | 4.5 | 4.5 | 0.55 | 0 | 4200 | 45 | 10
Merrow Tallis Accountants | 96 | 10 | 22 | 22 | 5 | 5 | 4 | 19 | 0 | 4 | 4 | 0.45 | 0 | 3600 | 45 | 12
Okafor Chambers | 52 | 6 | 0.5 | 13 | 0.4 | 1 | 0.7 | 12 | 0 | 3 | 4.5 | 0.4 | 0 | 3000 | 60 | 6
Brightwater Systems | 61 | 2 | 15 | 15 | 3 | 3 | 3 | 16 | 0 | 4 | 4 | 0.45 | 0 | 2900 | 45 | 8
Bell & Finch | 44 | 14 | 4.5 | 4.5 | 1.5 | 1.5 | 2 | 14 | 0 | 3.5 | 3.5 | 0.5 | 0 | 5200 | 60 | 6
Castlemere Brokers | 70 | 7 | 19 | 19 | 4 | 4 | 3 | 16 | 0 | 3.5 | 3.5 | 0.4 | 0.08 | 2200 | 45 | 8
Kestrel Cloud | 28 | 15 | 4 | 4 | 1.2 | 1.2 | 1 | 15 | 0 | 3.5 | 4 | 0.45 | 0 | 3800 | 45 | 8
Ashgrove Notaries | 66 | 9 | 12 | 0.5 | 1 | 0.4 | 1 | 14 | 0 | 4.5 | 3 | 0.5 | 0 | 2600 | 60 | 6
Penrose & Daughters | 47 | 4 | 11 | 0 | 0 | 0 | 0 | 10 | 0 | 2.5 | 3.5 | 0.6 | 0.1 | 1900 | 75 | 3
Copper Lane Studio | 40 | 11 | 1 | 1 | 0.5 | 0.5 | 0.5 | 18 | 0 | 4.5 | 4 | 0.4 | 0 | 2100 | 45 | 8
Quayle House Offices | 58 | 5 | 2.5 | 2.5 | 0.8 | 0.8 | 1.5 | 11 | 20 | 3.5 | 3.5 | 0.4 | 0 | 2400 | 60 | 14
Fairweather Mutual | 7 | 3 | 0.5 | 0.5 | 0.2 | 0.2 | 0.2 | 9 | 0 | 3 | 3 | 0.3 | 0 | 3000 | 90 | 4
Tallow Street Software | 33 | 12 | 3 | 3 | 1 | 1 | 1 | 12 | 0 | 3 | 3 | 0.45 | 0 | 3900 | 60 | 5
Søndergaard Press | 20 | 19 | 3.5 | 3.5 | 2 | 2 | 3 | 16 | 0 | 3.5 | 4 | 0.4 | 0 | 2500 | 45 | 8
Hartwell Surveyors | 1 | 4 | 8 | 8 | 2 | 2 | 2 | 15 | 0 | 3 | 0 | 0.4 | 0 | 3100 | 45 | 6
Novák Data | 31 | 8 | 3.5 | 3.5 | 1 | 1 | 1.5 | 14 | 0 | 3.5 | 4 | 0.5 | 0 | 4800 | 60 | 6
Ledgerfield | 88 | 1 | 8.5 | 8.5 | 2 | 2 | 3 | 16 | 0.5 | 4 | 4 | 0.5 | 0 | 2700 | 45 | 10
Silverdale Estates | 49 | 17 | 4.5 | 4.5 | 1 | 1 | 2 | 15 | 0.3 | 4 | 4 | 0.45 | 0.05 | 3300 | 45 | 8
Larkhill Risk | 37 | 21 | 2.5 | 2.5 | 1 | 1 | 1 | 12 | 0 | 3.5 | 3 | 0.4 | 0.08 | 2300 | 60 | 5
Foxglove Content | 26 | 13 | 1.5 | 1.5 | 2.5 | 2.5 | 1 | 16 | 0 | 4 | 4 | 0.4 | 0 | 1800 | 45 | 8
Northgate People Desk | 110 | 1 | 4.5 | 4.5 | 1 | 1 | 2 | 18 | 0 | 4 | 4 | 0.5 | 0 | 3400 | 45 | 8
Eleanor Whitcombe | 120 | 1 | 0.6 | 0.6 | 0.3 | 0.3 | 0.6 | 10 | 0 | 5 | 5 | 0.6 | 0 | 6500 | 75 | 4
Thistle Talent | 0 | 0 | 1 | 1 | 0.6 | 0.6 | 0.4 | 11 | 0 | 3 | 0 | 0.35 | 0 | 2000 | 60 | 4
Abernathy Tax | 90 | 6 | 4 | 4 | 1 | 1 | 1 | 12 | 0 | 3.5 | 3.5 | 0.45 | 0 | 2900 | 60 | 6
"""
"""``months`` and ``day``: started in the month so long before the last, on that day (0 and 0: not on record).
``trust_them`` 0: they never rated us. ``fee``: median value of a won referral. ``commission``: its share."""

STORIES = """
partner | story | measure | months | day | detail
Okafor Chambers | one-sided taker | reciprocity | | | we send about a dozen referrals a year and hardly one comes back
Ashgrove Notaries | one-sided giver | reciprocity | | | they send about a dozen referrals a year and we hardly return one
Penrose & Daughters | commission only | reciprocity | | | they refer and commission is all that they get from us
Merrow Tallis Accountants | slow decline | signals | 13 | 1 | from between two and three a month, falling month by month to a fifth of that
Castlemere Brokers | slow decline | signals | 12 | 1 | from about two a month, falling month by month to a fifth of that
Brightwater Systems | stopped | signals | 6 | 14 | an active partner from whom nothing came, and nothing went, after this day
Kestrel Cloud | riser | signals | 8 | 1 | about four times as much as before, both ways
Harcourt Legal | competitors | focus | | | in the same business as Bell & Finch, same vertical and offer
Bell & Finch | competitors | focus | | | in the same business as Harcourt Legal, same vertical and offer
Tallow Street Software | serves our competitors | focus | | | also sends work to our competitors
Fairweather Mutual | stalled kick-off | nurture | 7 | 27 | seven actions agreed at the kick-off, two finished within the month, nothing since
Søndergaard Press | executive on tactical work | nurture | 2 | 8 | an executive holds every open tactical action
Copper Lane Studio | no alternative | leverage | 2 | 15 | open commitments with a contractor whose offer nobody else has
Quayle House Offices | barter-heavy | reciprocity | | | most of our hours with them go into trade
Hartwell Surveyors | newcomer | rvi | | | a partner for under three months: too early to judge
"""
"""``months`` and ``day``: when it began; empty: with the partnership, or with the records if that is later."""

ENDED = {"Abernathy Tax": (15, 28)}
COMPETITORS = ("Harcourt Legal", "Bell & Finch")
DELEGATES = ("Copper Lane Studio", "Foxglove Content")


@dataclass(frozen=True)
class Story:
    """What is planted on one partner, which measure should find it, and when it began."""

    partner: str
    story: str
    measure: str
    months: int | None
    day: int | None
    detail: str


def parsed(table: str) -> list[dict[str, str]]:
    r"""A text table as rows.

    >>> parsed("a | b\n1 | ")
    [{'a': '1', 'b': ''}]
    """
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
    return [dict(zip(head, row, strict=True)) for row in rows]


@cache
def words() -> tuple[dict[str, str], ...]:
    """What is said of the partners, in order."""
    return tuple(parsed(WORDS))


@cache
def figures() -> tuple[dict[str, float], ...]:
    """Rates and levels of the partners, in the order of :func:`words`."""
    return tuple(
        {name: float(text) for name, text in row.items() if name != "partner"} for row in parsed(FIGURES)
    )


@cache
def stories() -> tuple[Story, ...]:
    """Everything that is planted."""
    return tuple(
        Story(
            row["partner"],
            row["story"],
            row["measure"],
            int(row["months"]) if row["months"] else None,
            int(row["day"]) if row["day"] else None,
            row["detail"],
        )
        for row in parsed(STORIES)
    )
