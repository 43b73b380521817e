"""What to do next because of a chart: one sentence with names, made from the data that the chart draws.

A function ``after_x(data, ...)`` takes what the chart takes and gives a sentence without the word that introduces it
(:data:`partnership_analysis.charts.theme.NEXT`). It computes no measure: it reads states, labels and intervals that the
metrics gave, and says why where there is nothing to do.
"""
