"""Many reports: whole or not at all, none twice, and a failure stops nobody else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from partnership_analysis.errors import ParameterError
from partnership_analysis.reports.batch import Event, Result, make_reports
from partnership_analysis.reports.fingerprint import fingerprint, unchanged
from partnership_analysis.reports.manifest import is_report
from partnership_analysis.reports.plan import Job, jobs, quarter_names, read_plan

pytestmark = pytest.mark.batch

LOAD = (
    "import partnership_analysis as pa\nours = pa.load(portfolio)\nprint(quarter, vertical, len(ours.names))"
)
Write = Callable[[str], Path]


@pytest.fixture
def plan(tmp_path: Path, portfolio: Path) -> Write:
    """Writes a plan beside the portfolio."""

    def write(text: str) -> Path:
        path = tmp_path / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def four(portfolio: Path, notebook, tmp_path: Path) -> list[Job]:
    """Two quarters with two verticals each."""
    entry = {
        "portfolio": portfolio,
        "quarters": "2025Q1, 2025Q3",
        "verticals": ["Legal", "accounting"],
        "notebook": str(notebook(LOAD)),
        "into": tmp_path / "reports",
    }
    return jobs([entry])


def findings(caught: pytest.ExceptionInfo[ParameterError]) -> list[str]:
    return caught.value.findings


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("2025Q3", ["2025Q3"]),
        ("2024q4 .. 2025-Q2", ["2024Q4", "2025Q1", "2025Q2"]),
        (["2025Q1", "2024Q4..2025Q1"], ["2025Q1", "2024Q4"]),
    ],
)
def test_quarters_are_spelled_out(wanted: str | list[str], names: list[str]) -> None:
    assert quarter_names(wanted) == names


def test_every_quarter_that_is_none_is_named() -> None:
    with pytest.raises(ParameterError) as caught:
        quarter_names("2025Q5, 2025Q2..2025Q1, soon")
    assert [finding.split(" ")[0] for finding in findings(caught)] == [
        "'2025Q5'",
        "2025Q2..2025Q1",
        "'",
    ]


def test_plan_stands_for_its_reports(plan: Write, tmp_path: Path) -> None:
    made = read_plan(
        plan(
            '[defaults]\nportfolio = "book"\nparameters = {limit = 5}\n'
            '[[report]]\nquarters = "2025Q1..2025Q2"\nverticals = "all"\n'
            '[[report]]\nquarter = "2025Q3"\nvertical = "legal"\nout = "mine"\n'
        )
    )
    assert [job.name for job in made] == [
        "book-2025Q1",
        "book-2025Q1-accounting",
        "book-2025Q1-legal",
        "book-2025Q2",
        "book-2025Q2-accounting",
        "book-2025Q2-legal",
        "mine",
    ]
    assert {job.target.parent for job in made} == {tmp_path / "reports", tmp_path}
    assert {job.parameters.portfolio for job in made} == {tmp_path / "book"}
    assert made[-1].parameters.vertical == "Legal"
    assert made[0].parameters.others == {"limit": 5}


@pytest.mark.parametrize(
    ("wanted", "verticals"),
    [
        ("all", ["", "Accounting", "Legal"]),
        ("legal, Accounting", ["Legal", "Accounting"]),
        (["Legal"], ["Legal"]),
        ("Legal", ["Legal"]),
    ],
)
def test_verticals_are_spelled_out(portfolio: Path, wanted: str | list[str], verticals: list[str]) -> None:
    made = jobs([{"portfolio": portfolio, "quarter": "2025Q3", "verticals": wanted}])
    assert [job.parameters.vertical for job in made] == verticals


def test_vertical_with_a_comma_is_one(portfolio: Path) -> None:
    (portfolio / "partners.csv").write_text('partner,vertical\nHarcourt Legal,"Law, Tax"\n', encoding="utf-8")
    made = jobs([{"portfolio": portfolio, "quarter": "2025Q3", "verticals": "law, tax"}])
    assert [job.parameters.vertical for job in made] == ["Law, Tax"]


def test_every_finding_of_a_plan_is_told_at_once(plan: Write) -> None:
    with pytest.raises(ParameterError) as caught:
        read_plan(
            plan(
                '[defaults]\nportfolio = "book"\n'
                '[[report]]\nquarter = "soon"\nverical = "Legal"\n'
                '[[report]]\nquarter = "2025Q3"\nvertical = "Leagl"\n'
                '[[report]]\nquarter = "2025Q3"\n'
                '[[report]]\nquarter = "2025 q3"\n'
                '[[report]]\nportfolio = "none"\n'
            )
        )
    text = "\n".join(findings(caught))
    assert "report 1: 'soon' is not a quarter" in text
    assert "report 1: `verical` is no parameter of a report. Did you mean `vertical`?" in text
    assert "report 2: there is no vertical 'Leagl'. Did you mean Legal?" in text
    assert "report 4: " in text and "is the folder of two reports" in text
    assert "report 5: There is no workbook or folder" in text
    assert "report 5: `quarter` is missing." in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[report]", "is no TOML"),
        ("", "names no report"),
        ("report = []", "names no report"),
        ("[[report]]\n[[reports]]", "`reports` is no part of a plan"),
        ("report = 3", "`report`: Input should be a valid list"),
    ],
)
def test_plan_that_is_none(plan: Write, text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        read_plan(plan(text))


def test_plan_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="cannot be read: No such file"):
        read_plan(tmp_path / "plan.toml")


def statuses(results: list[Result]) -> list[str]:
    return [result.status for result in results]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.notebook
def test_what_has_not_changed_is_not_made_again(four: list[Job], portfolio: Path) -> None:
    reports, events = four[0].target.parent, list[Event]()
    made = make_reports(four, progress=events.append)
    assert statuses(made) == ["made"] * 4, made
    assert sorted(path.name for path in reports.iterdir()) == sorted(job.name for job in four)
    assert "2025Q1 Legal 2" in (four[0].target / "small.html").read_text(encoding="utf-8")
    assert [event.result for event in events if event.result] == sorted(
        made, key=[event.result for event in events if event.result].index
    )
    before = contents(reports)
    again = make_reports(four)
    assert statuses(again) == ["unchanged"] * 4
    assert contents(reports) == before
    assert statuses(make_reports(four[:1], force=True)) == ["made"]

    (four[1].target / "small.html").write_text("tampered", encoding="utf-8")
    (four[2].target / "small.ipynb").unlink()
    assert statuses(make_reports(four)) == ["unchanged", "made", "made", "unchanged"]

    table = portfolio / "interactions.csv"
    table.write_text(table.read_text() + "2025-09-01,Harcourt Legal,referral,given,1\n", encoding="utf-8")
    assert statuses(make_reports(four)) == ["made"] * 4


@pytest.mark.notebook
def test_failure_stops_nobody_else(four: list[Job], notebook) -> None:
    notebook(
        LOAD,
        "import os, signal\nif vertical == 'Legal' and quarter == '2025Q1': raise ValueError('no such thing')\n"
        "if vertical == 'Legal': os.kill(os.getpid(), signal.SIGKILL)",
    )
    results = make_reports(four)
    assert statuses(results) == ["failed", "made", "failed", "made"]
    assert "ValueError: no such thing" in results[0].message
    assert "the kernel died" in results[2].message
    assert not four[0].target.exists() and four[1].target.exists()
    assert four[0].target.with_name("book-2025Q1-legal.failed.ipynb").exists()
    assert statuses(make_reports(four)) == ["failed", "unchanged", "failed", "unchanged"]


@pytest.mark.notebook
def test_request_that_does_not_fit_is_a_failure(portfolio: Path, notebook, tmp_path: Path) -> None:
    entry = {"portfolio": portfolio, "quarters": "2025Q1..2025Q3", "notebook": str(notebook(LOAD))}
    results = make_reports(jobs([entry | {"into": tmp_path / "reports"}]))
    assert statuses(results) == ["made", "failed", "made"]
    assert results[1].message.startswith("2025Q2 holds no interaction")


@pytest.mark.notebook
@pytest.mark.parametrize("processes", [1, 2])
def test_never_more_at_once_than_asked(four: list[Job], processes: int) -> None:
    running, most = set[str](), 0

    def told(event: Event) -> None:
        nonlocal most
        running.discard(event.name) if event.result else running.add(event.name)
        most = max(most, len(running))

    make_reports(four, processes=processes, progress=told)
    assert most == processes


@pytest.mark.notebook
def test_report_waits_for_the_one_it_is_compared_with(portfolio: Path, notebook, tmp_path: Path) -> None:
    path = notebook(
        LOAD, parameters='portfolio: str = ""\nquarter: str = ""\nvertical: str = ""\nprevious: str = ""\n'
    )
    path = path.rename(tmp_path / "quarterly_report.ipynb")
    entry = {"portfolio": portfolio, "notebook": str(path), "into": tmp_path / "reports"}
    asked = jobs([entry | {"quarters": ["2025Q3", "2025Q1"]}])
    order: list[str] = []
    results = make_reports(asked, progress=lambda event: order.append(event.name) if event.result else None)
    assert statuses(results) == ["made", "made"]
    assert order == ["book-2025Q1", "book-2025Q3"]
    content = json.loads((asked[0].target / "manifest.json").read_text(encoding="utf-8"))
    assert content["parameters"]["previous"] == "reports/book-2025Q1"
    assert statuses(make_reports(asked)) == ["unchanged", "unchanged"]


@pytest.mark.notebook
def test_process_that_dies_is_a_failure(four: list[Job], notebook) -> None:
    notebook(LOAD, "import time; time.sleep(2)")
    killed: list[str] = []

    def told(event: Event) -> None:
        if event.step == "Running notebook" and event.done == 3 and not killed:
            killed.append(event.name)
            for child in psutil.Process().children(recursive=True):
                if child.parent() != psutil.Process():
                    child.kill()

    results = make_reports(four, processes=1, progress=told)
    assert statuses(results) == ["failed", "made", "made", "made"]
    assert "died" in results[0].message
    assert statuses(make_reports(four)) == ["made", "unchanged", "unchanged", "unchanged"]
    assert sorted(path.name for path in four[0].target.parent.iterdir()) == sorted(job.name for job in four)


SCRIPT = """
import sys
from pathlib import Path
from partnership_analysis.reports.batch import make_reports
from partnership_analysis.reports.plan import read_plan

