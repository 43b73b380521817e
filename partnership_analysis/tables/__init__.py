"""What a page shows beside charts: the first screen's blocks, and display tables. They never compute a measure.

``__init__.pyi`` says where each is at home.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
