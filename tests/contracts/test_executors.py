"""What every executor must do, whichever it is."""

import os

import pytest

from mediaev.jobs import ProcessExecutor, SerialExecutor
from mediaev.ports import Failure, Task


@pytest.fixture(params=[SerialExecutor, lambda: ProcessExecutor(2)], ids=["serial", "processes"])
def executor(request):
    made = request.param()
    yield made
    made.close()


@pytest.fixture
def tasks(tmp_path):
    """Tasks over open files of rising size."""
    descriptors = []
    for number in range(5):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(bytes(number))
        descriptors.append(os.open(path, os.O_RDONLY))
    yield [Task(number, fd) for number, fd in enumerate(descriptors)]
    for fd in descriptors:
        os.close(fd)


def test_every_task_comes_back_once_with_its_result(executor, tasks):
    results = {task.key: result for task, result in executor.run(_size, tasks)}
    assert results == {number: number for number in range(5)}


def test_what_raises_fails_alone(executor, tasks):
    results = {task.key: result for task, result in executor.run(_refuse_three, tasks)}
    failure = results.pop(3)
    assert isinstance(failure, Failure)
    assert failure.kind == "error"
    assert failure.reason
    assert results == {0: 0, 1: 1, 2: 2, 4: 4}


def test_tasks_are_pulled_as_they_are_needed(executor, tasks):
    pulled = []

    def one_by_one():
        for task in tasks * 20:
            pulled.append(task)
            yield task

    running = executor.run(_size, one_by_one())
    next(running)
    assert len(pulled) < 100
    running.close()


def test_the_descriptors_stay_open(executor, tasks):
    list(executor.run(_size, tasks))
    for task in tasks:
        os.fstat(task.fd)


def _size(fd):
    return os.fstat(fd).st_size


def _refuse_three(fd):
    size = os.fstat(fd).st_size
    if size == 3:
        raise ValueError("three")
    return size
