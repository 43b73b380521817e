"""``python -m tools.gallery [FOLDER [PORTFOLIO ...]]`` draws the contact sheet; see :mod:`tools.gallery.sheets`.

Nothing is defined here: a process that is spawned cannot find what only this module has.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.gallery.sheets import FOLDER, main

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, sys.argv[2:]))
