"""The scorecard: a workbook with a sheet for each question, in which RVI can be checked by hand and tried out."""

from partnership_analysis.reports.scorecard.workbook import write_scorecard as write_scorecard
