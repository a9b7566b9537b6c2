"""A task that goes wrong costs its own process and nothing else."""

import os
import select
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from mediaev.jobs import ProcessExecutor
from mediaev.jobs.wire import LARGEST_RESULT
from mediaev.model.fingerprint import Box
from mediaev.ports import Failure, Task

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's pidfd and limits")


def ended(pid):
    """Wait until a process of someone else's is gone; False after half a minute."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 30)[0])
    finally:
        os.close(handle)


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        ("segfault", "crashed", "SIGSEGV"),
        ("abort", "crashed", "SIGABRT"),
        ("exit 0", "crashed", "exit code 0"),
        ("exit 3", "crashed", "exit code 3"),
        ("raise not this one", "error", "ValueError: not this one"),
        ("memory", "memory", "memory"),
        ("unpicklable", "error", "handed over"),
        ("hostile-result", "error", "not allowed"),
        ("program", "error", "may not"),
        ("network", "error", "may not"),
        ("write /tmp/never", "error", "writes no files"),
    ],
)
def test_what_goes_wrong_is_that_tasks_failure_alone(run, line, kind, said):
    results = run(["echo a", line, "echo b", "echo c"], memory_bytes=1 << 30)
    failure = results.pop(line)
    assert isinstance(failure, Failure)
    assert failure.kind == kind
    assert said in failure.reason
    assert results == {"echo a": "a", "echo b": "b", "echo c": "c"}


def test_a_busy_loop_ends_at_its_cpu_limit(run):
    results = run(["busy", "echo a"], cpu_seconds=0.1)
    assert (results["busy"].kind, results["echo a"]) == ("cpu", "a")


def test_a_hang_ends_at_its_wall_clock_limit(run):
    results = run(["busy", "echo a", "echo b"], wall_seconds=2.0)  # a busy machine is slow, too
    assert (results["busy"].kind, results["echo a"], results["echo b"]) == ("timeout", "a", "b")


def test_absurdly_large_results_are_failures(run):
    results = run([f"large {LARGEST_RESULT + 1}", "large 1000000"])
    assert results[f"large {LARGEST_RESULT + 1}"].kind == "error"
    assert results["large 1000000"] == bytes(1_000_000)


def test_results_keep_their_types(run):
    assert run(["values"])["values"] == (
        Fraction(1, 3),
        Box(0.1, 0.2, 0.3, 0.4),
        {"a": [1.5, None, "ü"]},
    )


@linux
def test_machine_code_cannot_make_a_file_grow(run, tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"")
    assert run([f"grow {victim}"])[f"grow {victim}"] == -1
    assert victim.read_bytes() == b""


def test_workers_are_silent(run, capfd):
    assert run(["say hello"])["say hello"] == 10
    assert capfd.readouterr() == ("", "")


def test_workers_are_reused_and_replaced_after_their_share(run):
    lines = [f"pid {number}" for number in range(6)]
    with ProcessExecutor(1) as executor:
        assert len(set(run(lines, executor=executor).values())) == 1
    with ProcessExecutor(1, tasks_per_worker=2) as executor:
        assert len(set(run(lines, executor=executor).values())) == 3


def test_an_executor_works_again_after_a_run_was_given_up(run, tmp_path, workers_tasks):
    (tmp_path / "many").write_text("echo a")
    with (tmp_path / "many").open("rb") as file, ProcessExecutor(2) as executor:
        running = executor.run(workers_tasks.act, (Task(n, file.fileno()) for n in range(99)))
        next(running)
        running.close()
        assert run(["echo b"], executor=executor) == {"echo b": "b"}


@linux
def test_no_process_outlives_close(run):
    executor = ProcessExecutor(2)
    pids = set(run([f"pid {number}" for number in range(8)], executor=executor).values())
    executor.close()
    assert all(ended(pid) for pid in pids)


def test_the_files_place_does_not_move(tmp_path, workers_tasks):
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    with path.open("rb", buffering=0) as file, ProcessExecutor(1) as executor:
        file.seek(5)
        [(_, result)] = executor.run(workers_tasks.read_all, [Task("x", file.fileno())])
        assert (result, file.tell()) == (b"0123456789", 5)


def test_the_folder_one_stands_in_is_not_searched_for_modules(tmp_path, run, monkeypatch):
    for name in ("pickle", "socket", "resource", "mediaev", "tasks_for_workers"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    assert run(["echo a"]) == {"echo a": "a"}


SCRIPT = """
import os, sys
sys.path.insert(0, {folder!r})
import tasks_for_workers
from mediaev.jobs import ProcessExecutor
from mediaev.ports import Task

def tasks(lines):
    for line in lines:
        fd = os.memfd_create("task")
        os.write(fd, line.encode())
        yield Task(line, fd)

executor = ProcessExecutor(2)
for task, result in executor.run(tasks_for_workers.act, tasks(["pid 1", "pid 2", "pid 3"])):
    print(result, flush=True)
print("busy", flush=True)
for _ in executor.run(tasks_for_workers.act, tasks(["busy"] * 4)):
    pass
"""


@linux
def test_a_killed_parent_takes_its_workers_along():
    """Run from a script without a main guard, too: nothing of it runs again in a worker."""
    script = SCRIPT.format(folder=str(Path(__file__).parent))
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    lines = iter(parent.stdout.readline, "busy\n")
    pids = {int(line) for line in lines}
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert pids
    assert all(ended(pid) for pid in pids)


@pytest.mark.parametrize("loading", ["json", "no.such.module"])
def test_workers_that_were_started_early_do_what_they_are_given(run, loading):
    with ProcessExecutor(2, threads=2, loading=loading) as executor:
        executor.start()
        assert run(["echo a"], executor=executor) == {"echo a": "a"}
