"""A forked kernel gives what a kernel of its own gives, dies as one, and leaves nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from partnership_analysis.errors import ReportError
from partnership_analysis.reports.engines import forks, shared
from partnership_analysis.reports.engines.pool import Task, run_all
from partnership_analysis.reports.engines.work import Outcome
from partnership_analysis.reports.execute import run_notebook

pytestmark = [
    pytest.mark.batch,
    pytest.mark.notebook,
    pytest.mark.skipif(not forks.supported(), reason="processes cannot be forked here"),
]

OUTPUTS = (
    "1 + 1",
    "print('one'); import sys; print('two', file=sys.stderr); print('three')",
    "import os; _ = os.system('echo from below')",
    "from IPython.display import HTML, clear_output, display\nshown = display(HTML('<b>x</b>'), display_id='mark')",
    "print('gone'); clear_output(); display({'a': 1}, metadata={'text/plain': {'wide': True}})",
    "shown.update(HTML('<b>y</b>'))",
    "import pandas as pd\npd.DataFrame({'a': [1.5, None]}, index=['x', 'y'])",
    "import matplotlib.pyplot as plt\nfigure = plt.figure(figsize=(2, 1)); _ = plt.plot([0, 1])",
    "print('\\n'.join(str(number) * 50 for number in range(3000)))",
    "print(sorted({'b', 'a'}), {'x', 'y', 'z'}, hash('text'), sys.flags.hash_randomization)",
    "print(os.path.basename(os.getcwd()), sys.path[0] == os.getcwd(), '' in sys.path)\n"
    "print(*(os.environ.get(name) for name in ('NO_COLOR', 'PYTHONUTF8', 'MPLBACKEND', 'TERM', 'COLUMNS')))",
    "import asyncio\nawait asyncio.sleep(0.01)\nIn[3], Out[3]",
    "import time; print('a'); time.sleep(0.5); print('b')",
    "_ = [print(i) for i in range(2)]\nNone",
    "get_ipython().__class__.__name__, get_ipython().user_module.__name__",
    "from multiprocessing import get_context\n"
    "process = get_context('fork').Process(target=print, args=['from a process']); process.start(); process.join()",
)
ERRORS = {
    "raised": "def divide(a, b):\n    return a / b\n\n\ndivide(1, 0)",
    "chained": "try:\n    {}['a']\nexcept KeyError as error:\n    raise ValueError('no such thing') from error",
    "syntax": "a = (1,\n",
    "name": "import pandas as pd\npd.DataFrame({'a': [1]})['b']",
    "exit": "raise SystemExit('enough')",
    "interrupt": "raise KeyboardInterrupt",
}


def run(path: Path, target: Path, engine: str, **options: object) -> nbformat.NotebookNode:
    return run_notebook(
        path,
        target,
        {"quarter": "2025Q1"},
        folder=path.parent,
        failed=target.with_suffix(".failed.ipynb"),
        progress=lambda *step: None,
        engine=engine,
        **options,
    )


def children() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}


@pytest.fixture(autouse=True)
def _as_outside_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ipykernel does not capture what is written below Python where it sees pytest."""
    monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)


def test_outputs_are_those_of_the_ordinary_engine(notebook, tmp_path: Path) -> None:
    path = notebook(*OUTPUTS)
    made = [run(path, tmp_path / f"{engine}.ipynb", engine) for engine in ("kernel", "fork")]
    for one, other in zip(*(notebook.cells for notebook in made), strict=True):
        assert one == other
    assert (tmp_path / "kernel.ipynb").read_bytes() == (tmp_path / "fork.ipynb").read_bytes()
    kinds = {output.output_type for cell in made[1].cells for output in cell.get("outputs", [])}
    assert kinds == {"stream", "display_data", "execute_result"}
    assert "image/png" in str(made[1])
    assert "from below" in str(made[1])


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_those_of_the_ordinary_engine(notebook, tmp_path: Path, name: str) -> None:
    path = notebook("print('before')", ERRORS[name], "print('after')")
    kept, messages = [], []
    for engine in ("kernel", "fork"):
        with pytest.raises(ReportError) as caught:
            run(path, tmp_path / "out.ipynb", engine)
        messages.append(str(caught.value))
        found = nbformat.read(tmp_path / "out.failed.ipynb", as_version=4)
        kept.append([output for cell in found.cells for output in cell.get("outputs", [])])
    assert messages[0] == messages[1]
    assert kept[0] == kept[1]
    (error,) = (output for output in kept[1] if output.output_type == "error")
    assert "\x1b" not in "".join(error.traceback)
    assert "before" in str(kept[1]) and "after" not in str(kept[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quarterly_report", "08_partner_profile"])
def test_real_notebooks_give_the_same_bytes(root: Path, tmp_path: Path, name: str) -> None:
    for engine in ("kernel", "fork"):
        run_notebook(
            root / "notebooks" / f"{name}.ipynb",
            tmp_path / f"{engine}.ipynb",
            {"portfolio": "portfolio.xlsx", "quarter": "2025Q2"},
            folder=root / "data" / "sample",
            failed=tmp_path / "failed.ipynb",
            progress=lambda *step: None,
            engine=engine,
        )
    assert (tmp_path / "kernel.ipynb").read_bytes() == (tmp_path / "fork.ipynb").read_bytes()


@pytest.mark.parametrize("engine", ["fork", "kernel"])
@pytest.mark.parametrize("code", ["import os; os._exit(3)", "import os; os.kill(os.getpid(), 9)"])
def test_dead_kernel_is_named(notebook, tmp_path: Path, engine: str, code: str) -> None:
    with pytest.raises(ReportError, match=r"`import os; .*`\n  the kernel died"):
        run(notebook("print('before')", code), tmp_path / "out.ipynb", engine)
    assert "before" in (tmp_path / "out.failed.ipynb").read_text()
    assert not (tmp_path / "out.ipynb").exists()


def test_dead_kernel_whose_child_lives_is_named(notebook, tmp_path: Path) -> None:
    """The child has the kernel's socket, too: only the server knows that the kernel is dead."""
    path = notebook("import os, time\nif os.fork(): os._exit(1)\ntime.sleep(60)")
    start = time.monotonic()
    with pytest.raises(ReportError, match="the kernel died"):
        run(path, tmp_path / "out.ipynb", "fork")
    assert time.monotonic() - start < 30


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass",
        "import re; print('x' * 3_000_000); re.match('(a+)+$', 'a' * 60 + 'b')",
    ],
)
def test_kernel_that_hangs_is_ended(notebook, tmp_path: Path, code: str) -> None:
    server = forks.server()
    with pytest.raises(ReportError, match="took over 2 s"):
        run(notebook(code), tmp_path / "out.ipynb", "fork", timeout=2)
    assert not server._alive


