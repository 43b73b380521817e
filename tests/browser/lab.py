"""JupyterLab on a copy of the notebooks, and one notebook open in a real browser."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "reports" / "browser"
"""Where screenshots and times are kept; git ignores it."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""A browser that asks nothing of the outside, and runs as root."""
QUIET = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
"""No announcement over the page; the rest as a reader has it."""
HARMLESS: tuple[str, ...] = ()
"""Messages on the console that are JupyterLab's own and say nothing of a notebook."""
WIDTH, HEIGHT = 1180, 900


def chromium() -> str | None:
    """The machine's Chromium: the one that ``CHROMIUM`` names, or the first of the usual names."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in CHROMIUM if (found := shutil.which(name))), None)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    port: int
    token: str
    folder: Path
    settings: Path

    @property
    def address(self) -> str:
        """Of JupyterLab with nothing open."""
        return f"http://127.0.0.1:{self.port}/lab?reset&token={self.token}"

    def paint(self, theme: str) -> None:
        """Set the theme of pages that are opened from now on."""
        file = self.settings / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"theme": theme}), encoding="utf-8")


@contextmanager
def running(folder: Path) -> Iterator[Lab]:
    """JupyterLab in a folder of its own, on a free port, with a token."""
    copy, settings = folder / "project", folder / "settings"
    shutil.copytree(
        ROOT / "notebooks", copy / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints")
    )
    shutil.copytree(ROOT / "data", copy / "data")
    for name, values in QUIET.items():
        package, plugin = name.split(":")
        file = settings / package / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(port, secrets.token_hex(16), copy, settings)
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime"}
    own |= {"IPYTHONDIR": "ipython", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    env = os.environ | {name: str(folder / place) for name, place in own.items()}
    env |= {"JUPYTERLAB_SETTINGS_DIR": str(settings), "JUPYTER_PLATFORM_DIRS": "1"}
    command = [
        sys.executable,
        "-m",
        "partnership_analysis.reports.engines.lab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
    ]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={lab.token}"]
    command += ["--expose-app-in-browser", "--ServerApp.open_browser=False"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=copy, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            _answers(lab, server)
            yield lab
        finally:
            server.terminate()
            server.wait(30)


def _answers(lab: Lab, server: subprocess.Popen[bytes]) -> None:
    address = f"http://127.0.0.1:{lab.port}/api/status?token={lab.token}"
    for _ in range(300):
        assert server.poll() is None, (lab.folder.parent / "server.log").read_text()
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("JupyterLab does not answer")


@dataclass
class Opened:
    """A notebook in a page.

    Attributes
    ----------
    page : playwright Page
    name : str
    console : list of str
        Errors on the console, and errors that no script caught.
    loaded, opened, ran : float
        Seconds until JupyterLab itself was there and at rest, from then until the notebook had its kernel, and until all cells had run.
    """

    page: Any
    name: str
    console: list[str] = field(default_factory=list)
    loaded: float = 0.0
    opened: float = 0.0
    ran: float = 0.0

    def run(self) -> None:
        """Run all cells, as the menu does, and wait until the kernel is idle."""
        begun = time.monotonic()
        self.page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_function(_IDLE, timeout=120_000, polling=_OFTEN)
        self.ran = time.monotonic() - begun

    def rest(self) -> None:
        """Wait until the kernel has done all that it was asked."""
        self.page.wait_for_timeout(50)
        self.page.wait_for_function(_IDLE, timeout=60_000, polling=_OFTEN)

    def outputs(self) -> list[dict[str, Any]]:
        """All outputs of all cells, as the page holds them."""
        found: list[dict[str, Any]] = self.page.evaluate(_OUTPUTS)
        return found

    def troubles(self) -> list[str]:
        """What a reader would stumble over: errors and stderr in outputs, errors on the console."""
        found = [
            f"{one.get('ename', 'stderr')}: {str(one.get('evalue') or one.get('text'))[:500]}"
            for one in self.outputs()
            if one["output_type"] == "error" or one.get("name") == "stderr"
        ]
        return found + [message for message in self.console if not message.startswith(HARMLESS or ("\0",))]

    def shoot(self, name: str = "") -> Path:
        """A picture of the whole notebook, however long."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        high = self.page.evaluate(_HIGH)
        self.page.set_viewport_size({"width": WIDTH, "height": min(int(high) + 130, 15_000)})
        self.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0")
        self.page.wait_for_timeout(400)
        path = SHOTS / f"{name or self.name}.png"
        self.page.screenshot(path=path)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        return path


