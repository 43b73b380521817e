"""A worker is killed in the middle of the reduction, on Spark and on Dask, and the panel is right all the same."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

import partnership_analysis as pa

pytestmark = pytest.mark.cluster

DONE_BEFORE = 10
"""Tasks that are done when the worker dies: some of them were its own, and their results die with it."""
PATIENCE = 120
SPARK = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "1g",
    "spark.sql.shuffle.partitions": "16",
    # A task a file, rather than a few large ones.
    "spark.sql.files.openCostInBytes": "128m",
}


def test_spark_outlives_an_executor(interactions: Path, right: pd.DataFrame, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: make test-cluster installs it")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip(
            "Spark runs on Java, and there is none here: install Java 17, such as openjdk-17-jre-headless"
        )
    # A process has one Spark at most, and other tests' may still be there.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        before, seen, after, made = apart.submit(on_spark, interactions, tmp_path).result()
    assert len(before) == 2
    assert seen, "the reduction ended before an executor could be killed"
    assert seen["pid"] in before
    assert seen["pid"] not in after
    assert seen["failed"], "the executor that was killed had no task"
    pd.testing.assert_frame_equal(made, right, check_exact=True)


def on_spark(interactions: Path, scratch: Path) -> tuple[set[int], dict[str, int], set[int], pd.DataFrame]:
    """The panel from a Spark of two executors that loses one; the executors before, what was done, those after."""
    from pyspark.sql import SparkSession

    # Executors would start the Python of the path, which may have no Arrow.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Its two executors are processes of their own.
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.local.dir", str(scratch))
    for name, value in SPARK.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    tracker, before, mark = spark.sparkContext.statusTracker(), executors(), scratch / "an-executor-is-dead"
    records = held_up(spark.read.parquet(str(interactions)), mark)
    with killing_an_executor(tracker, mark) as seen:
        made = pa.panel(records)
    after = executors()
    if seen:
        seen["failed"] = tracker.getStageInfo(seen["stage"]).numFailedTasks
    spark.stop()
    return before, seen, after, made


def held_up(records: Any, mark: Path) -> Any:
    """A Spark frame whose tasks, but the first, wait for the mark: on a fast machine they end before anybody looks."""
    first, patience = DONE_BEFORE, PATIENCE

    # Spark sends a nested function as it is; of one at the top of a module it sends the name, which workers do not know.
    def wait(parts: Iterator[Any]) -> Iterator[Any]:
        from pyspark import TaskContext

        context = TaskContext.get()
        until = time.monotonic() + patience
        while context and context.partitionId() >= first and not mark.exists() and time.monotonic() < until:
            time.sleep(0.02)
        yield from parts

    return records.mapInArrow(wait, records.schema)


def executors() -> set[int]:
    """The processes of the executors of this process's Spark."""
    return {
        process.pid
        for process in psutil.Process().children(recursive=True)
        if "org.apache.spark.executor.CoarseGrainedExecutorBackend" in _command(process)
    }


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@contextmanager
def killing_an_executor(tracker: Any, mark: Path) -> Iterator[dict[str, int]]:
    """Kill one of two executors as soon as a stage has tasks that are done, and tasks that are not; then mark it."""
    seen: dict[str, int] = {}
    thread = threading.Thread(target=_kill_an_executor, args=(tracker, mark, seen), daemon=True)
    thread.start()
    yield seen
    thread.join(1)


def _kill_an_executor(tracker: Any, mark: Path, seen: dict[str, int]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for number in tracker.getActiveStageIds():
            stage = tracker.getStageInfo(number)
            if stage and stage.numCompletedTasks >= DONE_BEFORE and stage.numActiveTasks == 2:
                victim = min(executors())
                os.kill(victim, signal.SIGKILL)
                seen.update(pid=victim, stage=number)
                mark.touch()
                return
        time.sleep(0.02)


@pytest.fixture
def dask_client(tmp_path: Path) -> Iterator[Any]:
    """A Dask cluster of two worker processes."""
    distributed = pytest.importorskip(
        "distributed", reason="Dask is not installed: make test-cluster installs it"
    )
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            local_directory=str(tmp_path),
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_dask_outlives_a_worker(dask_client: Any, interactions: Path, right: pd.DataFrame) -> None:
    import dask.dataframe as dd
    from distributed.diagnostics.plugin import SchedulerPlugin

    pids = dask_client.run(os.getpid)
    assert len(pids) == 2
    seen: dict[str, Any] = {"done": 0}

    class Killer(SchedulerPlugin):
        """Kills the worker that has just finished a task, whose result is then lost."""

        def transition(self, key: Any, start: str, finish: str, *args: Any, **more: Any) -> None:
            if (start, finish) != ("processing", "memory"):
                return
            seen["done"] += 1
            if seen["done"] == DONE_BEFORE:
                seen["worker"] = more["worker"]
                os.kill(pids[more["worker"]], signal.SIGKILL)

    dask_client.cluster.scheduler.add_plugin(Killer(), name="killer")
    made = pa.panel(dd.read_parquet(str(interactions)))
    assert seen.get("worker") in pids, "the reduction ended before a worker could be killed"
    assert seen["done"] > 2 * DONE_BEFORE
    assert seen["worker"] not in dask_client.cluster.scheduler.workers
    pd.testing.assert_frame_equal(made, right, check_exact=True)
