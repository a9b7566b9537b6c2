"""An executor without processes: for tests, notebooks and hosts that isolate by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mediaev.ports import Failure, Task


class SerialExecutor:
    """Runs tasks one after another in this process.

    Only exceptions are caught: limits are not enforced, and a crash is everyone's crash.
    """

    def run(
        self, function: Callable[[int], Any], tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, Any]]:
        """Yield (task, result or Failure) in the tasks' order."""
        for task in tasks:
            yield task, attempt(function, task.fd)

    def close(self) -> None:
        """Nothing to end."""


def attempt(function: Callable[[int], Any], fd: int) -> Any:
    """What `function` returns for an open file, or the Failure that it raised."""
    try:
        return function(fd)
    except MemoryError:
        return Failure("memory", "It needed more memory than it was allowed.")
    except Exception as error:  # noqa: BLE001  (whatever it is, it is this task's alone)
        return Failure("error", f"{type(error).__name__}: {error}"[:500])
