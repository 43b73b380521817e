"""``python -m tools.gallery [FOLDER [PORTFOLIO ...]]`` draws the contact sheet; see :mod:`tools.gallery.command`.

Nothing is defined here: a process that is spawned cannot find what only this module has.
"""

from __future__ import annotations

import sys

from tools.gallery.command import run

if __name__ == "__main__":
    sys.exit(run())
