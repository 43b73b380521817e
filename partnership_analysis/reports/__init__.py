"""From a portfolio and a quarter to a report folder.

``parameters`` checks what was asked for, ``execute`` runs the notebook, ``html`` turns it into a page,
``manifest`` records what was made from what, ``folder`` publishes the result whole or not at all, and
``make`` does all five in order. Import from the modules: this package imports nothing itself, since the
command line must answer at once.
"""
