"""Quarterly partnership reviews from interaction spreadsheets.

>>> import partnership_analysis as pa
>>> sorted(pa.__all__)[:2]
['Imported', 'Portfolio']

Names are imported when they are first used, so that the command line answers at once; ``__init__.pyi`` says where
each is at home.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