@contextmanager
def opened(browser: Any, lab: Lab, notebook: str) -> Iterator[Opened]:
    """A notebook in a page of its own, with its kernel; both are closed at the end."""
    page = browser.new_page()
    found = Opened(page, notebook)
    page.on("console", lambda message: message.type == "error" and found.console.append(_said(message)))
    page.on("pageerror", lambda error: found.console.append(f"uncaught: {error}"))
    begun = time.monotonic()
    try:
        page.goto(lab.address, wait_until="domcontentloaded")
        page.wait_for_function(_LOADED, timeout=120_000, polling=_OFTEN)
        page.evaluate(_RESTED)
        found.loaded = time.monotonic() - begun
        # What the command gives is the whole notebook: to send it here would take longer than to open it.
        page.evaluate(
            f"() => void window.jupyterapp.commands.execute('docmanager:open', {{path: 'notebooks/{notebook}.ipynb'}})"
        )
        page.wait_for_function(_READY, timeout=120_000, polling=_OFTEN)
        found.opened = time.monotonic() - begun - found.loaded
        page.evaluate("window.jupyterapp.shell.collapseLeft()")
        yield found
    finally:
        page.evaluate("window.jupyterapp && window.jupyterapp.serviceManager.sessions.shutdownAll()")
        page.close()


def fingerprint(source: str | None) -> str:
    """A short name for a picture."""
    return hashlib.sha256((source or "").encode()).hexdigest()[:12]


def _said(message: Any) -> str:
    return f"{message.text} ({message.location.get('url', '')})"


_OFTEN = 50
"""Milliseconds between two looks; at every frame, looking would slow down what is looked at."""
_LOADED = "() => window.jupyterapp && window.jupyterapp.restored.then(() => true)"
_RESTED = """() => new Promise(done => {
    let calm = 0;
    const look = left => {
        calm = left.timeRemaining() > 40 ? calm + 1 : 0;
        if (calm < 5) setTimeout(() => requestIdleCallback(look), 50); else done();
    };
    requestIdleCallback(look);
})"""
"""JupyterLab goes on loading after it says that it is restored."""
_PANEL = "const panel = window.jupyterapp && window.jupyterapp.shell.currentWidget;"
_READY = f"""() => {{
    {_PANEL}
    const kernel = panel && panel.sessionContext && panel.sessionContext.session
        && panel.sessionContext.session.kernel;
    return Boolean(kernel && kernel.status === 'idle' && panel.content.model && panel.content.model.cells.length
        && panel.content.widgets.length === panel.content.model.cells.length);
}}"""
_IDLE = f"""() => {{
    {_PANEL}
    if (panel.sessionContext.session.kernel.status !== 'idle') return false;
    const code = panel.content.widgets.filter(cell => cell.model.type === 'code'
        && cell.model.sharedModel.getSource().trim());
    const failed = code.some(cell => cell.model.outputs.toJSON().some(one => one.output_type === 'error'));
    const done = code.every(cell => cell.model.executionCount && cell.model.executionState !== 'running'
        && !(cell.promptNode && cell.promptNode.textContent.includes('*')));
    return done || failed;
}}"""
_HIGH = f"""() => {{
    {_PANEL}
    const cells = panel.content.widgets.map(cell => cell.node.getBoundingClientRect());
    return cells[cells.length - 1].bottom - cells[0].top;
}}"""
_OUTPUTS = f"""() => {{
    {_PANEL}
    return panel.content.widgets.filter(cell => cell.model.type === 'code')
        .flatMap(cell => cell.model.outputs.toJSON());
}}"""
