"""One module a file format; ``files.opened`` tells which by the content. Each gives a ``Book`` of the same shape.

Workbooks are measured before they are opened (``measure``, with what it needs for each format), since a small
file can ask for all of a machine's memory.
"""
