"""A report folder appears whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from partnership_analysis.errors import ParameterError, ReportError
from partnership_analysis.reports.folder import check_target, default_folder, published, slug
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


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "the disk of {folder} is full. Nothing was changed. Make room on it, or choose"),
        (errno.EDQUOT, "your share of the disk of {folder} is used up. Nothing"),
        (errno.EROFS, "the disk of {folder} can only be read. Nothing was changed. Have it made writable"),
        (errno.EACCES, "{folder} is closed to this user. Nothing was changed. Have its permissions changed"),
        (
            errno.ENAMETOOLONG,
            "a name is too long for the disk of {folder}. Nothing was changed. Choose a shorter",
        ),
        (errno.EIO, "{folder}: Input/output error. Nothing was changed."),
    ],
)
@pytest.mark.parametrize("named", ["", ".r.partial-1/page.html", "r/page.html", "r"])
def test_disk_error_is_one_clear_message(tmp_path: Path, number: int, message: str, named: str) -> None:
    report_at(tmp_path / "r", "old")
    error = OSError(number, os.strerror(number), *([str(tmp_path / named)] if named else []))
    with pytest.raises(ReportError) as caught, published(tmp_path / "r"):
        raise error
    said = message.format(folder=tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'r'} could not be written: {said}")
    assert (tmp_path / "r" / "page.html").read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["r"]


def test_disk_error_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = OSError(errno.EROFS, "Read-only file system", str(tmp_path / "rest" / "key.csv"))
    with (
        pytest.raises(ReportError, match=r"the disk of \S+/rest/key\.csv can only"),
        published(tmp_path / "r"),
    ):
        raise elsewhere
    monkeypatch.setattr(tempfile, "tempdir", "/full")
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: SimpleNamespace(free=0 if str(path) == "/full" else 1 << 40)
    )
    with pytest.raises(ReportError, match="the disk of /full is full"), published(tmp_path / "r"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_disk_error_inside_a_library_s_own_is_found(tmp_path: Path) -> None:
    from xlsxwriter.exceptions import FileCreateError

    with pytest.raises(ReportError, match="is full"), published(tmp_path / "r"):
        raise FileCreateError(OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(KeyError), published(tmp_path / "r"):
        raise KeyError("alias")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(ReportError, match=r"file/r could not be written: \S+/file: "),
        published(tmp_path / "file" / "r"),
    ):
        pass
    with pytest.raises(ReportError, match="a name is too long"), published(tmp_path / ("x" * 250)):
        pass
    with pytest.raises(ParameterError, match="cannot be used: File name too long"):
        check_target(tmp_path / ("x" * 300))
    assert names(tmp_path) == ["file"]


def test_two_runs_never_write_to_one_target(tmp_path: Path) -> None:
    report_at(tmp_path / "r", "old")
    with published(tmp_path / "r") as first:
        (first / "page.html").write_text("first", encoding="utf-8")
        (tmp_path / "link").symlink_to(tmp_path)
        for way in (tmp_path / "r", tmp_path / "link" / "r"):
            with pytest.raises(ReportError, match=f"another run .process {os.getpid()} "), published(way):
                pytest.fail("a second run has begun")
        (tmp_path / "link").unlink()
        with published(tmp_path / "s"):
            pass
        assert (first / "page.html").exists()
        assert (tmp_path / "r" / "page.html").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "r" / "page.html").read_text(encoding="utf-8") == "first"
    assert names(tmp_path) == ["r", "s"]


def test_all_is_on_the_disk_before_the_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []

    def settle(handle: int) -> None:
        assert not (tmp_path / "r").exists()
        settled.append(os.fstat(handle).st_ino)

    monkeypatch.setattr(os, "fsync", settle)
    with published(tmp_path / "r") as folder:
        (folder / "partners").mkdir()
        for name in ("page.html", "partners/ann.html"):
            (folder / name).write_text("new", encoding="utf-8")
    files = [path for path in (tmp_path / "r").rglob("*") if path.is_file()]
    assert sorted(settled) == sorted(path.stat().st_ino for path in files) and len(files) == 2


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
    assert [name.partition("-")[0] for name in names(tmp_path)] == [".r.lock", ".r.partial"]
    with published(tmp_path / "r"):
        pass
    assert names(tmp_path) == ["r"]


def test_report_put_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    report_at(tmp_path / ".r.previous", "old")
    with pytest.raises(KeyboardInterrupt), published(tmp_path / "r"):
        raise KeyboardInterrupt
    assert (tmp_path / "r" / "page.html").read_text(encoding="utf-8") == "old"


def test_only_what_was_half_made_for_this_target_is_removed(tmp_path: Path) -> None:
    """A living process may have a dead one's number; a target may be called as the folder of a run."""
    for name in (f".r.partial-{os.getppid()}", ".r.partial-5.partial-7", ".rr.partial-5", ".r.partial"):
        (tmp_path / name).mkdir()
    with published(tmp_path / "r"):
        pass
    assert names(tmp_path) == [".r.partial", ".r.partial-5.partial-7", ".rr.partial-5", "r"]


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CON", "con"),
        ("a/b", "a-b"),
        ("../../etc", "etc"),
        ("Acme. ", "acme"),
        ("Cafe\N{COMBINING ACUTE ACCENT}", "café"),
        ("CAF\N{LATIN CAPITAL LETTER E WITH ACUTE}", "café"),
        ("شركة النور", "شركة-النور"),
        ("x" * 300, "x" * 60),
        ("東" * 300, "東" * 30),
        ("\N{CJK UNIFIED IDEOGRAPH-20000}" * 300, "\N{CJK UNIFIED IDEOGRAPH-20000}" * 22),
    ],
)
def test_slug_is_a_file_name_in_any_script(text: str, expected: str) -> None:
    assert slug(text) == expected
    assert slug(expected) == expected


@pytest.mark.parametrize("text", ["", "..", "☕", "🙂", ". ", "///"])
def test_slug_of_a_text_without_letters_is_a_number(text: str) -> None:
    assert re.fullmatch("[0-9a-f]{8}", slug(text))


def test_longest_default_name_has_room_beside_it(tmp_path: Path) -> None:
    long = default_folder(tmp_path / ("東" * 80), "2025Q3", "西" * 80).name
    with published(tmp_path / long) as folder:
        folder.with_name(f"{long}.failed.ipynb").touch()
    assert (tmp_path / long).is_dir()
