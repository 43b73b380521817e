"""Exports as other systems write them, made by code: every name in them is invented."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
import xlsxwriter

Rows = Sequence[Sequence[Any]]


def texts(table: str) -> Rows:
    """Rows of a table written with ``|`` between the cells, all of them texts."""
    return [line.replace("\\n", "\n").split("|") for line in table.splitlines()]


def typed(table: str) -> Rows:
    """The same with numbers, Excel's dates (``@2025-06-01 10:00``) and cells that hold nothing."""
    return [[_typed(cell) for cell in row] for row in texts(table)]


def _typed(cell: str) -> Any:
    if cell.startswith("@"):
        return pd.Timestamp(cell[1:])
    return float(cell) if cell.replace(".", "", 1).isdigit() else cell or None


SLIPS: Rows = (
    ("From", "To", "Slip Type", "Inside/Outside", "TYFCB Amount", "CEU Credits", "Detail"),
    ("Ada  Birch", "Bo Carr", "Referral", "Tier 1 (inside)", None, None, "roof"),
    ("Ada Birch", "Bo Carr", "Referral", "Tier 1 (inside)", None, None, "garden"),
    ("ADA BIRCH", "Cy Dane", "Referral", "Tier 2 (outside)", None, None, None),
    ("Bo Carr", "Ada Birch", "Referral", "Tier 3", None, None, None),
    ("Ada Birch", "Cy Dane", "One-to-One", None, None, None, None),
    ("Cy Dane", "Ada Birch", "One-to-One", None, None, None, None),
    ("Bo Carr", "Cy Dane", "One-to-One", None, None, None, None),
    (None, "Ada Birch", "TYFCB", "Tier 1 (inside)", 1200.5, None, None),
    (None, "Bo Carr", "TYFCB", None, 300, None, None),
    ("Ada Birch", None, "CEU", None, None, 2, None),
    ("Cy Dane", "Visitor Vera", "Visitor", None, None, None, None),
)
"""A month of three members: eleven slips."""


def old_slips() -> Rows:
    """The same slips in the older layout: title, two rows about the run, blank columns between."""
    body = [
        (giver, taker, None, kind, None, tier, amount, credits, detail)
        for giver, taker, kind, tier, amount, credits, detail in SLIPS[1:]
    ]
    return (
        ("Slips Audit Report for 31/08/2025",),
        ("Running User", "Ada Birch"),
        ("Run At", "02/09/2025 10:11"),
        (),
        ("From", "To", None, "Slip Type", None, "Inside/Outside", "$ if TYFCB", "Qty if CEU", "Detail"),
        *body,
    )


def spreadsheetml(path: Path, rows: Rows, sheet: str = "Report") -> Path:
    """SpreadsheetML 2003 as the group's system writes it: carriage returns, blank cells left out by ``ss:Index``."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<?mso-application progid="Excel.Sheet"?>',
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"',
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">',
        f' <Worksheet ss:Name="{sheet}"><Table>',
    ]
    for row in rows:
        cells, gap = "", False
        for place, value in enumerate(row, start=1):
            if value is None:
                gap = True
                continue
            index = f' ss:Index="{place}"' if gap else ""
            kind = "String" if isinstance(value, str) else "Number"
            cells += f'<Cell{index}><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'
            gap = False
        lines.append(f"  <Row>{cells}</Row>")
    lines += [" </Table></Worksheet>", "</Workbook>", ""]
    path.write_bytes("\r".join(lines).encode())
    return path


def workbook(path: Path, rows: Rows, sheet: str = "Report") -> Path:
    """An xlsx file; dates are written as Excel's dates."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        page = book.add_worksheet(sheet)
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return path


def separated(path: Path, rows: Rows, *, quoted: bool = False, encoding: str = "utf-8") -> Path:
    """A CSV file."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator="\n")
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return path


PALMS = typed("""\
Summary PALMS Report from 01/08/2025 to 31/08/2025

