"""Charts: tidy frame in, one axes out. They draw; they never compute a measure.

Each ``plot_x(data, *, ax=None)`` has ``plot_x.describe(data)``, its alternative text made from the data, and
:func:`picture` draws it at page and, for a report, at phone width. ``__init__.pyi`` says where each is at home.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
