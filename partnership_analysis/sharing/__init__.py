"""What may leave the house: a portfolio that holds nothing else.

``partner`` makes the portfolio of which one partner may see everything, ``anonymous`` one without names for outsiders,
``folder`` writes either so that a report can be made from it while nothing names the original, and ``naming`` finds a
name inside a text. Nothing here hides what is there: what may not be seen is not in the portfolio that a page is made of.
"""