First Name|Last Name|P|A|L|M|S|RGI|RGO|RRI|RRO|V|1-2-1|TYFCB|CEU|T
Ada|Birch|4|0|0|0|0|2|1|1|0|0|3|1200.5|2|0
Bo|Carr|3|1|0|0|0|1|0|2|0|1|1|0|0|0
Visitors||0|0|0|0|0|0|0|0|0|0|0|500|0|0
BNI||0|0|0|0|0|0|0|0|0|0|0|0|0|0
Total||7|1|0|0|0|3|1|3|0|1|4|1700.5|2|0
""")

HUBSPOT = texts("""\
Record ID|Deal Name|Deal Stage|Pipeline|Amount|Close Date|Create Date|Deal owner|Associated Company|Associated Contact IDs|Lead source|Original Source
9001|Roof for Elm|Closed Won|Sales|4200|5/20/2025 09:00|4/18/2025 17:19|Ida Fox|Elm Ltd|71;72|Harcourt Legal|Offline Sources
9002|Wall for Oak|Proposal|Sales|900||4/8/2025 08:00|Ida Fox|Oak Ltd|73|Bell & Finch|Offline Sources
9003|Gate for Ash|Closed Lost|Sales|100|6/1/2025 09:00|5/2/2025 10:30|Jo Gray|Ash Ltd||Harcourt Legal|Organic Search
9004|Shed for Yew|Closed Won|Sales|70|6/2/2025 09:00|5/3/2025 10:30|Jo Gray|Yew Ltd||Web|Direct Traffic
9005|Barn for Fir|Proposal|Sales|80||5/4/2025 10:30|Jo Gray|Fir Ltd|||Paid Social
""")

PIPEDRIVE_DEALS = typed("""\
Deal - ID|Deal - Title|Deal - Value|Deal - Currency|Deal - Status|Deal - Stage|Deal - Owner|Deal - Organization|Deal - Contact person|Deal - Deal created|Deal - Won time|Deal - Lost time|Deal - Deal closed on|Deal - Lost reason|Deal - Nazwa Partnera
11|Okna|5000|PLN|Won|Umowa|Ola Nowak|Sosna|P. One|2025-03-04 09:15:00|2025-04-01 10:00:00||2025-04-01||Kancelaria Lis
12|Drzwi|800|PLN|Open|Oferta|Ola Nowak|Buk||45631.0|||||Kancelaria Lis
13|Dach|100|EUR|Won|Umowa|Ola Nowak|Klon||2025-03-06 00:00:00|||||Biuro Wilk
14|Taras|100|PLN|Lost|Oferta|Ola Nowak|Jawor||2025-03-07 00:00:00||2025-03-09 00:00:00||cena|
""")

PIPEDRIVE_ACTIVITIES = typed("""\
Activity - ID|Activity - Type|Activity - Subject|Activity - Due date|Activity - Done|Activity - Duration|Activity - Deal|Activity - Person|Activity - Organization|Activity - Owner
1|Lunch|Spring talk|2025-03-10|Done|01:30||A. Lis|Kancelaria Lis|Ola Nowak
2|Call|Call back|2025-03-11|Done|00:15|Okna|P. One|Sosna|Ola Nowak
3|Meeting|Plan|2025-05-12|To do|01:00|||Kancelaria Lis|Ola Nowak
4|Email|Offer|2025-03-13|Done||||Kancelaria Lis|Ola Nowak
5|Meeting|Inside|2025-03-14|Done|00:30||||Ola Nowak
""")

SALESFORCE_REPORT = typed("""\
|Partner Opportunities
|As of 2025-07-01 10:00:00 British Summer Time

|Filtered By
|   Show: All opportunities
|   Date Field: Created Date equals Current FY
|   Currency: GBP



|Lead Source  ↑|Stage  ↑|Opportunity Name|Account Name|Amount|Created Date|Opportunity Owner
|Harcourt Legal|Closed Won|Elm roof|Elm Ltd|4200|2025-04-18|Ida Fox
|||Elm wall|Elm Ltd|300|2025-04-19|Ida Fox
||Subtotal|||4500||
||Proposal|Oak wall|Oak Ltd|900|2025-05-02|Jo Gray
||Subtotal|||900||
|Subtotal||||5400||
|Web|Closed Won|Yew shed|Yew Ltd|70|2025-05-03|Jo Gray
||Subtotal|||70||
|Subtotal||||70||
|Total||||5470||
|Confidential Information - Do Not Distribute
""")

SALESFORCE_CSV = texts("""\
Opportunity Name|Account Name|Stage|Amount|Close Date|Created Date|Opportunity Owner|Lead Source
Elm roof|Elm Ltd|Closed Won|4,200.00|20/05/2025|18/04/2025|Ida Fox|Harcourt Legal
Oak wall|Oak Ltd|Proposal|900.00||02/05/2025|Jo Gray|Bell & Finch
Yew shed|Yew Ltd|Closed Won|70.00|03/06/2025|03/05/2025|Jo Gray|Trade Show

