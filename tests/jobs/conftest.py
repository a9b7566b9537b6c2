"""Files that say what to do, and functions that workers can import."""

from pathlib import Path

import pytest

from mediaev.jobs import ProcessExecutor
from mediaev.ports import Limits, Task


@pytest.fixture
def workers_tasks(monkeypatch):
    """The module of functions for workers, importable by name here and there."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    import tasks_for_workers  # noqa: PLC0415

    return tasks_for_workers


@pytest.fixture
def run(tmp_path, workers_tasks):
    """Run lines like `raise x` as tasks; returns {line: result}."""

    def results(lines, *, executor=None, **limits):
        files = []

        def tasks():
            for number, line in enumerate(lines):
                path = tmp_path / f"{number}"
                path.write_text(line)
                files.append(path.open("rb"))
                yield Task(line, files[-1].fileno(), Limits(**limits))

        own = executor or ProcessExecutor(2)
        found = {task.key: result for task, result in own.run(workers_tasks.act, tasks())}
        if executor is None:
            own.close()
        for file in files:
            file.close()
        return found

    return results
