"""From spreadsheets to typed tables, with every row accounted for.

A reader (``workbook``, ``delimited``, ``parquet``) turns a file into raw tables; ``columns`` finds the
schema's columns in them; ``values`` reads the cells; ``validate`` accepts or rejects the rows; ``names``
agrees on how a partner is called; ``ledger`` says what became of every row. ``mapping`` rewrites somebody
else's tables into ours before any of that.
"""
