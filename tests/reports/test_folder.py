"""A report folder appears whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from partnership_analysis.errors import ParameterError, ReportError
from partnership_analysis.reports.folder import check_target, default_folder, published
from partnership_analysis.reports.manifest import MAKER


def report_at(target: Path, text: str) -> None:
    target.mkdir(parents=True)
    (target / "manifest.json").write_text(f'{{"made_by": "{MAKER}"}}', encoding="utf-8")
    (target / "page.html").write_text(text, encoding="utf-8")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_folder_appears_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "reports" / "new"
    with published(target) as folder:
        (folder / "page.html").write_text("new", encoding="utf-8")
        assert not target.exists()
    assert (target / "page.html").read_text(encoding="utf-8") == "new"
    assert names(target.parent) == ["new"]


def test_earlier_report_is_replaced_only_by_a_finished_one(tmp_path: Path) -> None:
    target = tmp_path / "r"
    report_at(target, "old")
    with pytest.raises(ZeroDivisionError), published(target) as folder:
        (folder / "page.html").write_text("half", encoding="utf-8")
        1 / 0  # noqa: B018
    assert (target / "page.html").read_text(encoding="utf-8") == "old"
    with published(target) as folder:
        (folder / "other.html").write_text("new", encoding="utf-8")
    assert names(target) == ["other.html"]
    assert names(tmp_path) == ["r"]


def test_disk_error_is_one_clear_message(tmp_path: Path) -> None:
    with (
        pytest.raises(ReportError, match=r"r could not be written.*No space left"),
        published(tmp_path / "r"),
    ):
        raise OSError(28, "No space left on device")
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="cannot write beside"), published(tmp_path / "file" / "r"):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process with a signal")
def test_killed_run_leaves_a_hidden_folder_that_the_next_removes(tmp_path: Path) -> None:
    code = (
        "import os, signal, pathlib\n"
        "from partnership_analysis.reports.folder import published\n"
        f"with published(pathlib.Path({str(tmp_path / 'r')!r})) as folder:\n"
        "    (folder / 'page.html').touch()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert [name.startswith(".r.partial-") for name in names(tmp_path)] == [True]
    with published(tmp_path / "r"):
        pass
    assert names(tmp_path) == ["r"]


def test_report_put_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    report_at(tmp_path / ".r.previous", "old")
    with pytest.raises(KeyboardInterrupt), published(tmp_path / "r"):
        raise KeyboardInterrupt
    assert (tmp_path / "r" / "page.html").read_text(encoding="utf-8") == "old"


def test_partial_folder_of_a_living_run_stays(tmp_path: Path) -> None:
    other = tmp_path / ".r.partial-1"
    other.mkdir()
    with published(tmp_path / "r"):
        pass
    assert other.exists()


def test_only_reports_are_ever_replaced(tmp_path: Path) -> None:
    report_at(tmp_path / "r", "old")
    check_target(tmp_path / "r")
    check_target(tmp_path / "new")
    (tmp_path / "mine").mkdir()
    check_target(tmp_path / "mine")
    (tmp_path / "mine" / "thesis.txt").touch()
    (tmp_path / "file").touch()
    for name, what in (("mine", "a folder with other things"), ("file", "a file")):
        with pytest.raises(ParameterError, match=f"{name} is {what}, not an earlier report"):
            check_target(tmp_path / name)


def test_default_name_says_what_it_is_about(tmp_path: Path) -> None:
    assert default_folder(tmp_path, "2025Q3").name == f"{tmp_path.name.replace('_', '-')}-2025Q3"
    assert default_folder(Path("My Book.xlsx"), "2025Q3", "IT & more").name == "my-book-2025Q3-it-more"
