"""From spreadsheets to typed tables, with every row accounted for.

The way of a cell: ``readers`` open a file as a book of grids; ``layout`` finds the table in a grid; ``mapping`` and
``rewrite``, or one of the ``importers``, make somebody else's table ours; ``columns`` finds the schema's columns;
``cells`` sorts what they hold, and ``values`` (``dates``, ``numbers``) reads it a column at a time; ``validate`` accepts,
rejects or recognises each row; ``names`` agrees on how a partner is called; ``repeats`` counts each thing once;
``ledger`` says what became of every row. ``gather`` finds the tables of a portfolio, ``given`` its settings.
"""
