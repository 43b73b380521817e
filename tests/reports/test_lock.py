"""One run at a time writes to a target; whoever is gone holds nothing, however it went."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from partnership_analysis.errors import ReportError
from partnership_analysis.reports import lock
from partnership_analysis.reports.lock import Holder, lock_file, locked

HOLD = """
import os, sys, time
from pathlib import Path
from partnership_analysis.reports.lock import locked

with locked(Path(sys.argv[1])):
    child = os.fork() if sys.argv[2:] == ["with a child"] else -1
    if child:
        print(child, flush=True)
    time.sleep(60)
"""
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")

# Python 3.12 warns of forks beside threads, of which a library may have left one.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "book-2025Q3"


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that knows no locks, as some network shares."""

    def refused(handle: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_system_lock", refused)
    monkeypatch.setattr(lock, "_system_unlock", refused)


def left(target: Path, holder: Holder | None = None, text: str = "") -> None:
    """A lock's file without a lock."""
    lock_file(target).write_text(json.dumps(asdict(holder)) if holder else text, encoding="utf-8")


def free(target: Path) -> bool:
    """Whether the lock can be had; what is left beside the target then is nothing."""
    try:
        with locked(target):
            assert lock_file(target).exists()
    except ReportError:
        return False
    assert not lock_file(target).exists()
    return True


def test_second_is_told_who_holds_it_and_what_to_do(target: Path) -> None:
    with locked(target):
        with (
            pytest.raises(ReportError) as caught,
            locked(target, otherwise="choose another folder with --out"),
        ):
            pytest.fail("two hold it")
        with locked(target.with_name("book-2025Q4")):
            pass
    since = f"{time.localtime().tm_year}-"
    assert str(caught.value).startswith(
        f"{target} is being written by another run (process {os.getpid()} on this machine, since {since}"
    )
    assert str(caught.value).endswith("). Wait until that has ended, or choose another folder with --out.")
    assert not list(target.parent.iterdir())


@FORKS
@pytest.mark.parametrize("family", ["alone", "with a child"])
def test_lock_ends_with_its_process(target: Path, family: str) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(target), family], stdout=subprocess.PIPE)
    assert other.stdout is not None
    child = int(other.stdout.readline())
    try:
        with pytest.raises(ReportError, match=rf"process {other.pid} on this machine"), locked(target):
            pass
        other.kill()
        other.wait()
        assert lock_file(target).exists(), "nobody could clean up"
        # A child that has only just been forked has yet to let go; later it would sleep on it for longer than this.
        assert any(free(target) or time.sleep(0.05) for _ in range(200))
    finally:
        if child > 0:
            os.kill(child, signal.SIGKILL)
        other.stdout.close()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_lock_ends_with_its_block(target: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), locked(target):
        raise error
    assert free(target)


def test_file_of_a_process_whose_number_another_has_holds_nothing(target: Path) -> None:
    left(target, replace(Holder.here(), process=os.getppid(), started=0.0))
    assert free(target)


@pytest.mark.usefixtures("without_locks")
def test_without_locks_the_file_counts_while_its_process_runs(target: Path) -> None:
    with locked(target), pytest.raises(ReportError, match="this machine"), locked(target):
        pass
    ours = Holder.here()
    parent = replace(ours, process=os.getppid(), started=psutil.Process(os.getppid()).create_time())
    left(target, parent)
    assert not free(target)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for other in (replace(parent, started=parent.started - 60), replace(ours, process=gone.pid)):
        left(target, other)
        assert free(target), other
    for text in ("", "{", "[]", "{}", '{"process": "x", "host": 1, "started": "y", "since": 2}'):
        left(target, text=text)
        assert free(target), text


@pytest.mark.usefixtures("without_locks")
def test_of_another_machine_nobody_can_tell(target: Path) -> None:
    left(target, replace(Holder.here(), host="mill"))
    with pytest.raises(ReportError) as caught, locked(target):
        pass
    assert f"process {os.getpid()} on mill" in str(caught.value)
    assert str(caught.value).endswith(f"If it runs no more, remove {lock_file(target)}.")


def test_who_holds_it_may_not_have_said_so_yet(target: Path) -> None:
    with locked(target):
        lock_file(target).write_text("", encoding="utf-8")
        with pytest.raises(ReportError, match=r"by another run\. Wait"), locked(target):
            pass


def test_lock_can_be_waited_for(target: Path) -> None:
    there, order = threading.Event(), list[str]()

    def hold() -> None:
        with locked(target):
            there.set()
            time.sleep(0.3)
            order.append("first")

    first = threading.Thread(target=hold)
    first.start()
    there.wait(10)
    with pytest.raises(ReportError), locked(target, patience=0.05):
        pass
    with locked(target, patience=30):
        order.append("second")
    first.join()
    assert order == ["first", "second"]


def test_never_two_at_once(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many take it, and remove its file, again and again: nobody keeps a file that is the lock no longer."""
    monkeypatch.setattr(lock, "PAUSE", 0.0)
    inside, most, rounds, errors = [0], [0], [0], list[BaseException]()

    def work() -> None:
        try:
            for _ in range(40):
                with locked(target, patience=60):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    time.sleep(0)
                    rounds[0] += 1
                    inside[0] -= 1
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert (most[0], rounds[0]) == (1, 160)


@FORKS
def test_forked_process_neither_releases_the_lock_nor_keeps_it(target: Path) -> None:
    wait, go = os.pipe()
    with locked(target):
        leaves = os.fork()
        if leaves == 0:
            try:
                with pytest.raises(ReportError), locked(target):
                    pass
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(leaves, 0)[1]) == 0
        assert not free(target)
        stays = os.fork()
        if stays == 0:
            os.close(go)
            os.read(wait, 1)
            os._exit(0)
    try:
        assert free(target)
    finally:
        os.close(go)
        os.waitpid(stays, 0)
        os.close(wait)


@FORKS
def test_forked_process_that_leaves_the_block_leaves_the_lock(target: Path) -> None:
    holding = locked(target)
    with holding:
        child = os.fork()
        if child == 0:
            try:
                holding.__exit__(None, None, None)
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert lock_file(target).exists()
        assert not free(target)


def test_lock_that_cannot_be_written_is_none(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space left"), locked(target):
            pass
    assert not list(target.parent.iterdir())
    assert free(target)


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="links are followed here")
def test_link_in_its_place_is_not_followed(target: Path) -> None:
    other = target.with_name("other")
    other.write_text("mine", encoding="utf-8")
    lock_file(target).symlink_to(other)
    with pytest.raises(OSError), locked(target):
        pass
    assert other.read_text(encoding="utf-8") == "mine"


def test_host_is_this_machine_by_its_name() -> None:
    assert Holder.here().host == socket.gethostname()
    assert Holder.here().lives()