def test_nothing_is_left_behind(notebook, tmp_path: Path, monkeypatch, capfd) -> None:
    forks.server()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    folder, environment, before = Path.cwd(), dict(os.environ), children()
    path = notebook("import os; os.chdir('/'); os.environ['MINE'] = '1'; os.system('echo below'); print('x')")
    run(path, tmp_path / "out.ipynb", "fork")
    assert children() == before
    assert (Path.cwd(), dict(os.environ)) == (folder, environment)
    assert not list((tmp_path / "temporary").iterdir())
    assert capfd.readouterr() == ("", "")


def test_one_notebook_does_not_see_another(notebook, tmp_path: Path) -> None:
    run(
        notebook("import builtins; builtins.mark = 1; import pandas; pandas.mark = 1"),
        tmp_path / "a.ipynb",
        "fork",
    )
    made = run(
        notebook("import builtins, pandas; print(hasattr(builtins, 'mark'), hasattr(pandas, 'mark'))"),
        tmp_path / "b.ipynb",
        "fork",
    )
    assert made.cells[-1].outputs[0].text == "False False\n"


def test_unseeded_chance_differs_between_forks(notebook, tmp_path: Path) -> None:
    path = notebook("import random, numpy\nprint(random.random(), numpy.random.random())")
    first, second = (run(path, tmp_path / f"{name}.ipynb", "fork").cells[-1].outputs[0].text for name in "ab")
    assert not set(first.split()) & set(second.split())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_hash_seed_of_the_caller_changes_nothing(notebook, tmp_path: Path, seed: str) -> None:
    path = notebook("print(hash('text'), {'x', 'y', 'z', 'a', 'b'})")
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from partnership_analysis.reports.execute import run_notebook\n"
        "path = Path(sys.argv[1])\n"
        "made = run_notebook(path, path.with_name('out.ipynb'), {}, folder=path.parent, engine='fork',\n"
        "                    failed=path.with_name('failed.ipynb'), progress=lambda *step: None)\n"
        "print(made.cells[-1].outputs[0].text)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    ours = run(path, tmp_path / "ours.ipynb", "fork").cells[-1].outputs[0].text
    assert (done.stdout.strip(), done.stderr) == (ours.strip(), "")


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_the_caller(notebook, tmp_path: Path, kind: signal.Signals) -> None:
    path = notebook(
        f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(90)"
    )
    # Tests started behind an & ignore interrupts, and what they start would, too.
    code = (
        "import signal, sys\nfrom pathlib import Path\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from partnership_analysis.reports.execute import run_notebook\n"
        "path = Path(sys.argv[1])\n"
        "run_notebook(path, path.with_name('out.ipynb'), {}, folder=path.parent, engine='fork',\n"
        "             failed=path.with_name('failed.ipynb'), progress=lambda *step: None)\n"
    )
    caller = subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.DEVNULL)
    kernel = _process_named_in(tmp_path / "pid")
    server = kernel.parent()
    caller.send_signal(kind)
    caller.wait(20)
    _, alive = psutil.wait_procs([kernel, server], 20)
    assert not alive


def _process_named_in(path: Path) -> psutil.Process:
    until = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return psutil.Process(int(path.read_text()))


def test_server_that_died_is_started_again(notebook, tmp_path: Path) -> None:
    path = notebook("print('x')")
    first = forks.server()
    assert first._process is not None
    first._process.kill()
    first._process.wait()
    run(path, tmp_path / "out.ipynb", "fork")
    assert forks.server() is not first


