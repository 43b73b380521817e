"""Interactions by the million or billion: files to a panel on the engine that fits, every row checked.

>>> from partnership_analysis.scale import reduce_files
>>> reduce_files.__module__
'partnership_analysis.scale.reduce'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