Partner Opportunities
Copyright (c) 2000-2025 salesforce.com, inc. All rights reserved.
Confidential Information - Do Not Distribute
Generated By: Ida Fox 01/07/2025 10:00
""")

DYNAMICS = typed("""\
(Do Not Modify) Opportunity|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Topic|Account|Est. Revenue|Actual Revenue|Status|Created On|Owner|Referral Partner
a1f0-01|x==|@2025-06-01 10:00|Elm roof|Elm Ltd|5000|4200|Won|@2025-04-18 09:30|Ida Fox|Harcourt Legal
a1f0-02|y==|@2025-06-02 10:00|Oak wall|Oak Ltd|900||Open|@2025-05-02 11:00|Jo Gray|Bell & Finch
""")

CONNECTIONS = """Notes:
"When exporting your connection data, you may notice that some of the email addresses are missing, since people decide."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ann,Lee,https://www.linkedin.example/in/annlee,,Harcourt Legal,Partner,30 May 2024
Max,Moss,https://www.linkedin.example/in/maxmoss,,Unrelated Foods,Cook,02 Jun 2024
"""

INVITATIONS = texts("""\
From|To|Sent At|Message|Direction
Ann Lee|Ida Fox|5/30/24, 9:15 AM|Good to meet you|INCOMING
Ida Fox|Max Moss|6/2/24, 10:00 AM||OUTGOING
""")

MESSAGES = texts("""\
CONVERSATION ID|CONVERSATION TITLE|FROM|SENDER PROFILE URL|TO|RECIPIENT PROFILE URLS|DATE|SUBJECT|CONTENT|FOLDER
c1||Ann Lee|u1|Ida Fox|u2|2025-06-03 09:00:01 UTC||Hello,\\nlunch?|INBOX
c1||Ida Fox|u2|Ann Lee|u1|2025-06-03 09:05:00 UTC||Yes|INBOX
c1||Ida Fox|u2|Ann Lee|u1|2025-06-10 08:00:00 UTC||Thanks|INBOX
c2||Max Moss|u3|Ida Fox|u2|2025-06-11 08:00:00 UTC||Buy now|INBOX
c3||Ida Fox|u2|Ann Lee,Bell & Finch|u1,u4|2025-06-12 08:00:00 UTC||All|INBOX
""")

TOGGL = texts("""\
User|Email|Client|Project|Task|Description|Billable|Start date|Start time|End date|End time|Duration|Tags|Amount ()
Ida Fox|ida@us.example|Harcourt Legal|Seminar||Prepare slides|No|2025-08-04|09:00:00|2025-08-04|10:30:00|01:30:00||
Ida Fox|ida@us.example|Harcourt Legal|Seminar||The evening|No|2025-08-05|18:00:00|2025-08-05|21:00:00|03:00:00|event, evening|
Jo Gray|jo@us.example||Inside||Call with bell & finch|No|2025-08-06|11:00:00|2025-08-06|11:15:00|00:15:00||
Jo Gray|jo@us.example|Elm Ltd|Roof||Survey|Yes|2025-08-07|11:00:00|2025-08-07|15:00:00|04:00:00||400.00
Jo Gray|jo@us.example||||Accounts|No|2025-08-08|11:00:00|2025-08-08|12:00:00|01:00:00||
""")

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Calendar//EN
X-WR-CALNAME:ida@us.example
X-WR-TIMEZONE:Europe/London
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:one@cal
DTSTAMP:20250831T120000Z
DTSTART:20250804T233000Z
DTEND:20250805T003000Z
SUMMARY:Late call with Harcourt Legal
ORGANIZER;CN=Ida Fox:mailto:ida@us.example
END:VEVENT
BEGIN:VEVENT
UID:weekly@cal
DTSTAMP:20250831T120000Z
DTSTART;TZID=America/New_York:20250805T210000
DTEND;TZID=America/New_York:20250805T223000
RRULE:FREQ=WEEKLY
EXDATE;TZID=America/New_York:20250812T210000
SUMMARY:Catch-up
ATTENDEE;CN=Ann Lee;PARTSTAT=ACCEPTED:mailto:ann@harcourt.example
ATTENDEE;CN=Ida Fox;PARTSTAT=ACCEPTED:mailto:ida@us.example
END:VEVENT
BEGIN:VEVENT
UID:weekly@cal
DTSTAMP:20250831T120000Z
RECURRENCE-ID;TZID=America/New_York:20250819T210000
DTSTART;TZID=America/New_York:20250820T200000
DTEND;TZID=America/New_York:20250820T203000
SUMMARY:Catch-up (moved)
ATTENDEE;CN=Ann Lee;PARTSTAT=ACCEPTED:mailto:ann@harcourt.example
END:VEVENT
BEGIN:VEVENT
UID:day@cal
DTSTAMP:20250831T120000Z
DTSTART;VALUE=DATE:20250807
DTEND;VALUE=DATE:20250808
SUMMARY:Workshop of Bell & Finch with Harcourt Legal
END:VEVENT
BEGIN:VEVENT
UID:off@cal
DTSTAMP:20250831T120000Z
DTSTART:20250806T100000Z
DTEND:20250806T110000Z
STATUS:CANCELLED
SUMMARY:Lunch with Bell & Finch
END:VEVENT
BEGIN:VEVENT
UID:plan@cal
DTSTAMP:20250831T120000Z
DTSTART:20251006T100000Z
DURATION:PT1H
SUMMARY:Lunch with Bell & Finch
END:VEVENT
BEGIN:VEVENT
UID:max@cal
DTSTAMP:20250831T120000Z
DTSTART:20250811T100000Z
DTEND:20250811T110000Z
SUMMARY:Cooking
ATTENDEE;CN=Max Moss;PARTSTAT=ACCEPTED:mailto:max@foods.example
END:VEVENT
END:VCALENDAR
"""

PARTNERS = pd.DataFrame(
    {"partner": ["Harcourt Legal", "Bell & Finch"], "aliases": ["Ann Lee; ann@harcourt.example", None]}
)