def test_engine_that_is_not_there(notebook, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(forks, "supported", lambda: False)
    monkeypatch.setattr(forks, "_SERVER", None)
    with pytest.raises(ReportError, match="needs Linux"):
        run(notebook("print('x')"), tmp_path / "out.ipynb", "fork")
    run(notebook("print('x')"), tmp_path / "out.ipynb", "auto")


@pytest.mark.parametrize(
    ("call", "values", "message"),
    [
        ("os:fspath", {"path": "x"}, "TypeError: fspath"),
        ("no.such:thing", {}, "ModuleNotFoundError: No module named 'no'"),
        ("builtins:dict", {}, "what builtins:dict gives cannot be sent"),
    ],
)
def test_call_that_fails_says_why(call: str, values: dict[str, object], message: str) -> None:
    (done,) = run_all([Task(call, values)])
    assert re.match(message, done.outcome.error)


class OnlyHere:
    """Nothing of the tests can be imported in the server."""


def test_server_survives_what_it_cannot_prepare_or_unpack() -> None:
    server = forks.server()
    tasks = [
        Task("os:fspath", {"path": "x"}, {"nonsense": 1}),
        Task("os:fspath", {"path": "x"}, {"path": 3, "mapping": None, "settings": None}),
        Task("os:fspath", {"path": OnlyHere()}),
    ]
    errors = [done.outcome.error for done in run_all(tasks, processes=1)]
    assert [error.partition(":")[0] for error in errors[:2]] == ["TypeError", "TypeError"]
    assert errors[2] == "the process that made it died (code 1)"
    assert forks.server() is server


def test_own_work_is_done_once_while_others_work() -> None:
    own: list[str] = []
    tasks = [Task("os:fspath", {"path": "x"}), Task("os:fspath", {"path": "y"})]
    running = run_all(tasks, meanwhile=lambda: own.append("done"))
    assert next(running).outcome.error and own == ["done"]
    assert len(list(running)) == 1 and own == ["done"]
    spared = run_all(
        tasks, spared=lambda place: Outcome("spared"), meanwhile=lambda: own.append("done again")
    )
    assert [done.outcome.value for done in spared] == ["spared", "spared"]
    assert own == ["done", "done again"]


def test_server_that_nobody_used_ends_at_once_whatever_it_prepares() -> None:
    server = forks.ForkServer.started()
    server.prepare({})
    server.close()
    assert server._process is not None and server._process.returncode == -signal.SIGKILL


def test_server_does_once_what_pages_share() -> None:
    """Neither a grammar of web addresses, which takes seconds, nor a template is compiled for a page."""
    code = """
import sys
from partnership_analysis.reports.engines import server
server.preload_work()
from jinja2 import Environment
from partnership_analysis.reports import html
from partnership_analysis.reports.jupyter import nbformat
Environment.compile = nbformat.json_compat.fastjsonschema.compile = None
made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Page")])
print("<h1>Page" in html.to_html(made, title="Page"), "lark" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr[-500:]) == ("True False\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["quarterly_report", "08_partner_profile"])
def test_shared_portfolio_gives_the_same_bytes(root: Path, tmp_path: Path, name: str) -> None:
    folder = root / "data" / "sample"
    values = {
        "notebook": root / "notebooks" / f"{name}.ipynb",
        "parameters": {"portfolio": "portfolio.xlsx", "quarter": "2025Q2"},
        "folder": folder,
        "failed": tmp_path / "failed.ipynb",
    }
    portfolio = {
        "path": str(folder / "portfolio.xlsx"),
        "mapping": None,
        "settings": None,
        "quarters": ["2025Q2"],
    }
    call = "partnership_analysis.reports.execute:run_notebook"
    asked = [
        Task(call, {**values, "target": tmp_path / "kernel.ipynb", "engine": "kernel"}),
        Task(call, {**values, "target": tmp_path / "fork.ipynb", "engine": "fork"}, portfolio),
    ]
    assert [done.outcome.error for done in run_all(asked)] == ["", ""]
    assert (tmp_path / "kernel.ipynb").read_bytes() == (tmp_path / "fork.ipynb").read_bytes()


def test_remembered_portfolio_is_given_once_and_while_its_files_are_the_same(
    portfolio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "_READY", {})
    shared.remember(str(portfolio), None, None)
    (ready,) = shared._READY.values()
    assert shared._given(portfolio, strict=False) is not ready.portfolio
    monkeypatch.chdir(portfolio.parent)
    assert shared._given("book", "", "") is ready.portfolio
    assert shared._given("book") is not ready.portfolio

    ready.taken_by = 0
    with (portfolio / "interactions.csv").open("a", encoding="utf-8") as file:
        file.write("2025-09-01,Harcourt Legal,referral,given,1\n")
    fresh = shared._given("book")
    assert len(fresh.interactions) == len(ready.portfolio.interactions) + 1
    shared.remember("nowhere", None, None)
    assert len(shared._READY) == 1
