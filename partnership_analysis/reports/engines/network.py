"""What a fork becomes to serve JupyterLab: ipykernel as it is, network and all."""

from __future__ import annotations

import os
import socket
import struct
import sys
from pathlib import Path

PROCESS = struct.Struct("!Q")
"""How a fork tells its process id."""


def run(link: socket.socket, arguments: list[str]) -> None:
    """Be a kernel until somebody ends it.

    Parameters
    ----------
    link : socket
        Told the process id, then closed.
    arguments : list of str
        As ``python -m ipykernel_launcher`` takes them.
    """
    from ipykernel.kernelapp import IPKernelApp

    with link:
        link.sendall(PROCESS.pack(os.getpid()))
    if not os.environ.get("PYTHONSAFEPATH"):
        sys.path.insert(_before_packages(), "")
    # Its parent is the server, with which it ends; ipykernel read that when it was imported, before the fork.
    sys.argv = ["ipykernel_launcher.py", *arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]
    app = IPKernelApp.instance()
    app.initialize()
    # Widgets look for a kernel to be heard by when they are imported, and there was none.
    if widgets := sys.modules.get("ipywidgets"):
        widgets.load_ipython_extension(app.shell)
    app.start()


def _before_packages() -> int:
    """Where IPython puts the working directory on the path. The server keeps it off, and it cannot know of the fork."""
    folders = ("site-packages", "dist-packages")
    return next((place for place, path in enumerate(sys.path) if Path(path).name in folders), 0)