make_reports(read_plan(Path(sys.argv[1])), processes=2, progress=lambda event: print(event.step, flush=True))
"""


@pytest.mark.notebook
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "when"),
    [
        (signal.SIGINT, "Running notebook"),
        (signal.SIGINT, "made"),
        (signal.SIGTERM, "Writing"),
        (signal.SIGKILL, "Reading portfolio"),
        (signal.SIGKILL, "Running notebook"),
        (signal.SIGKILL, "Writing"),
    ],
)
def test_interrupted_batch_leaves_whole_reports_and_resumes(
    plan: Write, notebook, tmp_path: Path, kind: signal.Signals, when: str
) -> None:
    notebook(LOAD)
    path = plan(
        '[[report]]\nportfolio = "book"\nquarter = "2025Q3"\nverticals = "all"\nnotebook = "small.ipynb"\n'
    )
    batch = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert batch.stdout is not None
    for line in batch.stdout:
        if line.strip() == when:
            break
    descendants = psutil.Process(batch.pid).children(recursive=True)
    batch.send_signal(kind)
    batch.wait(30)
    batch.stdout.close()
    _, alive = psutil.wait_procs(descendants, 20)
    assert not alive

    reports = tmp_path / "reports"
    there = (
        [folder for folder in reports.iterdir() if not folder.name.startswith(".")]
        if reports.exists()
        else []
    )
    assert all(is_report(folder) for folder in there)
    if (kind, when) == (signal.SIGINT, "Running notebook"):
        assert not list(reports.glob(".*"))
    results = make_reports(read_plan(path))
    assert set(statuses(results)) <= {"made", "unchanged"}
    assert len([status for status in statuses(results) if status == "unchanged"]) >= len(there) - 2
    assert sorted(folder.name for folder in reports.iterdir()) == sorted(result.name for result in results)


def test_fingerprint_is_of_all_that_a_report_depends_on(
    four: list[Job], portfolio: Path, notebook, tmp_path: Path
) -> None:
    job, path = four[0], tmp_path / "small.ipynb"
    first = fingerprint(job.parameters, [path])
    seen = {first}
    elsewhere = job.parameters.model_copy(update={"out": tmp_path / "elsewhere"})
    assert fingerprint(elsewhere, [path]) == first
    for change in ({"quarter": "2025Q3"}, {"vertical": ""}, {"others": {"limit": 4}}):
        seen.add(fingerprint(job.parameters.model_copy(update=change), [path]))
    (portfolio / "settings.toml").write_text('us = "Northgate"\n', encoding="utf-8")
    seen.add(fingerprint(job.parameters, [path]))
    notebook("print('other')")
    seen.add(fingerprint(job.parameters, [path]))
    assert len(seen) == 6
    assert not unchanged(job.target, first)
    job.target.mkdir(parents=True)
    for text in (
        "",
        "[]",
        '{"fingerprint": 1}',
        json.dumps({"fingerprint": first, "status": "made", "outputs": 3}),
    ):
        (job.target / "manifest.json").write_text(text, encoding="utf-8")
        assert not unchanged(job.target, first)
